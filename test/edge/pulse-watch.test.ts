/** Pulses become suspicions on their way to the radio, and everything else goes through untouched. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '#agents/random/philox.ts';
import { type Told, watchPulses } from '#edge/pulse-watch.ts';
import type { DriverEvent } from '#protocols/driver.ts';
import { radarSuspected } from '#protocols/events/radio.ts';
import { sentOnce } from '#sim/air/pulses/trial.ts';

test('pulses of a radar are told as one suspicion that fits its schema', () => {
  const told: Told[] = [];
  const hear = watchPulses((event) => told.push(event));
  const pulses = sentOnce('fcc-0', createRandom(1));
  hear({ type: 'pulses', pulses: pulses.slice(0, 4) });
  assert.equal(told.length, 0);
  hear({ type: 'pulses', pulses: pulses.slice(4) });
  assert.equal(told.length, 1);
  const { type, ...data } = told[0] as Told;
  assert.equal(type, 'radar.suspected');
  assert.deepEqual(radarSuspected.data.parse(data), data);
});

test('what the chip detects by itself goes on as it came, before and after pulses', () => {
  const told: Told[] = [];
  const hear = watchPulses((event) => told.push(event));
  const detected: DriverEvent = { type: 'radar.detected', centerMhz: 5_500, widthMhz: 20 };
  hear(detected);
  hear({ type: 'pulses', pulses: [] });
  hear(detected);
  assert.deepEqual(told, [detected, detected]);
});
