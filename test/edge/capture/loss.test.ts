/** Sweeps missing, told from gaps in the chip's time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { createRandom } from '#agents/random/philox.ts';
import { type Loss, LossMeter } from '#edge/capture/loss.ts';
import { SweepFields } from '#edge/capture/sweep-fields.ts';

/** The default period of ath10k and what its jitter is like. */
const PACE_US = 233;
const JITTER_US = 14;

test('counts what is missing from a steady stream, to a tenth, up to a third lost', () => {
  fc.assert(
    fc.property(fc.nat(), fc.double({ min: 0, max: 0.33, noNaN: true }), (seed, share) => {
      const random = createRandom(seed);
      const times = steady(4_000, random).filter(
        (_, index) => index === 0 || index === 3_999 || random.uniform() >= share,
      );
      const { lost, paceUs } = measured(times.map((tsfUs) => ({ tsfUs })));
      const missing = 4_000 - times.length;
      assert(Math.abs(lost - missing) <= Math.max(2, missing * 0.1), `${lost} of ${missing}`);
      assert(Math.abs((paceUs ?? 0) - PACE_US) <= 4);
    }),
  );
});

test('the 32 bits of ath11k wrap, which loses nothing', () => {
  const random = createRandom('wrap');
  const times = steady(1_000, random).map((us) => (us + 2 ** 32 - 100_000) % 2 ** 32);
  const { lost, stepsBack, judged } = measured(times.map((tsfUs) => ({ tsfUs })));
  assert.deepEqual([lost, stepsBack, judged], [0, 0, 999]);
});

test('a retune, a pause and a step back are told apart from loss', () => {
  const random = createRandom('apart');
  const times = steady(90, random);
  const sweeps = times.map((tsfUs, index) => ({
    tsfUs: tsfUs + (index >= 30 ? 30_000 : 0) + (index >= 60 ? 5_000_000 : 0),
    freq1Mhz: index < 30 ? 5180 : 5500,
  }));
  const whole = [...sweeps, ...times.map((tsfUs) => ({ tsfUs, freq1Mhz: 5500 }))];
  const { lost, retunes, pauses, stepsBack } = measured(whole);
  assert.deepEqual([lost, retunes, pauses, stepsBack], [0, 1, 1, 1]);
});

test('the two halves of 160 MHz are one stream each, and no retune', () => {
  const random = createRandom('halves');
  const sweeps = steady(500, random).flatMap((tsfUs) => [
    { tsfUs, freq1Mhz: 5210, freq2Mhz: 5290 },
    { tsfUs: tsfUs + 20, freq1Mhz: 5290, freq2Mhz: 5290 },
  ]);
  const { lost, retunes, judged } = measured(sweeps);
  assert.deepEqual([lost, retunes, judged], [0, 0, 998]);
});

test('of gaps without a pace nothing is said', () => {
  const random = createRandom('scattered');
  let tsfUs = 0;
  const sweeps = Array.from({ length: 400 }, () => {
    tsfUs += 100 + random.below(1_000);
    return { tsfUs };
  });
  const { paceUs, lost, judged, unjudged } = measured(sweeps);
  assert.deepEqual([paceUs, lost, judged, unjudged], [null, 0, 0, 399]);
});

function steady(count: number, random: { below(bound: number): number }): number[] {
  return Array.from(
    { length: count },
    (_, index) => index * PACE_US + random.below(JITTER_US * 2) - JITTER_US + 1_000,
  );
}

function measured(
  sweeps: readonly { tsfUs: number; freq1Mhz?: number; freq2Mhz?: number }[],
): Loss {
  const meter = new LossMeter();
  const fields = new SweepFields();
  fields.type = 4;
  fields.storedWidthMhz = 80;
  fields.first.bins = 512;
  for (const { tsfUs, freq1Mhz = 5210, freq2Mhz = 0 } of sweeps) {
    Object.assign(fields, { tsfUs, freq1Mhz, freq2Mhz });
    meter.note(fields);
  }
  return meter.report();
}
