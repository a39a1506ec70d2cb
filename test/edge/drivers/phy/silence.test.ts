/** A real radio is silent where silence is owed, whatever hostapd would do by itself. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Done, RadioState } from '#protocols/driver.ts';
import { channel6, channel36, channel48, channel52, channel120, onMachine } from './set-up.ts';

const MINUTE_US = 60_000_000;

test('listens on a radar channel without a beacon, even when the kernel is done with it', () => {
  const { driver, get, open, machine, run, events, state } = onMachine();
  open();
  const listening = get<RadioState>((done) => driver.listen(channel52, done));
  assert.deepEqual(listening.ok && [listening.value.channel, listening.value.silent], [
    channel52,
    true,
  ]);
  assert.equal(machine.state, 'DFS');

  run(2 * MINUTE_US);
  assert.equal(machine.state, 'ENABLED');
  assert.deepEqual(machine.onAir, []);
  assert.deepEqual(state(), { ok: true, value: { channel: channel52, eirpDbm: 1, silent: true } });
  assert.deepEqual(
    events.filter(({ type }) => type === 'clearing.done'),
    [{ type: 'clearing.done', channel: channel52 }],
  );

  assert(get<RadioState>((done) => driver.setChannel(channel52, done)).ok);
  assert.deepEqual(
    machine.onAir.map(({ mhz, cleared }) => [mhz, cleared]),
    [[5260, true]],
  );
});

test('told to send before the kernel is done, it sends when that is, and not before', () => {
  const { driver, get, open, machine } = onMachine();
  open();
  get<RadioState>((done) => driver.listen(channel52, done));
  assert(get<RadioState>((done) => driver.setChannel(channel52, done)).ok);
  assert.equal(machine.onAir.length, 1);
  assert(machine.onAir.every(({ fromUs, cleared }) => cleared && fromUs > MINUTE_US));
});

test('does not take a channel on which the kernel would listen shorter than the rules ask', () => {
  const { driver, get, open, machine } = onMachine({ clearMs: 60_000 });
  open();
  const refused = get<RadioState>((done) => driver.listen(channel120, done));
  assert(!refused.ok);
  assert.match(refused.error.message, /expected the kernel to listen 600 s .*, came 60 s/);
  assert.equal(machine.state, 'DISABLED');

  const long = onMachine({ clearMs: 600_000 });
  long.open();
  assert(long.get<RadioState>((done) => long.driver.listen(channel120, done)).ok);
});

test('does not send on a radar channel that was not listened to', () => {
  const { driver, get, open, machine } = onMachine();
  open();
  get<RadioState>((done) => driver.setChannel(channel36, done));
  const refused = get<RadioState>((done) => driver.setChannel(channel52, done));
  assert(!refused.ok);
  assert.match(refused.error.message, /expected it to have listened there first/);
  assert.deepEqual([machine.isSending, machine.onAir.length], [true, 1]);
});

test('stops sending with the first command of a silence, and nothing under way begins again', () => {
  for (const target of [null, channel52]) {
    for (const under of [channel48, channel6]) {
      for (let afterMs = 0; afterMs <= 90; afterMs += 3) {
        const { driver, get, open, machine, run } = onMachine();
        open();
        get<RadioState>((done) => driver.setChannel(channel36, done));
        driver.setChannel(under, () => {});
        run(afterMs * 1_000);
        driver.listen(target, () => {});
        // A command takes 3 ms here, and one that was on its way may come first.
        run(7_000);
        for (let ms = 0; ms < 300; ms += 1) {
          assert.equal(machine.isSending, false);
          run(1_000);
        }
      }
    }
  }
});

test('passes radar on as it comes, with the block that was heard', () => {
  const { driver, get, open, machine, run, events } = onMachine();
  open();
  get<RadioState>((done) => driver.listen(channel52, done));
  run(2 * MINUTE_US);
  get<RadioState>((done) => driver.setChannel(channel52, done));
  machine.radar();
  run(10_000);
  assert.deepEqual(
    events.filter(({ type }) => type === 'radar.detected'),
    [{ type: 'radar.detected', centerMhz: 5260, widthMhz: 20 }],
  );
  get<RadioState>((done) => driver.listen(null, done));
  const refused = get<RadioState>((done) => driver.listen(channel52, done));
  assert(!refused.ok);
  assert.match(refused.error.message, /expected one without radar/);
});

test('tells of radar that was heard while nobody could follow the events', () => {
  const { driver, get, open, machine, run, events } = onMachine();
  open();
  get<RadioState>((done) => driver.listen(channel52, done));
  run(2 * MINUTE_US);
  get<RadioState>((done) => driver.setChannel(channel52, done));
  machine.cut();
  machine.radar();
  run(3_000_000);
  assert.deepEqual(
    events.filter(({ type }) => type === 'radar.detected'),
    [{ type: 'radar.detected', centerMhz: 5260, widthMhz: 20 }],
  );
});

test('a hostapd that was started anew and sends by itself is made silent where silence was ordered', () => {
  const { driver, get, open, machine, run, events } = onMachine();
  open();
  get<RadioState>((done) => driver.setChannel(channel36, done));
  get<RadioState>((done) => driver.listen(null, done));
  machine.kill();
  run(3_000_000);
  machine.hostapd = 'running';
  machine.start();
  assert.equal(machine.isSending, true);
  run(1_100_000);
  assert.equal(machine.isSending, false);
  const told = events.filter(({ type }) => type === 'driver.opened');
  assert.deepEqual(told.at(-1), {
    type: 'driver.opened',
    state: { channel: null, eirpDbm: 1, silent: true },
  });
});

test('hostapd that is not there is named with what mends it, and waited for', () => {
  const { driver, machine, run, events, state } = onMachine();
  machine.hostapd = 'dead';
  const opened: unknown[] = [];
  driver.open(
    (event) => events.push(event),
    (outcome) => opened.push(outcome.ok),
  );
  run(10_000_000);
  const now = state();
  assert(!now.ok);
  assert.equal(now.error.code, 'gone');
  assert.match(
    now.error.message,
    /expected hostapd to tell of wlan0, came 'Failed to connect.*start hostapd with ctrl_interface=\/var\/run\/hostapd/,
  );
  assert.deepEqual(opened, []);
  machine.hostapd = 'running';
  run(2_000_000);
  assert.deepEqual(opened, [true]);
});

type Act = (under: ReturnType<typeof onMachine>) => void;

const ignore: Done<unknown> = () => {};
const acts: Readonly<Record<string, Act>> = {
  'listen 52': ({ driver }) => driver.listen(channel52, ignore),
  'listen nowhere': ({ driver }) => driver.listen(null, ignore),
  'listen 36': ({ driver }) => driver.listen(channel36, ignore),
  'send 36': ({ driver }) => driver.setChannel(channel36, ignore),
  'send 48': ({ driver }) => driver.setChannel(channel48, ignore),
  'send 52': ({ driver }) => driver.setChannel(channel52, ignore),
  'send 120': ({ driver }) => driver.setChannel(channel120, ignore),
  'power 17': ({ driver }) => driver.setEirp(17, ignore),
  neighbours: ({ driver }) => driver.neighbours(ignore),
  radar: ({ machine }) => machine.radar(),
  'radar, heeded': ({ machine, driver }) => {
    machine.radar();
    driver.listen(null, ignore);
  },
  'cut events': ({ machine }) => machine.cut(),
  'restart driver': ({ driver }) => {
    driver.close();
    driver.open(() => {}, ignore);
  },
  'restart hostapd': ({ machine }) => {
    machine.kill();
    machine.hostapd = 'running';
  },
};

test('in any order of events it sends on no radar channel that was not cleared, and heeds the last order', () => {
  const step = fc.record({
    act: fc.constantFrom(...Object.keys(acts)),
    waitMs: fc.oneof(fc.integer({ min: 0, max: 40 }), fc.constantFrom(300, 2_000, 70_000)),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      const under = onMachine();
      const { machine, driver, open, run, get } = under;
      open();
      for (const { act, waitMs } of steps) {
        acts[act]?.(under);
        run(waitMs * 1_000);
      }
      get<RadioState>((done) => driver.listen(null, done));
      assert.equal(machine.isSending, false);
      run(2 * MINUTE_US);
      assert.equal(machine.isSending, false);
      for (const { mhz, cleared } of machine.onAir) assert(cleared, `sent at ${mhz} MHz`);
    }),
    { numRuns: 120 },
  );
});
