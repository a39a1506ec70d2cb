import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRandom } from '#agents/random/philox.ts';
import { readScalarCaptures } from '#cli/train/classes/scalar-captures.ts';
import { drawScan } from '#cli/train/noise/scans.ts';
import { readSweeps } from '#edge/capture/tlv.ts';
import { readNoiseCard } from '#edge/detector/noise-card.ts';
import {
  NoiseFloor,
  type NoiseReading,
  OTHERS_MIN,
  standsOut,
} from '#edge/detector/noise-floor.ts';

const card = readNoiseCard();
const levels = fc.array(fc.integer({ min: -115, max: -50 }), { minLength: 6, maxLength: 25 });

test('what differs on all frequencies alike does not count, and the order does not either', () => {
  fc.assert(
    fc.property(levels, fc.integer({ min: -20, max: 20 }), (all, by) => {
      const [one, ...others] = all as [number, ...number[]];
      const score = standsOut(one, others);
      assert.equal(
        standsOut(
          one + by,
          others.map((other) => other + by),
        ),
        score,
      );
      assert.equal(standsOut(one, others.toReversed()), score);
    }),
  );
});

test('more noise never scores less, and a floor below the middle is never told', () => {
  fc.assert(
    fc.property(levels, fc.nat(30), (all, more) => {
      const [one, ...others] = all as [number, ...number[]];
      assert(standsOut(one + more, others) >= standsOut(one, others));
      assert(standsOut(Math.min(...others) - 1, others) < 0);
    }),
  );
});

test('a single odd value of a tuning, and tunings of another band or width, change nothing', () => {
  const floor = new NoiseFloor();
  const hear = (centerMhz: number, noiseDbm: number, widthMhz = 20) =>
    floor.hear(
      { lowMhz: centerMhz - widthMhz / 2, highMhz: centerMhz + widthMhz / 2, noiseDbm },
      0,
    );
  for (let at = 0; at <= OTHERS_MIN; at += 1) {
    for (const noiseDbm of [-95, -95, -40, -95, -95]) hear(5_180 + 20 * at, noiseDbm);
  }
  hear(2_412, -50);
  hear(5_190, -50, 40);
  const readings = floor.readings();
  assert.equal(readings.length, OTHERS_MIN + 1);
  assert(readings.every(({ score, others }) => score === 0 && others === OTHERS_MIN));
  floor.forgetBefore(1);
  assert.deepEqual(floor.readings(), []);
});

test('of generated normal scans of another seed, no more frequencies are flagged than stated', () => {
  const random = createRandom('normal scans');
  let frequencies = 0;
  let alarms = 0;
  for (let scan = 0; scan < 3_000; scan += 1) {
    const { centersMhz, noiseDbm } = drawScan(random.fork(String(scan)));
    noiseDbm.forEach((one, place) => {
      frequencies += 1;
      if (standsOut(one, noiseDbm.toSpliced(place, 1)) > card.threshold) alarms += 1;
    });
    assert.equal(centersMhz.length, noiseDbm.length);
  }
  const expected = card.falseAlarmRate * frequencies;
  assert(alarms <= expected + 5 * Math.sqrt(expected), `${alarms} of ${frequencies}`);
});

test('a camera that a receiver hides in its noise is found, and nothing in 5 GHz', () => {
  for (const name of ['ar9280', 'ar9390']) {
    const floor = new NoiseFloor();
    const file = new URL(`../../fixtures/fft-eval/${name}_analog_camera_ch1.dump`, import.meta.url);
    for (const sweep of readSweeps(readFileSync(file)).sweeps) floor.push(sweep, 0);
    const readings = floor.readings();
    assert.equal(readings.length, 32);
    assert.deepEqual(flagged(readings), [2_412]);
  }
});

test('in the recorded scans without a sender in their noise, no frequency is flagged', () => {
  const folder = new URL('../../fixtures/mesh-com', import.meta.url).pathname;
  for (const { file, rounds } of readScalarCaptures(folder)) {
    const floor = new NoiseFloor();
    for (const { freqMhz, noiseDbm } of rounds.flat()) {
      floor.hear({ lowMhz: freqMhz - 10, highMhz: freqMhz + 10, noiseDbm }, 0);
    }
    assert.deepEqual(flagged(floor.readings()), [], file);
  }
});

test('a card that is none is said in one line', () => {
  const file = new URL('../../fixtures/mesh-com/README.md', import.meta.url);
  assert.throws(() => readNoiseCard(file), /card of the noise: expected a file that .*train noise/);
});

function flagged(readings: readonly NoiseReading[]): number[] {
  return readings
    .filter(({ score }) => score > card.threshold)
    .map(({ lowMhz, highMhz }) => (lowMhz + highMhz) / 2);
}
