import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryStore } from '#agents/store/memory.ts';
import { clockTrust } from '#cli/live/clock-trust.ts';
import { actor } from '../../agents/store/conformance.ts';

const SECOND_US = 1_000_000;
const YEAR_2026_US = Date.UTC(2026, 5, 1) * 1_000;

/** A wall clock that can be set, beside one that nobody sets. */
function clocks(wallUs = YEAR_2026_US) {
  let monotonicUs = 0;
  let aheadUs = wallUs;
  const clock = {
    now: () => aheadUs + monotonicUs,
    monotonic: () => monotonicUs,
    schedule: () => assert.fail('nothing waits here'),
  };
  return {
    clock,
    run: (seconds: number) => {
      monotonicUs += seconds * SECOND_US;
    },
    set: (byS: number) => {
      aheadUs += byS * SECOND_US;
    },
  };
}

test('a wall clock that is corrected a little is believed; one that leaps is not, until it is back', () => {
  for (const [byS, isBelieved] of [
    [2, true],
    [-59, true],
    [61, false],
    [-3_600, false],
    [86_400, false],
  ] as const) {
    const { clock, run, set } = clocks();
    const trusted = clockTrust(clock, new MemoryStore());
    run(3_600);
    assert(trusted());
    set(byS);
    run(10);
    assert.equal(trusted(), isBelieved, `${byS} s`);
    set(-byS);
    assert(trusted());
  }
});

test('a clock that starts before what the store knows, or before this was written, is not believed', () => {
  const store = new MemoryStore();
  const takenAtWallUs = YEAR_2026_US + 3_600 * SECOND_US;
  store.commit({ actor: actor({ takenAtWallUs }) });
  assert.equal(clockTrust(clocks().clock, store)(), false);
  assert.equal(clockTrust(clocks(takenAtWallUs - 30 * SECOND_US).clock, store)(), true);
  assert.equal(clockTrust(clocks(0).clock, new MemoryStore())(), false);
});
