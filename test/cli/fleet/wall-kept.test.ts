import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryStore } from '#agents/store/memory.ts';
import { wallKept } from '#cli/fleet/wall-kept.ts';

test('a wall that went evenly is kept; one that was set, or another boot, is not', () => {
  const cases = [
    [{ wallS: 600, upS: 600 }, true],
    [{ wallS: 600.5, upS: 600 }, true],
    [{ wallS: 4_200, upS: 600 }, false],
    [{ wallS: -3_000, upS: 600 }, false],
    [{ wallS: 600, upS: 600, bootId: 'b' }, false],
    [{ wallS: 600, upS: 600, bootId: null }, false],
  ] as const;
  for (const [later, expected] of cases) {
    const store = new MemoryStore();
    start(store, { wallS: 0, upS: 0, bootId: 'a' });

    assert.equal(start(store, { bootId: 'a', ...later }), expected, JSON.stringify(later));
  }
});

test('nothing is known of a wall at the first start', () => {
  assert.equal(start(new MemoryStore(), { wallS: 0, upS: 0, bootId: 'a' }), false);
});

function start(
  store: MemoryStore,
  { wallS, upS, bootId }: { wallS: number; upS: number; bootId: string | null },
): boolean {
  const clock = {
    now: () => 1_800_000_000_000_000 + wallS * 1e6,
    monotonic: () => 0,
    schedule: () => assert.fail('nothing waits here'),
  };
  return wallKept({ clock, store, machine: { bootId, uptimeUs: () => upS * 1e6 } });
}
