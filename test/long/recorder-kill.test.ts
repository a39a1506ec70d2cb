import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '#agents/random/philox.ts';
import { killOver } from '../edge/recorder/killing.ts';
import { makeRig } from '../edge/recorder/rig.ts';

test('three hundred processes killed while they record leave what they said was written', async (t) => {
  const recorded = await killOver(makeRig(t), createRandom(21), 300);
  assert.equal(recorded, 300);
});
