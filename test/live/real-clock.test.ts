import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { RealClock } from '#cli/live/real-clock.ts';

test('timers run in the order of their time, then of their tie, and never before it', async () => {
  const clock = new RealClock();
  const ran: string[] = [];
  const note = (name: string, dueUs: number) => () => {
    assert(clock.monotonic() >= dueUs, `${name} ran early`);
    ran.push(name);
  };
  const soonUs = clock.monotonic() + 20_000;
  const tie = (target: string, seq = 0) => ({ target, source: 'test', seq });
  clock.schedule(soonUs, note('b', soonUs), tie('b'));
  clock.schedule(soonUs, note('a2', soonUs), tie('a', 2));
  clock.schedule(soonUs, note('a1', soonUs), tie('a', 1));
  clock.schedule(soonUs + 10_000, note('last', soonUs + 10_000));
  clock.schedule(soonUs - 10_000, note('first', soonUs - 10_000));
  clock.schedule(soonUs, () => assert.fail('it was cancelled')).cancel();
  clock.schedule(0, note('at once', 0));
  assert.deepEqual(ran, []);
  await pause(100);
  assert.deepEqual(ran, ['at once', 'first', 'a1', 'a2', 'b', 'last']);
});

test('a clock that is stopped runs nothing more', async () => {
  const clock = new RealClock();
  clock.schedule(10_000, () => assert.fail('it was stopped'));
  clock.stop();
  clock.schedule(0, () => assert.fail('it was stopped'));
  await pause(40);
});
