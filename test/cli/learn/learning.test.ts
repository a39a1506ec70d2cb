import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { keyringOf, signerFromSeed } from '#agents/keys/ed25519.ts';
import { createRandom } from '#agents/random/philox.ts';
import { ordinaryTiles } from '#cli/learn/held-out.ts';
import { headOf } from '#cli/learn/shipped-head.ts';
import { learnerParts } from '#cloud/learner/mind.ts';
import { shippedModel } from '#edge/detector/autoencoder.ts';
import { type LearnerCalls, Member } from '#edge/learning/member.ts';
import { OrdinaryTiles } from '#edge/learning/ordinary-tiles.ts';
import { VirtualClock } from '#sim/clock/virtual-clock.ts';

const random = createRandom(3);
const task = await headOf(shippedModel);
after(() => task.close());
const signer = signerFromSeed('ap1', random.fork('key').bytes(32));
const heard = ordinaryTiles(random.fork('heard'), 48, { offDb: 8 });

test('learning makes what was heard more likely, the same to the bit each time', async () => {
  const examples = await task.examplesOf(heard);
  const start = task.initial();

  const [one, other] = [
    await task.train(start, examples, random.fork('train')),
    await task.train(start, examples, random.fork('train')),
  ];

  assert((await task.loss(one, examples)) < (await task.loss(start, examples)));
  assert.deepEqual(one, other);
});

test('a node takes part once a round, with what it heard and nothing before it heard enough', async () => {
  const parts = learnerParts({
    task,
    heldOut: await task.examplesOf(heard.slice(0, 16)),
    keyring: keyringOf({ ap1: signer.publicKey }),
    rule: 'multi-krum',
    liarShare: 0.2,
  });
  const told: Uint8Array[] = [];
  const weights = Buffer.from(new Uint8Array(parts.shipped.buffer)).toString('base64');
  const learner: LearnerCalls = {
    getModel: async () => ({
      ok: true,
      value: { task: task.name, round: 1, modelHash: parts.modelHash, weights },
    }),
    async submit({ update }) {
      const bytes = new Uint8Array(Buffer.from(update, 'base64'));
      const error = parts.judge(bytes, 'ap1', { round: 1, modelHash: parts.modelHash });
      if (error !== null) return { ok: false, error };
      told.push(bytes);
      return { ok: true, value: null };
    },
  };
  const tiles = new OrdinaryTiles(64);
  const member = new Member({
    task,
    tiles,
    learner,
    clock: new VirtualClock(),
    random,
    signer,
    everyS: 600,
    say: () => {},
  });

  assert.equal(await member.takePart(), 'too few tiles');
  for (const tile of heard) tiles.add(tile);
  assert.equal(await member.takePart(), 'told');
  assert.equal(await member.takePart(), 'taken already');
  assert.equal(told.length, 1);
  const closed = await parts.close(
    { round: 1, modelHash: parts.modelHash, weights: parts.shipped },
    [{ node: 'ap1', bytes: told[0]! }],
  );
  assert(closed.isAccepted);
  member.stop();
});

test('only the newest tiles are kept, as they were when they came', () => {
  const tiles = new OrdinaryTiles(2);
  const [tile] = heard as [(typeof heard)[number]];
  const values = tile.values.slice();

  for (const sweeps of [1, 2, 3]) tiles.add({ ...tile, values, sweeps });
  values.fill(0);

  assert.deepEqual(
    tiles
      .all()
      .map(({ sweeps }) => sweeps)
      .sort(),
    [2, 3],
  );
  assert.deepEqual(tiles.all()[0]!.values, tile.values);
});
