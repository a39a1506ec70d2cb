/**
 * Twenty nodes learn the head of the shipped autoencoder together, in an air unlike the one it was
 * trained on: their receivers are off by some decibels and their bands differ. All spectra are generated.
 * What counts is how much more likely held-out tiles become, as a share of what one gains who has the
 * tiles of all.
 */
import { keyringOf, signerFromSeed } from '#agents/keys/ed25519.ts';
import { codecs } from '#agents/learning/codecs/index.ts';
import { createRandom } from '#agents/random/philox.ts';
import { ordinaryTiles } from '#cli/learn/held-out.ts';
import { headOf } from '#cli/learn/shipped-head.ts';
import type { HeadExamples, HeadTask } from '#cli/train/cae/head.ts';
import type { Band } from '#cli/train/cae/scenes.ts';
import { closeRound, type Proposal, readProposal } from '#cloud/learner/round.ts';
import { shippedModel } from '#edge/detector/autoencoder.ts';
import { localUpdate } from '#edge/learning/local-round.ts';
import { type FlCodecName, UPDATE_BYTES_MAX } from '#protocols/learning/fl-update.ts';
import type { Random } from '#protocols/random.ts';
import { atLeast, atMost, type Row, told } from '../bench.ts';

const NODES = 20;
const LIARS = 4;
const ROUNDS = 12;
const TILES = 64;
const SEED = 1;
/** What the receivers of all nodes are off by, and how far each is from that. */
const OFF_DB = { all: 9, each: 2 };
const bands: readonly Band[] = ['2.4', '5', '6'];

type Attack = 'none' | 'turned' | 'noise';

export async function rows(): Promise<Row[]> {
  const random = createRandom(SEED);
  const task = await headOf(shippedModel);
  const names = Array.from({ length: NODES }, (_, place) => `node-${place}`);
  const owns: HeadExamples[] = [];
  for (const [place, name] of names.entries()) {
    const own = random.fork(name);
    const offDb = OFF_DB.all + OFF_DB.each * own.normal();
    const band = bands[place % bands.length];
    owns.push(await task.examplesOf(ordinaryTiles(own, TILES, { offDb, band })));
  }
  const heldOut = await task.examplesOf(
    ordinaryTiles(random.fork('held out'), 2 * TILES, { offDb: OFF_DB.all }),
  );
  const start = task.initial();
  const before = await task.loss(start, heldOut);

  let pooled = start;
  for (let round = 0; round < ROUNDS; round += 1) {
    pooled = await task.train(pooled, joined(owns), random.fork(`pooled/${round}`));
  }
  const most = before - (await task.loss(pooled, heldOut));

  let longest = 0;
  const gainOf = async (codec: FlCodecName, rule: string, attack: Attack) => {
    const came = await together(task, { names, owns, heldOut, random, codec, rule, attack });
    longest = Math.max(longest, came.longest);
    return (100 * (before - came.loss)) / most;
  };
  const made: Row[] = [
    told('generated spectra: held-out loss before', before, 'nats a bin'),
    told('gain of one who has all tiles', most, 'nats a bin'),
  ];
  for (const { name } of codecs) {
    const clean = await gainOf(name, 'multi-krum', 'none');
    made.push(told(`${name}: gain of ${NODES} nodes, of that`, clean, '%'));
    for (const attack of ['turned', 'noise'] as const) {
      const what = `${name}, ${LIARS} of ${NODES} send ${attack === 'noise' ? 'noise' : 'their change turned round, five times'}`;
      const kept = async (rule: string) => (100 * (await gainOf(name, rule, attack))) / clean;
      made.push(atLeast(`${what}: kept by multi-krum`, await kept('multi-krum'), '%', 90));
      made.push(told(`${what}: kept by the median`, await kept('median'), '%'));
      made.push(told(`${what}: kept by the mean`, await kept('mean'), '%'));
    }
  }
  await task.close();
  return [atMost('the longest update', longest, 'bytes', UPDATE_BYTES_MAX), ...made];
}

interface Together {
  readonly names: readonly string[];
  readonly owns: readonly HeadExamples[];
  readonly heldOut: HeadExamples;
  readonly random: Random;
  readonly codec: FlCodecName;
  readonly rule: string;
  readonly attack: Attack;
}

/** All rounds; what the gate at the end of each turns down is not taken. */
async function together(
  task: HeadTask,
  { names, owns, heldOut, random, codec, rule, attack }: Together,
) {
  const signers = names.map((name) => signerFromSeed(name, random.fork(`key/${name}`).bytes(32)));
  const keyring = keyringOf(
    Object.fromEntries(signers.map(({ keyId, publicKey }) => [keyId, publicKey])),
  );
  const residuals: Float32Array[] = names.map(() => new Float32Array(task.size));
  let weights: Float32Array = task.initial();
  let longest = 0;
  let loss = await task.loss(weights, heldOut);
  for (let round = 1; round <= ROUNDS; round += 1) {
    const proposals: Proposal[] = [];
    for (const [place, node] of names.entries()) {
      const lies = place < LIARS && attack !== 'none';
      const own = random.fork(`round/${round}/${node}`);
      const { bytes, residual } = await localUpdate({
        task: lies ? lying(task, attack, own) : task,
        weights,
        examples: owns[place]!,
        samples: TILES,
        round,
        residual: residuals[place]!,
        random: own,
        signer: signers[place]!,
        codec,
      });
      residuals[place] = residual;
      longest = Math.max(longest, bytes.length);
      const open = { round, modelHash: task.hashOf(weights), size: task.size };
      const read = readProposal(bytes, node, open, keyring);
      if (!read.ok) throw new Error(read.error.hint);
      proposals.push(read.value);
    }
    const liarShare = LIARS / NODES;
    const closed = await closeRound({ task, weights, proposals, heldOut, rule, liarShare });
    weights = closed.weights;
    loss = closed.isAccepted ? closed.lossAfter : closed.lossBefore;
  }
  return { loss, longest };
}

/** A node that trains as asked and tells something else. */
function lying(task: HeadTask, attack: Attack, random: Random): HeadTask {
  return {
    ...task,
    async train(weights, examples, own) {
      const learnt = await task.train(weights, examples, own);
      const noise = random.fork('noise');
      return learnt.map((value, at) => {
        const change = value - weights[at]!;
        return weights[at]! + (attack === 'turned' ? -5 * change : 0.1 * noise.normal());
      });
    },
  };
}

function joined(all: readonly HeadExamples[]): HeadExamples {
  const of = (key: 'hidden' | 'target' | 'scatter') => {
    const whole = new Float32Array(all.reduce((sum, one) => sum + one[key].length, 0));
    let from = 0;
    for (const one of all) {
      whole.set(one[key], from);
      from += one[key].length;
    }
    return whole;
  };
  const rows = all.reduce((sum, one) => sum + one.rows, 0);
  return { rows, hidden: of('hidden'), target: of('target'), scatter: of('scatter') };
}
