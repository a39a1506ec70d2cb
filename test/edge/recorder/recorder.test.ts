import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRandom } from '#agents/random/philox.ts';
import { readSweeps, SweepReader } from '#edge/capture/tlv.ts';
import { codecNames } from '#edge/recorder/codec.ts';
import { listSegments } from '#edge/recorder/recording.ts';
import { memorySource, Segment } from '#edge/recorder/segment.ts';
import { InputError } from '#protocols/errors.ts';
import { always, gather, joined, MIB, makeRig } from './rig.ts';
import { sweep, sweeps } from './sweeps.ts';

const startUs = 1_790_000_000_000_000;

test('gives back byte for byte what each radio was heard to say, with the times', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 2 ** 31 }),
      fc.constantFrom(...codecNames),
      fc.array(
        fc.record({
          radio: fc.constantFrom('radio-0', 'radio-1', 'radio-2'),
          length: fc.oneof(
            fc.integer({ min: 1, max: 600 }),
            fc.integer({ min: 60_000, max: 200_000 }),
          ),
          afterUs: fc.integer({ min: 0, max: 3_000_000 }),
          isSweeps: fc.boolean(),
        }),
        { maxLength: 30 },
      ),
      async (seed, codec, reads) => {
        const { clock, open } = makeRig(t);
        const recorder = open({ codec });
        const random = createRandom(seed);
        const given = new Map<string, { bytes: Buffer[]; times: number[] }>();
        for (const { radio, length, afterUs, isSweeps } of reads) {
          clock.run(clock.monotonic() + afterUs);
          const bytes = isSweeps
            ? sweeps(random, Math.ceil(length / 534)).subarray(0, length)
            : random.bytes(length);
          const atUs = startUs + clock.now();
          recorder.append(radio, bytes, atUs);
          const of = given.get(radio) ?? { bytes: [], times: [] };
          given.set(radio, of);
          of.bytes.push(Buffer.from(bytes));
          of.times.push(atUs);
        }
        await recorder.close();
        for (const [radio, { bytes, times }] of given) {
          const chunks = await gather(recorder.read({ radio, ...always }));
          assert(joined(chunks).equals(Buffer.concat(bytes)));
          assert.deepEqual([...new Set(chunks.map(({ atUs }) => atUs))], [...new Set(times)]);
          assert(chunks.every(({ joins }, index) => joins === index > 0));
        }
        const { lostBytes, recordedBytes, state } = recorder.health();
        const all = reads.reduce((sum, { length }) => sum + length, 0);
        assert.deepEqual([lostBytes, recordedBytes, state], [0, all, 'recording']);
      },
    ),
    {
      numRuns: 40,
      // A block that ends before the read in its middle.
      examples: [
        [
          0,
          'stored' as const,
          [
            { radio: 'radio-1', length: 60_000, afterUs: 0, isSweeps: false },
            { radio: 'radio-1', length: 1, afterUs: 1, isSweeps: false },
            { radio: 'radio-1', length: 60_000, afterUs: 1, isSweeps: false },
          ],
        ],
      ],
    },
  );
});

test('hands over exactly the reads of the time that is asked for', async (t) => {
  const { clock, open } = makeRig(t);
  const recorder = open();
  const random = createRandom(1);
  for (let second = 0; second < 60; second += 1) {
    recorder.append('radio-0', sweeps(random, 10, 64, second * 10), startUs + second * 1_000_000);
    clock.run((second + 1) * 1_000_000);
  }
  const fromMs = startUs / 1_000 + 20_000;
  const chunks = await gather(recorder.read({ radio: 'radio-0', fromMs, toMs: fromMs + 9_999 }));
  const seconds = new Set(chunks.map(({ atUs }) => (atUs - startUs) / 1_000_000));
  assert.deepEqual([...seconds], [20, 21, 22, 23, 24, 25, 26, 27, 28, 29]);
  assert.equal(joined(chunks).length, 10 * 10 * (22 + 64));
  assert.deepEqual(await gather(recorder.read({ radio: 'radio-1', ...always })), []);
  await recorder.close();
});

test('cuts blocks between two sweeps, however the driver cuts its reads', async (t) => {
  const { open, folder } = makeRig(t);
  const recorder = open();
  const all = sweeps(createRandom(3), 2_000);
  let at = 0;
  for (let step = 1; at < all.length; step = (step * 7919) % 5_003) {
    recorder.append('radio-0', all.subarray(at, at + step), startUs + at);
    at += step;
  }
  await recorder.close();
  const [name] = listSegments(folder);
  assert(name !== undefined);
  const segment = new Segment(memorySource(readFileSync(join(folder, name.name))));
  assert(segment.places.length > 10 && segment.isIndexed);
  // So a lost block costs no sweep of its neighbours.
  let read = 0;
  for (const place of segment.places) {
    const block = segment.open(place);
    assert(block?.header.beginsSweep && block.header.endsSweep);
    const bytes = Buffer.concat(block.reads.map((one) => one.bytes));
    const { sweeps: whole, skippedBytes } = readSweeps(bytes);
    assert.equal(skippedBytes, 0);
    read += whole.length;
  }
  assert.equal(read, 2_000);
});

test('keeps its budget over all radios and restarts, and gives up the oldest first', async (t) => {
  const { clock, open, size, folder } = makeRig(t);
  const random = createRandom(4);
  const budgetBytes = 4 * MIB;
  for (let run = 0; run < 2; run += 1) {
    const recorder = open({ budgetBytes, segmentBytes: 300_000, codec: 'stored' });
    for (let step = 0; step < 60; step += 1) {
      clock.run(clock.monotonic() + 100_000);
      for (const radio of ['radio-0', 'radio-1', 'radio-2']) {
        recorder.append(radio, random.bytes(60_000), clock.now());
      }
      await recorder.flush();
      assert(size() <= budgetBytes, `${size()} bytes`);
      assert.equal(recorder.health().storedBytes, size());
    }
    assert(recorder.health().evictedSegments > 0);
    const newest = clock.now();
    const chunks = await gather(recorder.read({ radio: 'radio-1', ...always }));
    assert.equal(chunks.at(-1)?.atUs, newest);
    // What is left is one piece: nothing newer went before something older.
    assert(chunks.every(({ joins }, index) => joins === index > 0));
    assert(joined(chunks).length > 1_000_000);
    await recorder.close();
    assert(size() <= budgetBytes);
  }
  const numbers = listSegments(folder).map(({ number }) => number);
  assert.deepEqual(
    numbers,
    numbers.toSorted((one, other) => one - other),
  );
});

test('keeps recording when the wall clock jumps, and paces by the clock that does not', async (t) => {
  const { clock, open } = makeRig(t);
  const recorder = open();
  const walls = [0, 1_000_000, 2_000_000, -3_600_000_000, -3_599_000_000, 86_400_000_000];
  walls.forEach((offsetUs, second) => {
    clock.run(second * 1_000_000);
    recorder.append('radio-0', sweep(createRandom(second), second), startUs + offsetUs);
  });
  await recorder.close();
  const chunks = await gather(recorder.read({ radio: 'radio-0', ...always }));
  assert.deepEqual(
    chunks.map(({ atUs }) => atUs - startUs),
    walls,
  );
  assert.deepEqual(
    chunks.map(({ monotonicUs }) => monotonicUs / 1_000_000),
    [0, 1, 2, 3, 4, 5],
  );
  assert.deepEqual(
    chunks.map(({ joins }) => joins),
    [false, true, true, true, true, true],
  );
  const { state, lostBytes, clockJumps } = recorder.health();
  assert.deepEqual([state, lostBytes, clockJumps], ['recording', 0, 2]);
});

test('notices that the wall clock was set while a block was open', async (t) => {
  const { clock, open } = makeRig(t);
  const recorder = open();
  for (const offsetUs of [0, 100_000, 7_200_000_000, 7_200_100_000, -5_000_000]) {
    clock.run(clock.monotonic() + 100_000);
    recorder.append('radio-0', sweep(createRandom(1), 0), startUs + offsetUs);
  }
  assert.equal(recorder.health().clockJumps, 2);
  await recorder.close();
});

test('refuses a budget or a segment size it could not keep', (t) => {
  const { open } = makeRig(t);
  assert.throws(() => open({ budgetBytes: 1_000 }), InputError);
  assert.throws(() => open({ budgetBytes: Number.NaN }), InputError);
  assert.throws(() => open({ segmentBytes: 32 * MIB }), /expected segments of 131072 to/);
});

test('records real captures in far fewer bytes, and they decode as before', async (t) => {
  const { open, size } = makeRig(t);
  const file = new URL('../../fixtures/fft-eval/ath10k_20mhz.dump', import.meta.url);
  const bytes = readFileSync(file);
  const recorder = open();
  recorder.append('radio-0', bytes, startUs);
  await recorder.close();
  const reader = new SweepReader();
  let decoded = 0;
  for await (const chunk of recorder.read({ radio: 'radio-0', ...always })) {
    reader.push(chunk.bytes, () => {
      decoded += 1;
    });
  }
  let expected = 0;
  new SweepReader().push(bytes, () => {
    expected += 1;
  });
  assert(expected > 0);
  assert.equal(decoded, expected);
  assert(size() < bytes.length / 2);
});
