import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChipSettings } from '#protocols/driver.ts';
import { onMachine, type Wished } from './set-up.ts';

function settingsOf(
  wished: Wished,
  prepare: (at: ReturnType<typeof onMachine>) => void = () => {},
) {
  const at = onMachine(wished);
  at.open();
  prepare(at);
  const told = at.get<ChipSettings>((done) => at.driver.settings(done));
  assert(told.ok);
  return told.value;
}

const ar9380 = { family: 'ath9k', vendor: '0x168c', device: '0x0030', driver: 'ath9k' } as const;

test('what the source of the driver fixes is told, and what only the firmware knows is not', () => {
  assert.deepEqual(settingsOf({}), { canInject: true, scanPriority: 1, shortReport: false });
});

test('ath9k shows how it listens in debugfs, and an override of its noise floor only while there is one', () => {
  const usual = { canInject: true, shortReport: false, fftPeriod: 15 };
  assert.deepEqual(settingsOf(ar9380), usual);
  const overridden = settingsOf(ar9380, ({ machine }) => {
    machine.debugfs.noiseOverride = '-98\n';
  });
  assert.deepEqual(overridden, { ...usual, noiseFloorOverrideDbm: -98 });
  for (const strange of ['', 'on\n', '17\n', '-1e9\n', '-98 dBm\n']) {
    const told = settingsOf(ar9380, ({ machine }) => {
      machine.debugfs.noiseOverride = strange;
    });
    assert.deepEqual(told, usual, JSON.stringify(strange));
  }
});

test('a chip without spectral scan has none of its settings', () => {
  assert.deepEqual(settingsOf({ device: '0x1103' }), { canInject: true });
});

test('a radio that is not open cannot tell', () => {
  const { driver, get } = onMachine();
  const told = get<ChipSettings>((done) => driver.settings(done));
  assert(!told.ok);
  assert.equal(told.error.code, 'gone');
});
