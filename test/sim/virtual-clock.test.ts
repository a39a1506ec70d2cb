import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { VirtualClock } from '#sim/clock/virtual-clock.ts';

test('tasks run in order of time, then target, source and count', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          dueUs: fc.integer({ min: 0, max: 20 }),
          target: fc.constantFrom('a', 'b'),
          source: fc.constantFrom('x', 'y'),
          seq: fc.integer({ min: 0, max: 3 }),
          cancel: fc.boolean(),
        }),
        { maxLength: 200 },
      ),
      (timers) => {
        const clock = new VirtualClock();
        const ran: string[] = [];
        const key = (t: (typeof timers)[number], index: number) =>
          [t.dueUs, t.target, t.source, t.seq, index].map((p) => String(p).padStart(3)).join(' ');

        const armed = timers.map((timer, index) =>
          clock.schedule(timer.dueUs, () => ran.push(key(timer, index)), timer),
        );
        timers.forEach((timer, index) => {
          if (timer.cancel) armed[index]?.cancel();
        });
        clock.run(20);

        const kept = timers.flatMap((timer, index) => (timer.cancel ? [] : [key(timer, index)]));
        assert.deepEqual(ran, kept.sort());
        assert.equal(clock.pending, 0);
      },
    ),
  );
});

test('timers that are cancelled by the thousand leave the others in their order', () => {
  const clock = new VirtualClock();
  const ran: number[] = [];
  const armed = Array.from({ length: 10_000 }, (_, index) => {
    const dueUs = (index * 7_919) % 10_007;
    return { dueUs, timer: clock.schedule(dueUs, () => ran.push(dueUs)) };
  });

  const kept = armed.filter(({ dueUs }) => dueUs % 10 === 0);
  for (const { dueUs, timer } of armed) if (dueUs % 10 !== 0) timer.cancel();

  assert.equal(clock.pending, kept.length);
  clock.run(20_000);
  // One that has run is not cancelled any more.
  for (const { timer } of armed) timer.cancel();
  assert.equal(clock.pending, 0);
  assert.deepEqual(
    ran,
    kept.map(({ dueUs }) => dueUs).sort((a, b) => a - b),
  );
});

test('a task sees its own due time, and what it schedules in the past runs next', () => {
  const clock = new VirtualClock(1_000_000);
  const seen: [string, number][] = [];

  clock.schedule(500, () => {
    seen.push(['first', clock.now()]);
    clock.schedule(100, () => seen.push(['late', clock.monotonic()]));
  });
  clock.schedule(501, () => seen.push(['second', clock.monotonic()]));
  clock.run(10_000);

  assert.deepEqual(seen, [
    ['first', 1_000_500],
    ['late', 500],
    ['second', 501],
  ]);
  assert.equal(clock.monotonic(), 10_000);
});

test('a host clock drifts and jumps, and its timers keep its own monotonic time', () => {
  const world = new VirtualClock(1_700_000_000_000_000);
  world.run(5_000_000);
  const host = world.hostClock({ skewUs: 2_000_000, driftPpm: 100 });
  const fired: [number, number][] = [];

  host.schedule(10_000_000, () => fired.push([host.monotonic(), world.monotonic()]));
  host.jump(-3_000_000);
  world.run(20_000_000);

  assert.deepEqual(fired, [[10_000_000, 14_999_001]]);
  assert.equal(host.now() - world.now(), 2_000_000 - 3_000_000 + 1_500);
});

test('a timer is never early when the pace slows down under it', () => {
  const world = new VirtualClock();
  const host = world.hostClock();
  const fired: number[] = [];

  host.schedule(1_000_000, () => fired.push(host.monotonic()));
  world.run(500_000);
  host.drift(-500_000);
  world.run(1_499_999);
  assert.deepEqual(fired, []);
  world.run(1_500_000);

  assert.deepEqual(fired, [1_000_000]);
});

test('the timers of a stopped host never run', () => {
  const world = new VirtualClock();
  const host = world.hostClock();

  const timer = host.schedule(10, () => assert.fail('ran'));
  host.stop();
  world.run(100);
  timer.cancel();
  assert.equal(world.pending, 0);
});
