/** A node's part of one round: it learns from what it heard and tells what changed. */
import { clipped } from '#agents/learning/clip.ts';
import { codecFor, codecNamed } from '#agents/learning/codecs/index.ts';
import { roundSeed } from '#agents/learning/round-seed.ts';
import { encodeUpdate } from '#agents/learning/update-codec.ts';
import type { FlCodecName } from '#protocols/learning/fl-update.ts';
import type { LearningTask } from '#protocols/learning/task.ts';
import type { Random } from '#protocols/random.ts';
import type { Signer } from '#protocols/verdict.ts';

/**
 * Noise that hides what any one example did (Abadi et al., CCS 2016; here a whole node's change is one
 * example: McMahan et al., ICLR 2018). It is added before the change is packed.
 */
export interface Privacy {
  /** Changes are cut to this norm. */
  readonly clipNorm: number;
  /** Standard deviation of the noise of each weight, in clip norms. */
  readonly noiseMultiplier: number;
}

export interface LocalRound<Examples> {
  readonly task: LearningTask<Examples>;
  readonly weights: Float32Array;
  readonly examples: Examples;
  readonly samples: number;
  readonly round: number;
  /** What earlier rounds could not send; zeros after a change of model. */
  readonly residual: Float32Array;
  readonly random: Random;
  readonly signer: Signer;
  /** Left out: the first whose message the task fits into. */
  readonly codec?: FlCodecName;
  readonly privacy?: Privacy;
}

export interface LocalUpdate {
  readonly bytes: Uint8Array;
  /** For the next round. */
  readonly residual: Float32Array;
}

export async function localUpdate<Examples>({
  task,
  weights,
  examples,
  samples,
  round,
  residual,
  random,
  signer,
  codec: name,
  privacy,
}: LocalRound<Examples>): Promise<LocalUpdate> {
  const learnt = await task.train(weights, examples, random.fork('train'));
  const own = learnt.map((value, at) => value - weights[at]!);
  const change = privacy === undefined ? own : noised(own, privacy, random.fork('privacy'));
  const wished = change.map((value, at) => value + residual[at]!);
  const codec = name === undefined ? codecFor(task.size) : codecNamed(name);
  const modelHash = new Uint8Array(Buffer.from(task.hashOf(weights), 'hex'));
  const coded = codec.encode(wished, roundSeed(modelHash, round));
  const told = codec.decode(coded, task.size)!;
  const update = { modelHash, round, codec: codec.name, samples, ...coded };
  return {
    bytes: encodeUpdate(update, signer),
    residual: wished.map((value, at) => value - told[at]!),
  };
}

function noised(
  change: Float32Array,
  { clipNorm, noiseMultiplier }: Privacy,
  random: Random,
): Float32Array {
  const deviation = clipNorm * noiseMultiplier;
  return clipped(change, clipNorm).map((value) => value + deviation * random.normal());
}
