import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertHeld, run } from '../swarm/swarm.ts';

test('four minutes of the whole city hold, and are the same on one thread and on three', async () => {
  const durationUs = 4 * 60e6;
  const one = await run('city', 1, { durationUs, threads: 1 });
  const three = await run('city', 1, { durationUs, threads: 3 });

  assert.deepEqual([one.radios, one.clients], [10_000, 100_000]);
  assertHeld(one);
  assert.equal(three.traceHash, one.traceHash);
  assert.deepEqual(three.kpi, one.kpi);
});
