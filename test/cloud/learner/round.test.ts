import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { keyringOf, signerFromSeed } from '#agents/keys/ed25519.ts';
import { encodeUpdate } from '#agents/learning/update-codec.ts';
import { createRandom } from '#agents/random/philox.ts';
import { closeRound, type Proposal, readProposal } from '#cloud/learner/round.ts';
import { localUpdate } from '#edge/learning/local-round.ts';
import type { LearningTask } from '#protocols/learning/task.ts';

const truth = Float32Array.from({ length: 40 }, (_, at) => Math.sin(at));
const random = createRandom(1);
const signer = signerFromSeed('ap1', random.fork('key').bytes(32));
const keyring = keyringOf({ ap1: signer.publicKey });

test('nodes that each hear something else come to what none of them knows', async () => {
  let weights: Float32Array = squares.initial();
  const names = Array.from({ length: 10 }, (_, place) => `ap${place}`);
  for (let round = 1; round <= 60; round += 1) {
    const proposals = names.map((node): Proposal => {
      const own = random.fork(`${node}/${round}`);
      return {
        node,
        samples: 1,
        change: step(
          weights,
          truth.map((value) => value + own.normal()),
        ),
      };
    });
    const closed = await close(weights, proposals);
    weights = closed.weights;
  }

  assert((await squares.loss(weights, truth)) < 0.05);
});

test('a change that makes what was held out less likely is not taken', async () => {
  const worse = truth.map((value) => -value);

  const closed = await close(squares.initial(), [{ node: 'ap1', change: worse, samples: 1 }]);

  assert(!closed.isAccepted);
  assert.deepEqual(closed.weights, squares.initial());
  assert(closed.lossAfter > closed.lossBefore);
});

test('a round that nobody took part in changes nothing', async () => {
  const closed = await close(squares.initial(), []);

  assert(!closed.isAccepted);
  assert.equal(closed.nodes, 0);
});

test('in which order updates came makes no difference to the bit', async () => {
  const proposals = Array.from({ length: 8 }, (_, place): Proposal => {
    const own = random.fork(`order/${place}`);
    return {
      node: `ap${place}`,
      samples: 1,
      change: truth.map((value) => 0.1 * value + 0.01 * own.normal()),
    };
  });

  const one = await close(squares.initial(), proposals);
  const other = await close(squares.initial(), [...proposals].reverse());

  assert.deepEqual(one.weights, other.weights);
});

test('what is of another model, another round, or no number is turned down by name', async () => {
  const weights = squares.initial();
  const open = { round: 3, modelHash: squares.hashOf(weights), size: squares.size };
  const made = (part: object) =>
    encodeUpdate(
      {
        modelHash: new Uint8Array(Buffer.from(open.modelHash, 'hex')),
        round: 3,
        codec: 'sign',
        scale: 0.1,
        seed: 0,
        payload: new Uint8Array(5),
        samples: 1,
        ...part,
      },
      signer,
    );
  const codeOf = (part: object) => {
    const read = readProposal(made(part), 'ap1', open, keyring);
    return read.ok ? 'ok' : read.error.code;
  };

  assert.equal(codeOf({}), 'ok');
  assert.equal(codeOf({ modelHash: new Uint8Array(32) }), 'other_model');
  assert.equal(codeOf({ round: 2 }), 'other_round');
  assert.equal(codeOf({ payload: new Uint8Array(6) }), 'bad_update');
  assert.equal(codeOf({ codec: 'random-k', payload: new Uint8Array(40), seed: 9 }), 'bad_update');
  assert.equal(codeOf({ scale: Number.NaN }), 'bad_update');
  assert.equal(codeOf({ scale: 3.4e38, codec: 'sign' }), 'ok');
});

test('noise for privacy is added to a change that was cut, so that no node stands out', async () => {
  const weights = squares.initial();
  const loud = truth.map((value) => 1_000 * value);
  const common = {
    task: squares,
    weights,
    samples: 1,
    round: 1,
    random,
    signer,
    codec: 'random-k',
  } as const;
  const residual = new Float32Array(squares.size);
  const privacy = { clipNorm: 1, noiseMultiplier: 0.01 };

  const told = await localUpdate({ ...common, examples: loud, residual, privacy });

  const open = { round: 1, modelHash: squares.hashOf(weights), size: squares.size };
  const read = readProposal(told.bytes, 'ap1', open, keyring);
  assert(read.ok);
  const norm = Math.hypot(...read.value.change);
  assert(norm > 0.8 && norm < 1.2, `${norm}`);
});

/** Learns where a point lies, from points around it. */
const squares: LearningTask<Float32Array> = {
  name: 'a point',
  size: truth.length,
  initial: () => new Float32Array(truth.length),
  hashOf: (weights) => createHash('sha256').update(new Uint8Array(weights.buffer)).digest('hex'),
  train: async (weights, point) => weights.map((value, at) => value + step(weights, point)[at]!),
  loss: async (weights, point) =>
    weights.reduce((sum, value, at) => sum + (value - point[at]!) ** 2, 0) / truth.length,
};

function step(weights: Float32Array, point: Float32Array): Float32Array {
  return weights.map((value, at) => 0.2 * (point[at]! - value));
}

function close(weights: Float32Array, proposals: readonly Proposal[]) {
  return closeRound({
    task: squares,
    weights,
    proposals,
    heldOut: truth,
    rule: 'multi-krum',
    liarShare: 0.2,
  });
}
