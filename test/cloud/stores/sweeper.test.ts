import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Bus, BusDone, Leftovers, Swept } from '#agents/bus/bus.ts';
import { Sweeper } from '#cloud/stores/sweeper.ts';
import { VirtualClock } from '#sim/clock/virtual-clock.ts';

const HOUR_US = 3_600_000_000;

/** Stores that remove as the hub does, and can be out of reach. */
function hub() {
  const pieces = new Map<string, number>();
  const state = { isAway: false, pieces };
  const sweep = (before: Leftovers, done: BusDone<Swept>) => {
    if (state.isAway) return done({ ok: false, error: { code: 'disconnected', message: 'away' } });
    const broken = [...pieces].filter(([put, count]) => before.get(put) === count);
    for (const [put] of broken) pieces.delete(put);
    done({ ok: true, value: { left: new Map(pieces), removed: broken.length } });
  };
  const objects = (store: string) => ({
    sweep:
      store === 'CAPTURES'
        ? sweep
        : (_: Leftovers, done: BusDone<Swept>) =>
            done({ ok: true, value: { left: new Map(), removed: 0 } }),
  });
  return { ...state, state, bus: { objects } as unknown as Bus };
}

test('a put that stands still for an hour is removed, and one that grows is left alone', () => {
  const clock = new VirtualClock();
  const { bus, pieces } = hub();
  const said: string[] = [];
  pieces.set('still', 3).set('growing', 1);
  const sweeper = new Sweeper({ bus, clock, say: (line) => said.push(line) });
  for (let hour = 1; hour <= 3; hour += 1) {
    pieces.set('growing', hour + 1);
    clock.run(hour * HOUR_US);
  }
  assert.deepEqual([...pieces], [['growing', 4]]);
  assert.deepEqual(said, ['CAPTURES: removed what 1 broken-off puts had left']);
  clock.run(4 * HOUR_US);
  assert.equal(pieces.size, 0);
  sweeper.stop();
});

test('a hub that is away for a while costs nothing but time', () => {
  const clock = new VirtualClock();
  const { bus, pieces, state } = hub();
  const sweeper = new Sweeper({ bus, clock, say: () => {} });
  pieces.set('still', 3);
  clock.run(HOUR_US);
  state.isAway = true;
  clock.run(3 * HOUR_US);
  assert.equal(pieces.size, 1);
  state.isAway = false;
  clock.run(4 * HOUR_US);
  assert.equal(pieces.size, 0);
  sweeper.stop();
});
