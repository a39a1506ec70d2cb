import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '#agents/random/philox.ts';
import { killOver } from './killing.ts';
import { makeRig } from './rig.ts';

test('a process killed at any moment leaves everything it said was written', async (t) => {
  const recorded = await killOver(makeRig(t), createRandom(20), 6);
  assert.equal(recorded, 6);
});
