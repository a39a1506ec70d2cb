/** The power of bins: the object's way and the cursor's, peaks over 8 bits, segments of zeros. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { createRandom } from '#agents/random/philox.ts';
import { sampleOf } from '#bench/fuzz/tlv.ts';
import { binPowers, silentDbm } from '#edge/capture/bin-power.ts';
import { SweepCursor } from '#edge/capture/sweep-cursor.ts';
import { readSweeps, type Sweep } from '#edge/capture/tlv.ts';
import { ath11kSample } from './samples.ts';

const captures = ['ar9280_analog_camera_ch1', 'ar9550_40mhz_analog_camera_ch1', 'ath10k_20mhz'];

for (const name of captures) {
  test(`both ways give the same powers for ${name}, to the rounding of 32 bits`, () => {
    const url = new URL(`../../fixtures/fft-eval/${name}.dump`, import.meta.url);
    assertAlike(readFileSync(url));
  });
}

test('both ways give the same powers for samples of every type, and as the formula says', () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const random = createRandom(seed);
      assertAlike(Buffer.concat(Array.from({ length: 8 }, () => sampleOf(random))));
    }),
  );
});

test('a peak over 255 counts with its whole magnitude, in 512 bins too', () => {
  for (const [bins, peakBin] of [
    [64, 40],
    [256, 3],
    [512, 40],
    [512, 500],
  ] as const) {
    const sample = ath11kSample({
      bins,
      tsfUs: 1,
      maxMagnitude: 900,
      maxIndex: ((((peakBin - bins / 2) & 255) + 128) & 255) - 128,
      magnitude: (bin) => (bin === peakBin ? 900 : 10),
    });
    const [sweep] = readSweeps(sample).sweeps as [Sweep];
    assert.equal(sweep.segments[0]!.wrappedBin, peakBin);
    const powers = powersOf(sweep);
    const sum = 900 ** 2 + (bins - 1) * 100;
    assert(Math.abs(powers[peakBin]! - (-75 + 10 * Math.log10(900 ** 2 / sum))) < 1e-9);
    assert(Math.abs(powers[0]! - (-75 + 10 * Math.log10(100 / sum))) < 1e-9);
    assertAlike(sample);
  }
});

test('a peak over 255 whose bin cannot be told stays as it came', () => {
  const wish = { bins: 512, tsfUs: 1, maxMagnitude: 300, maxIndex: 5 };
  // 300 leaves 44: in both bins the index may mean, or in none.
  for (const magnitude of [() => 44, () => 45]) {
    const [sweep] = readSweeps(ath11kSample({ ...wish, magnitude })).sweeps as [Sweep];
    assert.equal(sweep.segments[0]!.wrappedBin, undefined);
  }
});

test('a segment of zeros has no shape, and gets the floor in every bin', () => {
  const [sweep] = readSweeps(ath11kSample({ bins: 64, tsfUs: 1, magnitude: () => 0 })).sweeps as [
    Sweep,
  ];
  assert.deepEqual(powersOf(sweep), new Array(64).fill(silentDbm));
});

/** By the cursor, by objects, and by the formula as it is written. */
function assertAlike(bytes: Buffer): void {
  const { sweeps } = readSweeps(bytes);
  const cursor = new SweepCursor();
  cursor.load(bytes, bytes.length, 'last');
  const fast = new Float32Array(512);
  for (const sweep of sweeps) {
    assert(cursor.next());
    const powers = powersOf(sweep);
    assert.equal(cursor.powers(fast), powers.length);
    const plain = formula(sweep);
    powers.forEach((dbm, bin) => {
      assert(Math.abs(dbm - plain[bin]!) < 1e-9, `${dbm} and ${plain[bin]}`);
      assert.equal(fast[bin], Math.fround(dbm));
    });
  }
  assert(!cursor.next());
}

function formula({ segments, maxExp }: Sweep): number[] {
  return segments.flatMap(({ bins, noiseDbm, rssiDb, wrappedBin, maxMagnitude }) => {
    const x = [...bins].map((bin, i) => (i === wrappedBin ? maxMagnitude : bin * 2 ** maxExp));
    const sum = x.reduce((total, one) => total + one * one, 0);
    if (sum === 0) return x.map(() => silentDbm);
    return x.map((one) => noiseDbm + rssiDb + 10 * Math.log10(Math.max(one, 1) ** 2 / sum));
  });
}

function powersOf({ segments, maxExp }: Sweep): number[] {
  return segments.flatMap((segment) => {
    const powers = new Float64Array(segment.bins.length);
    binPowers(segment, maxExp, powers);
    return [...powers];
  });
}
