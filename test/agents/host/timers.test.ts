import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contextOf, Rig } from './rig.ts';

const wall = (rig: Rig, options: Parameters<Rig['clock']['hostClock']>[0] = {}) =>
  rig.clock.hostClock(options);

test('a delay fires once when it is due, by its own table', () => {
  const rig = new Rig();
  const host = rig.host();
  const light = rig.start(host);

  host.tell(light, { type: 'pause.requested' });
  rig.run(9_999);
  assert.equal(host.value(light), 'pausing');
  rig.run(1);

  assert.equal(host.value(light), 'idle');
  assert.equal(rig.records.filter(({ type }) => type === 'timer').length, 1);
  assert.equal(rig.clock.pending, 0);
});

test('leaving a state cancels its delay', () => {
  const rig = new Rig();
  const host = rig.host();
  const light = rig.start(host);

  host.tell(light, { type: 'pause.requested' });
  host.tell(light, { type: 'leave.requested' });
  rig.run(60_000);

  assert.equal(rig.records.filter(({ type }) => type === 'timer').length, 0);
});

test('a delayed raise under <delay>/<id> survives a restart', () => {
  const rig = new Rig();
  const host = rig.host();
  const light = rig.start(host);
  host.tell(light, { type: 'remind.requested' });
  rig.run(2_000);
  host.halt();

  const again = rig.host();
  rig.start(again);
  rig.run(2_999);
  assert.deepEqual(contextOf(rig.store, light).heard, []);
  rig.run(1);

  assert.deepEqual(contextOf(rig.store, light).heard, [-1]);
});

test('an original delay goes on where it was after a restart, and fires at once when overdue', () => {
  for (const { awayMs, thenMs } of [
    { awayMs: 4_000, thenMs: 3_000 },
    { awayMs: 20_000, thenMs: 0 },
  ]) {
    const rig = new Rig();
    const host = rig.host();
    const light = rig.start(host);
    host.tell(light, { type: 'pause.requested' });
    rig.run(3_000);
    host.halt();
    rig.run(awayMs);

    const again = rig.host();
    rig.start(again);
    if (thenMs > 0) {
      rig.run(thenMs - 1);
      assert.equal(again.value(light), 'pausing');
      rig.run(1);
    } else rig.run(0);

    assert.equal(again.value(light), 'idle');
  }
});

test('a silence starts over after a restart, since only listening counts', () => {
  const rig = new Rig();
  const host = rig.host();
  const light = rig.start(host);
  host.tell(light, { type: 'silence.requested' });
  rig.run(59_000);
  host.halt();

  const again = rig.host();
  rig.start(again);
  rig.run(59_999);
  assert.equal(again.value(light), 'silent');
  rig.run(1);

  assert.equal(again.value(light), 'idle');
});

test('a closure restarts when the clock cannot be trusted since the snapshot', () => {
  for (const { trusted, skewUs, remainingMs } of [
    { trusted: true, skewUs: 0, remainingMs: 1_700_000 },
    { trusted: false, skewUs: 0, remainingMs: 1_800_000 },
    // The wall went back behind the snapshot: whatever is said of it, it is wrong.
    { trusted: true, skewUs: -3_600_000_000, remainingMs: 1_800_000 },
  ]) {
    const rig = new Rig();
    const host = rig.host({ clock: wall(rig) });
    const light = rig.start(host);
    host.tell(light, { type: 'closure.requested' });
    rig.run(100_000);
    host.halt();

    const again = rig.host({ clock: wall(rig, { skewUs }), clockTrusted: () => trusted });
    rig.start(again);
    rig.run(remainingMs - 1);
    assert.equal(again.value(light), 'closed');
    rig.run(1);

    assert.equal(again.value(light), 'idle');
  }
});

test('a wall that jumped back makes no original delay longer than it was', () => {
  const rig = new Rig();
  const host = rig.host({ clock: wall(rig) });
  const light = rig.start(host);
  host.tell(light, { type: 'pause.requested' });
  rig.run(1_000);
  host.halt();

  const again = rig.host({ clock: wall(rig, { skewUs: -86_400_000_000 }) });
  rig.start(again);
  rig.run(10_000);

  assert.equal(again.value(light), 'idle');
});

test('within one boot the monotonic clock decides, whatever the wall does', () => {
  const rig = new Rig();
  const clock = wall(rig);
  const host = rig.host({ clock, bootId: 'one' });
  const light = rig.start(host);
  host.tell(light, { type: 'closure.requested' });
  rig.run(1_000_000);
  host.halt();
  clock.jump(-86_400_000_000);

  const again = rig.host({ clock, bootId: 'one', clockTrusted: () => false });
  rig.start(again);
  rig.run(799_999);
  assert.equal(again.value(light), 'closed');
  rig.run(1);

  assert.equal(again.value(light), 'idle');
});
