/** What a damaged stream may cost, and that nothing is made of it that nobody measured. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { createRandom } from '#agents/random/philox.ts';
import { checkReading, damaged, run } from '#bench/fuzz/tlv.ts';
import { readCaptureFile } from '#edge/capture/capture-file.ts';
import { readSweeps, SweepReader } from '#edge/capture/tlv.ts';
import { ath11kSample } from './samples.ts';

test('damaged streams are read without a sweep invented or a byte unaccounted for', async () => {
  for (const seed of [1, 2, 0xdecade]) assert((await run(seed, 4_000)) > 1_000);
});

test('arbitrary bytes are read without a sweep invented or a byte unaccounted for', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 3_000 }), fc.nat(), (bytes, seed) => {
      checkReading(bytes, createRandom(seed));
    }),
  );
});

test('bytes lost in the middle of a sweep cost that sweep alone, and nothing new comes up', () => {
  const size = 22 + 64;
  const samples = Array.from({ length: 12 }, (_, index) =>
    ath11kSample({ bins: 64, tsfUs: index }),
  );
  const stream = Buffer.concat(samples);
  fc.assert(
    fc.property(
      // Behind the last sweep stands no header that could bear out or give away a sweep.
      fc.nat(stream.length - 3 * size),
      // As many bytes as a sweep has would leave a stream that looks whole.
      fc.integer({ min: 1, max: size - 1 }),
      (at, lost) => {
        const cut = Buffer.concat([stream.subarray(0, at), stream.subarray(at + lost)]);
        const { sweeps } = readSweeps(cut);
        const kept = samples.filter(
          (_, index) => (index + 1) * size <= at || index * size >= at + lost,
        );
        // The last sweep in front may fall too: where its neighbour's header is gone, nothing bears it out.
        const lostToo = kept.length - sweeps.length;
        assert(lostToo >= 0 && lostToo <= 1, `${lostToo} whole sweeps were lost`);
        const seen = new Set(kept.map(hex));
        for (const { bytes } of sweeps) assert(seen.has(hex(bytes)));
      },
    ),
  );
});

test('a false header at the end does not hold back the sweeps behind it', () => {
  const samples = [1, 2, 3].map((tsfUs) => ath11kSample({ bins: 16, tsfUs }));
  // It claims 4,096 bytes of a type that nobody knows.
  const stream = Buffer.concat([Buffer.from([9, 16, 0]), ...samples]);
  const { sweeps, skippedBytes } = readSweeps(stream);
  assert.equal(sweeps.length, 3);
  assert.equal(skippedBytes, 3);
});

test('records of vendors are passed over by their length, whatever they hold', () => {
  const inner = ath11kSample({ bins: 16, tsfUs: 1 });
  const vendor = Buffer.concat([Buffer.from([5, 0, inner.length]), inner]);
  const reader = new SweepReader();
  const sweeps: unknown[] = [];
  reader.push(Buffer.concat([inner, vendor, vendor, inner]), (sweep) => sweeps.push(sweep));
  reader.end();
  assert.equal(sweeps.length, 2);
  assert.deepEqual([...reader.unknown], [[5, 2]]);
  assert.equal(reader.passedBytes, 2 * vendor.length);
  assert.equal(reader.skippedBytes, 0);
});

test('a sweep that ends with its read is given out at once', () => {
  const reader = new SweepReader();
  let count = 0;
  for (const tsfUs of [1, 2, 3]) {
    reader.push(ath11kSample({ bins: 64, tsfUs }), () => {
      count += 1;
    });
    assert.equal(count, tsfUs);
  }
});

test('a file longer than a piece is read as it would be in one, damaged or not', () => {
  const folder = mkdtempSync(join(tmpdir(), 'airguard-capture-'));
  try {
    const random = createRandom('pieces');
    const parts: Uint8Array[] = [];
    for (let length = 0; length < 300_000; length += parts.at(-1)!.length)
      parts.push(damaged(random));
    const whole = Buffer.concat(parts);
    const file = join(folder, 'long.tlv');
    writeFileSync(file, whole);
    const reader = new SweepReader();
    const expected: string[] = [];
    const onSweep = ({ bytes }: { bytes: Uint8Array }) => expected.push(hex(bytes));
    reader.push(whole, onSweep);
    reader.end(onSweep);
    const found: string[] = [];
    const { skippedBytes } = readCaptureFile({
      file,
      onSweep: (cursor) => found.push(hex(cursor.bytes())),
    });
    assert.deepEqual(found, expected);
    assert.equal(skippedBytes, reader.skippedBytes);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
