import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { readSweeps } from '#edge/capture/tlv.ts';
import { isRaised } from '#edge/detector/classes/raised-noise.ts';
import { named } from '#edge/detector/naming.ts';
import { NoiseFloor } from '#edge/detector/noise-floor.ts';
import type { Finding } from '#machines/radio-words.ts';

const finding: Finding = {
  looksLike: 'something pulsed',
  lowMhz: 2_430,
  highMhz: 2_433,
  duty: 0.6,
  peakDbm: -50,
  floorDbm: -101,
  sweeps: 500,
};
const span = { lowMhz: 2_427, highMhz: 2_447 };

test('a finding bears the likeliest class of its span that has such a shape', () => {
  const classes = [
    { name: 'bluetooth', score: 0.99 },
    { name: 'wide-jammer', score: 0.95 },
    { name: 'zigbee', score: 0.9 },
    { name: 'narrow-jammer', score: 0.5 },
  ] as const;
  assert.equal(named([finding], [{ ...span, classes }])[0]?.looksLike, 'zigbee');
  const wide = { ...finding, highMhz: 2_445 };
  assert.equal(named([wide], [{ ...span, classes }])[0]?.looksLike, 'wide jammer');
});

test('without a class that fits, or of another span, its shape names it', () => {
  const wifi = [{ ...span, classes: [{ name: 'wifi', score: 1 }] as const }];
  assert.deepEqual(named([finding], wifi), [finding]);
  const elsewhere = { lowMhz: 2_462, highMhz: 2_482 };
  const zigbee = [{ name: 'zigbee', score: 1 }] as const;
  assert.deepEqual(named([finding], [{ ...elsewhere, classes: zigbee }]), [finding]);
});

test('noise is raised on the channel of the recorded camera that hides in it, and on no other', () => {
  const file = '../../fixtures/fft-eval/ar9280_analog_camera_ch1.dump';
  const { sweeps } = readSweeps(readFileSync(new URL(file, import.meta.url)));
  const floor = new NoiseFloor();
  for (const sweep of sweeps) floor.push(sweep, 0);
  const raised = new Set(
    sweeps.filter((sweep) => isRaised(floor, sweep)).map(({ freq1Mhz }) => freq1Mhz),
  );
  assert.deepEqual([...raised], [2_412]);
});

test('with fewer than five other channels nothing is said of the noise', () => {
  const file = '../../fixtures/fft-eval/ar9550_40mhz_analog_camera_ch1.dump';
  const { sweeps } = readSweeps(readFileSync(new URL(file, import.meta.url)));
  const floor = new NoiseFloor();
  for (const sweep of sweeps) floor.push(sweep, 0);
  assert(!sweeps.some((sweep) => isRaised(floor, sweep)));
});
