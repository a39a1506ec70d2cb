/**
 * What a learner makes of one round's updates: those that cannot be right are turned down by name, the
 * rest are cut to their median norm and made one change, which is taken only if what was held out is not
 * told worse by it.
 */
import { ruleFor } from '#agents/learning/aggregation/index.ts';
import { clipped, medianNorm } from '#agents/learning/clip.ts';
import { codecNamed } from '#agents/learning/codecs/index.ts';
import { roundSeed } from '#agents/learning/round-seed.ts';
import { decodeUpdate } from '#agents/learning/update-codec.ts';
import type { Outcome, Refusal } from '#protocols/errors.ts';
import type { LearningTask } from '#protocols/learning/task.ts';
import type { Keyring } from '#protocols/verdict.ts';

/** What updates are held against. */
export interface OpenRound {
  readonly round: number;
  /** SHA-256 of the weights in force, in hex. */
  readonly modelHash: string;
  readonly size: number;
}

/** A change that a node proposes, unpacked. */
export interface Proposal {
  readonly node: string;
  readonly change: Float32Array;
  readonly samples: number;
}

export function readProposal(
  bytes: Uint8Array,
  node: string,
  { round, modelHash, size }: OpenRound,
  keyring: Keyring,
): Outcome<Proposal, Refusal> {
  const refuse = (code: string, hint: string) => ({ ok: false, error: { code, hint } }) as const;
  const decoded = decodeUpdate(bytes, node, keyring);
  if (!decoded.ok) return refuse('bad_update', `${decoded.error}. Nothing was learned from it.`);
  const update = decoded.value;
  const hash = Buffer.from(update.modelHash).toString('hex');
  if (hash !== modelHash) {
    return refuse(
      'other_model',
      `Expected a change of model ${modelHash.slice(0, 12)}, came one of ${hash.slice(0, 12)}. Fetch the model again.`,
    );
  }
  if (update.round !== round) {
    return refuse('other_round', `Round ${round} is open, came an update of ${update.round}.`);
  }
  const codec = codecNamed(update.codec);
  if (codec.name === 'random-k' && update.seed !== roundSeed(update.modelHash, round)) {
    return refuse('bad_update', 'Expected the seed of this round, came another.');
  }
  const change = codec.decode(update, size);
  if (change === undefined) {
    return refuse('bad_update', `Expected a payload of ${size} weights, came another length.`);
  }
  if (!change.every(Number.isFinite)) {
    return refuse('not_finite', 'A weight of it is not a number. Nothing was learned from it.');
  }
  return { ok: true, value: { node, change, samples: update.samples } };
}

export interface ClosedRound {
  readonly weights: Float32Array;
  readonly isAccepted: boolean;
  /** Of what was held out, before and after. */
  readonly lossBefore: number;
  readonly lossAfter: number;
  /** How the changes became one. */
  readonly rule: string;
  readonly nodes: number;
}

export interface Closing<Examples> {
  readonly task: LearningTask<Examples>;
  readonly weights: Float32Array;
  readonly proposals: readonly Proposal[];
  /** Tiles that no node trains on. */
  readonly heldOut: Examples;
  /** The aggregation asked for. */
  readonly rule: string;
  /** Which part of the nodes may lie. */
  readonly liarShare: number;
}

export async function closeRound<Examples>({
  task,
  weights,
  proposals,
  heldOut,
  rule: asked,
  liarShare,
}: Closing<Examples>): Promise<ClosedRound> {
  const lossBefore = await task.loss(weights, heldOut);
  const nodes = proposals.length;
  if (nodes === 0) {
    return { weights, isAccepted: false, lossBefore, lossAfter: lossBefore, rule: 'none', nodes };
  }
  const liars = Math.floor(liarShare * nodes);
  const rule = ruleFor(asked, nodes, liars);
  // In one order whatever came first: sums of floats are not the same in every one.
  const sorted = [...proposals].sort((a, b) => (a.node < b.node ? -1 : 1));
  const changes = sorted.map(({ change }) => change);
  const norm = medianNorm(changes);
  const change = rule.aggregate(
    changes.map((one) => clipped(one, norm)),
    liars,
  );
  const next = weights.map((value, at) => value + change[at]!);
  const lossAfter = await task.loss(next, heldOut);
  const isAccepted = Number.isFinite(lossAfter) && lossAfter <= lossBefore;
  return {
    weights: isAccepted ? next : weights,
    isAccepted,
    lossBefore,
    lossAfter,
    rule: rule.name,
    nodes,
  };
}
