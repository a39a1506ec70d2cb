import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { readSweeps, sweepSpan } from '#edge/capture/tlv.ts';
import { detect } from '#edge/detector/detect.ts';
import { overlapMhz } from '#protocols/channels.ts';

const file = '../../fixtures/fft-eval/ar9550_40mhz_analog_camera_ch1.dump';
const { sweeps } = readSweeps(readFileSync(new URL(file, import.meta.url)));

test('names the analogue camera on channel 1 from its bytes', () => {
  const [finding, ...others] = heardOn(2412);
  assert.deepEqual(others, []);
  assert.equal(finding?.looksLike, 'analogue video');
  assert((finding?.duty ?? 0) > 0.9);
  assert((finding?.lowMhz ?? 0) >= 2402 && (finding?.highMhz ?? 0) <= 2422);
});

test('finds nothing on channels 6 and 11, where only frames are heard', () => {
  assert.deepEqual(heardOn(2437), []);
  assert.deepEqual(heardOn(2462), []);
});

test('judges nothing from fewer than eight sweeps', () => {
  assert.deepEqual(detect(sweeps.slice(0, 7), { lowMhz: 2402, highMhz: 2422 }), []);
});

function heardOn(centerMhz: number) {
  const channel = { lowMhz: centerMhz - 10, highMhz: centerMhz + 10 };
  const heard = sweeps.filter((sweep) => overlapMhz(sweepSpan(sweep), channel) > 0);
  return detect(heard, channel);
}
