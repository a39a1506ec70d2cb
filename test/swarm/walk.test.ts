import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import { assertHeld, run } from './swarm.ts';

test('an hour in which people walk and a robot drives holds, and repeats to the hash', async () => {
  const document = await run('walk', 1);
  const again = await run('walk', 1, { passivateAfterMs: 0 });

  assertHeld(document);
  assert.equal(again.traceHash, document.traceHash);
  const { mobility, changes, clients } = document;
  assert.deepEqual([mobility!.movingNodes, mobility!.movingClients, clients], [1, 4, 13]);
  for (const client of ['ann', 'bob', 'eve']) {
    const roams = mobility!.events.filter((event) => event.client === client);
    assert(roams.length >= 6, `${client} roamed ${roams.length} times`);
  }
  // At every roam what it goes to is clearly better than what it leaves.
  for (const { kind, fromDbm, toDbm } of mobility!.events) {
    if (kind === 'client.roamed' && fromDbm !== null) assert(toDbm! >= fromDbm + 8 - 0.1);
  }
  assert(mobility!.awayShare > 0 && mobility!.awayShare < 0.01);
  assert(changes.some(({ cause }) => cause === 'call'));
});

test('it holds with a seed nobody chose', async (context) => {
  const seed = randomInt(2 ** 31);
  context.diagnostic(`./airguard sim walk --seed ${seed}`);
  assertHeld(await run('walk', seed));
});
