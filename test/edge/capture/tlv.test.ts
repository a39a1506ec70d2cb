import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { binPowers } from '#edge/capture/bin-power.ts';
import { readSweeps, type Segment, type Sweep, SweepReader } from '#edge/capture/tlv.ts';

/**
 * Decode figures of the sample files, made by an independent decoder. `fields` is the SHA-256 of a
 * line a sample, `powers` of all bin powers in hundredths of a dBm as big-endian int16.
 */
const files = [
  {
    name: 'ar9280_analog_camera_ch1',
    sweeps: 283,
    fields: '3fc7b3b5781cb273ab40924af2edc083f235d9250ccec4142c535eb3cda46d0a',
    powers: '077288d02fd10755606b693a65d6acfe5009d5819835c4beaef1b26d5c37f06c',
  },
  {
    name: 'ar9390_analog_camera_ch1',
    sweeps: 256,
    fields: '91a01e3d494a041a853cdda04f1e28b92ab265bae70bd489f491660b86aee8cc',
    powers: '612bc2e03cf55fe0ee8f1931ccd467f66b9c9cfcb3359b0aa4b3fdf676ee0c86',
  },
  {
    name: 'ar9550_40mhz_analog_camera_ch1',
    sweeps: 236,
    fields: '680d99ab068b2d7675727418895cf474b66f6f5e9602bc0b5c6a4e4df22a6a1b',
    powers: '41134b47071fb409f3d1cfb4a1eaad0ed8879503268ba24d94342c57bccdea8f',
  },
  {
    name: 'ath10k_20mhz',
    sweeps: 128,
    fields: 'c21b36b0f7c6585d5f318aaefa81a0a83b49fd3731e23ae4c29dd527e2685c69',
    powers: 'dd795dd4b9c309d9df7114de95cbe25a69cc2ca2fb0db3dc5608c6fc3eaba184',
  },
  {
    name: 'ath10k_80mhz',
    sweeps: 16,
    fields: '8505ee67f629e35b77cebb06a0a3d86afd2fd8ab53ef8ad459ec6536953543eb',
    powers: '445e3e91ede87336749e107f9ae25a25995eec2f5d63dbb33446cfeafa2a1eeb',
  },
];

for (const { name, sweeps: count, fields, powers } of files) {
  test(`reads ${name} as an independent decoder does, field by field and bin by bin`, () => {
    const { sweeps, skippedBytes } = readSweeps(capture(name));
    assert.equal(sweeps.length, count);
    assert.equal(skippedBytes, 0);
    assert.equal(sha256(sweeps.map(line).join('')), fields);
    assert.equal(sha256(Buffer.concat(sweeps.flatMap(hundredths))), powers);
  });
}

test('reads nothing from a file whose only length lies, and does not throw', () => {
  const { sweeps, skippedBytes } = readSweeps(capture('crash_1'));
  assert.deepEqual(sweeps, []);
  assert.equal(skippedBytes, 4095);
});

test('reads the same sweeps however the stream is cut into pieces', () => {
  const whole = capture('ar9550_40mhz_analog_camera_ch1');
  const expected = readSweeps(whole).sweeps.map(line);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 4000 }), { minLength: 1 }), (sizes) => {
      const reader = new SweepReader();
      const lines: string[] = [];
      for (let at = 0, i = 0; at < whole.length; i += 1) {
        const size = sizes[i % sizes.length] as number;
        reader.push(whole.subarray(at, at + size), (sweep) => lines.push(line(sweep)));
        at += size;
      }
      assert.deepEqual(lines, expected);
    }),
    { numRuns: 20 },
  );
});

test('finds its way back after damage and loses no more than what was damaged', () => {
  const whole = capture('ath10k_20mhz');
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: whole.length - 1 }),
      fc.uint8Array({ minLength: 1, maxLength: 60 }),
      (at, noise) => {
        const damaged = Buffer.concat([whole.subarray(0, at), noise, whole.subarray(at)]);
        const { sweeps } = readSweeps(damaged);
        assert(sweeps.length >= 128 - 6, `${sweeps.length} sweeps were left`);
      },
    ),
    { numRuns: 50 },
  );
});

test('never throws on arbitrary bytes, and accounts for each of them', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => {
      const reader = new SweepReader();
      let read = 0;
      reader.push(bytes, (sweep) => {
        read += sweep.bytes.length;
      });
      reader.end();
      assert(read + reader.skippedBytes <= bytes.length);
    }),
  );
});

test('the bins of a segment sum to its noise and rssi', () => {
  const { sweeps } = readSweeps(capture('ath10k_80mhz'));
  for (const { segments, maxExp } of sweeps) {
    for (const segment of segments) {
      const sum = powersOf(segment, maxExp).reduce((total, dbm) => total + 10 ** (dbm / 10), 0);
      const whole = segment.noiseDbm + segment.rssiDb;
      // Bins of 0 count as 1, which adds a little.
      assert(Math.abs(10 * Math.log10(sum) - whole) < 0.5);
    }
  }
});

function capture(name: string): Buffer {
  return readFileSync(new URL(`../../fixtures/fft-eval/${name}.dump`, import.meta.url));
}

function line(sweep: Sweep): string {
  const { type, tsf, freq1Mhz, freq2Mhz, storedWidthMhz, maxExp, segments } = sweep;
  const { rssiDb, noiseDbm, maxMagnitude, maxIndex } = segments[0] as Segment;
  const bins = Buffer.concat(segments.map((segment) => segment.bins));
  const numbers = [type, tsf, freq1Mhz, freq2Mhz, storedWidthMhz, rssiDb, noiseDbm, maxMagnitude];
  return `${[...numbers, maxIndex, maxExp, bins.length, bins.toString('hex')].join(',')}\n`;
}

function hundredths({ segments, maxExp }: Sweep): Buffer[] {
  return segments.map((segment) => {
    const powers = powersOf(segment, maxExp);
    const bytes = Buffer.alloc(powers.length * 2);
    for (const [i, dbm] of powers.entries()) bytes.writeInt16BE(Math.floor(100 * dbm + 0.5), 2 * i);
    return bytes;
  });
}

function powersOf(segment: Segment, maxExp: number): number[] {
  const powers = new Float64Array(segment.bins.length);
  binPowers(segment, maxExp, powers);
  return [...powers];
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}
