import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import { assertAllCounted, assertHeld, run } from './swarm.ts';

/** The first is what `npm start` runs. */
const seeds = [1, 2, 3, 17, 50];

for (const seed of seeds) {
  test(`an hour of the office holds with seed ${seed}, and every checker counts`, () =>
    office(seed));
}

test('an hour of the office holds with a seed nobody chose', async (context) => {
  const seed = randomInt(2 ** 31);
  context.diagnostic(`./airguard sim office --seed ${seed}`);
  await office(seed);
});

async function office(seed: number): Promise<void> {
  const document = await run('office', seed);

  assertHeld(document);
  assertAllCounted([document]);
  assert(document.faults.radar && document.faults.cut);
  assert(document.radar.every(({ silentAfterMs }) => silentAfterMs !== null));
  assert(document.changes.some(({ cause, reason }) => cause === 'call' && /video/.test(reason)));
  assert(document.kpi.utilityMbpsAfter > document.kpi.utilityMbpsBefore);
}
