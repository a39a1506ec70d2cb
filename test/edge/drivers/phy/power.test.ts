import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { conductedDbm, eirpOf } from '#edge/drivers/phy/power.ts';
import type { RadioState } from '#protocols/driver.ts';
import { channel36, channel52, onMachine } from './set-up.ts';

const tenths = (low: number, high: number) =>
  fc.integer({ min: low * 10, max: high * 10 }).map((value) => value / 10);

test('what the connector gives, with antenna and cable, is never above the EIRP asked for', () => {
  fc.assert(
    fc.property(tenths(0, 36), tenths(-5, 20), tenths(0, 10), (eirpDbm, gain, loss) => {
      const chain = { antennaGainDbi: gain, cableLossDb: loss };
      const conducted = conductedDbm(eirpDbm, chain);
      assert(Number.isInteger(conducted));
      const sent = eirpOf(conducted, chain);
      assert(sent <= eirpDbm + 0.01 && sent > eirpDbm - 1, `${sent} of ${eirpDbm}`);
    }),
  );
});

test('sets whole decibels at the connector, below what was asked rather than above', () => {
  const { driver, get, open, machine, state } = onMachine({ antennaGainDbi: 3, cableLossDb: 0.5 });
  open();
  get<RadioState>((done) => driver.setChannel(channel36, done));
  for (const [eirpDbm, conducted] of [
    [17, 14],
    [17.5, 15],
    [17.4, 14],
    [20, 17],
  ] as const) {
    const set = get<RadioState>((done) => driver.setEirp(eirpDbm, done));
    assert.equal(machine.limitDbm, conducted);
    assert.deepEqual([set.ok && set.value.eirpDbm, state()], [eirpDbm, set]);
  }
});

test('says what is sent where the kernel allows less than was asked', () => {
  const { driver, get, open } = onMachine({ antennaGainDbi: 3, cableLossDb: 0.5 });
  open();
  get<RadioState>((done) => driver.setChannel(channel36, done));
  const set = get<RadioState>((done) => driver.setEirp(30, done));
  // 23 dBm at the connector is the most on channel 36.
  assert.equal(set.ok && set.value.eirpDbm, 25.5);
});

test('has its power set before it begins to send, after a silence too', () => {
  for (const channel of [channel36, channel52]) {
    const { driver, get, open, machine, run } = onMachine();
    open();
    get<RadioState>((done) => driver.setEirp(12, done));
    if (channel === channel52) {
      get<RadioState>((done) => driver.listen(channel, done));
      run(70_000_000);
    }
    // As when something else changed it meanwhile.
    machine.limitDbm = 30;
    const before = machine.commands.length;
    get<RadioState>((done) => driver.setChannel(channel, done));
    const words = machine.commands.slice(before).map(({ args }) => args.join(' '));
    const sends = words.findIndex((line) => / (enable|update_beacon)$/.test(line));
    assert(sends > 0);
    assert(words.slice(0, sends).some((line) => line.endsWith('set txpower limit 900')));
    assert.equal(machine.limitDbm, 9);
  }
});

test('is made silent where the hardware stays above what was set', () => {
  const { driver, get, open, machine, run } = onMachine();
  open();
  get<RadioState>((done) => driver.setChannel(channel36, done));
  machine.isDeafToPower = true;
  const refused = get<RadioState>((done) => driver.setEirp(10, done));
  run(10_000);
  assert(!refused.ok);
  assert.match(refused.error.message, /expected at most 7 dBm at the connector, came 23/);
  assert.equal(machine.isSending, false);
});

test('without an antenna gain it does not send, even where hostapd did already', () => {
  const { driver, get, open, machine, state } = onMachine({ antennaGainDbi: null });
  machine.start();
  assert.equal(machine.isSending, true);
  assert(open().ok);
  assert.equal(machine.isSending, false);
  for (const refused of [
    get<RadioState>((done) => driver.setChannel(channel36, done)),
    get<RadioState>((done) => driver.setEirp(10, done)),
  ]) {
    assert(!refused.ok);
    assert.match(refused.error.message, /no antennaGainDbi: expected a number in dBi/);
  }
  assert.deepEqual(state(), { ok: true, value: { channel: null, eirpDbm: 1, silent: true } });
});
