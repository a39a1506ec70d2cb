import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import type { Memory, Place, PortContext, ToolHandler } from '#agents/body.ts';
import { keyringOf, signerFromSeed } from '#agents/keys/ed25519.ts';
import { learnerBody, learnerPorts } from '#agents/learner.ts';
import { createRandom } from '#agents/random/philox.ts';
import { learnerParts } from '#cloud/learner/mind.ts';
import { localUpdate } from '#edge/learning/local-round.ts';
import { learnerMachine, type RoundEnded } from '#machines/learner.ts';
import type { Outcome } from '#protocols/errors.ts';
import type { LearningTask } from '#protocols/learning/task.ts';
import type { ToolOutput } from '#protocols/tool.ts';
import type * as tools from '#protocols/tools/learner.ts';
import { startChart } from '../machines/start-chart.ts';

const random = createRandom(1);
const names = ['ap1', 'ap2', 'ap3'];
const signers = names.map((name) => signerFromSeed(name, random.fork(name).bytes(32)));
const keyring = keyringOf(
  Object.fromEntries(signers.map(({ keyId, publicKey }) => [keyId, publicKey])),
);
const truth = Float32Array.of(1, -2, 3, 4);
const roundPeriodMs = 60_000;

test('a round that helps puts its weights in force, notes it in the ledger, and can be taken back', async () => {
  const learner = startLearner();
  const first = learner.model();

  for (const name of names) assert((await learner.takePart(name)).ok);
  await learner.closeRound();

  const second = learner.model();
  assert.notEqual(second.modelHash, first.modelHash);
  assert.equal(second.round, first.round + 1);
  assert.match(learner.noted().at(-1) ?? '', /more likely/);

  const back = learner.call('learner_roll_back', 'operator', { modelHash: first.modelHash });
  assert(back.ok);
  assert.equal(learner.model().modelHash, first.modelHash);
  assert.equal(learner.model().weights, first.weights);
});

test('a round that makes it worse leaves the weights as they are', async () => {
  const learner = startLearner();
  const first = learner.model();

  for (const name of names)
    await learner.takePart(
      name,
      truth.map((value) => -value),
    );
  await learner.closeRound();

  assert.equal(learner.model().modelHash, first.modelHash);
  assert.match(learner.noted().at(-1) ?? '', /the weights stay/);
});

test('what cannot be right is refused by name and counted, and a second update takes the place of the first', async () => {
  const learner = startLearner();

  const nonsense = learner.call('learner_submit_update', 'ap1', { update: 'AAAA' });
  await learner.takePart('ap1');
  await learner.takePart('ap1');
  const asAnother = await learner.takePart('ap1', truth, 'ap2');

  assert.equal(nonsense.ok ? '' : nonsense.error.code, 'bad_update');
  assert.equal(asAnother.ok ? '' : asAnother.error.code, 'bad_update');
  const told = learner.describe();
  assert.deepEqual(told.took, ['ap1']);
  assert.deepEqual(told.refused, { bad_update: 2 });
});

test('an update of a round that is over is refused', async () => {
  const learner = startLearner();
  const late = await learner.updateOf('ap3');
  await learner.takePart('ap1');
  await learner.closeRound();

  const outcome = learner.call('learner_submit_update', 'ap3', { update: late });

  assert(!outcome.ok);
  assert.match(outcome.error.code, /other_round|other_model/);
});

test('weights that were never in force cannot be come back to', () => {
  const outcome = startLearner().call('learner_roll_back', 'operator', {
    modelHash: 'a'.repeat(64),
  });

  assert.equal(outcome.ok ? '' : outcome.error.code, 'unknown_model');
});

const point: LearningTask<Float32Array> = {
  name: 'a point',
  size: truth.length,
  initial: () => new Float32Array(truth.length),
  hashOf: (weights) => createHash('sha256').update(new Uint8Array(weights.buffer)).digest('hex'),
  train: async (weights, at) => weights.map((value, place) => value + 0.2 * (at[place]! - value)),
  loss: async (weights, at) =>
    weights.reduce((sum, value, place) => sum + (value - at[place]!) ** 2, 0),
};

/** A learner whose calls, port and time are played by hand. */
function startLearner() {
  const table = new Map<string, unknown>();
  const memory: Memory = {
    get: (key) => table.get(key),
    set: (key, value) => void table.set(key, value),
    delete: (key) => void table.delete(key),
    entries: (prefix) => [...table].filter(([key]) => key.startsWith(prefix)),
  };
  const place = { memory, clock: { now: () => 1_760_000_000_000_000 } } as unknown as Place;
  const parts = learnerParts({
    task: point,
    heldOut: truth,
    keyring,
    rule: 'multi-krum',
    liarShare: 0.2,
  });
  const body = learnerBody(parts);
  const { close } = learnerPorts(parts);
  const input = { address: 'hq/cloud/learner', modelHash: parts.modelHash, roundPeriodMs };
  const chart = startChart(learnerMachine, input);
  let calls = 0;

  const call = (name: string, caller: string, asked: unknown): Outcome<unknown> => {
    const handler = body.tools.find(({ tool }) => tool.name === name) as ToolHandler;
    const made = { callId: `call-${calls++}`, caller, tool: name, arguments: asked };
    const event = handler.event?.(made, chart.actor.getSnapshot(), place);
    if (event !== undefined) chart.send(event);
    return handler.reply(chart.actor.getSnapshot(), made, place) as Outcome<unknown>;
  };
  const told = <T>(name: string): T => {
    const outcome = call(name, 'ap1', {});
    assert(outcome.ok);
    return outcome.value as T;
  };
  const model = () => told<ToolOutput<typeof tools.getModel>>('learner_get_model');
  const updateOf = async (node: string, examples = truth) => {
    const { weights, round } = model();
    const { bytes } = await localUpdate({
      task: point,
      weights: new Float32Array(Uint8Array.from(Buffer.from(weights, 'base64')).buffer),
      examples,
      samples: 1,
      round,
      residual: new Float32Array(point.size),
      random: random.fork(`${node}/${round}`),
      signer: signers[names.indexOf(node)]!,
    });
    return Buffer.from(bytes).toString('base64');
  };
  return {
    call,
    model,
    updateOf,
    describe: () => told<ToolOutput<typeof tools.describe>>('learner_describe'),
    async takePart(node: string, examples = truth, caller = node) {
      return call('learner_submit_update', caller, { update: await updateOf(node, examples) });
    },
    async closeRound() {
      chart.pass(roundPeriodMs);
      const asked = chart.inputOf('close');
      const outcome = await new Promise<Outcome<RoundEnded, unknown>>((resolve) => {
        close.run(asked as never, place as PortContext, resolve);
      });
      assert(outcome.ok);
      chart.answer('close', outcome.value);
    },
    noted: () =>
      chart.emitted.flatMap((one) =>
        one.type === 'ledger.noted' ? [(one.note as { reason: string }).reason] : [],
      ),
  };
}
