/** Makes the windows, trains a head for each class, and sets the thresholds on windows of their own. */

import { createRandom } from '#agents/random/philox.ts';
import { readSweeps } from '#edge/capture/tlv.ts';
import { featuresOf, windowSweeps } from '#edge/detector/classes/features.ts';
import {
  type ClassModel,
  type ClassModelFile,
  codeFloats,
  codeShorts,
  parseClassModel,
} from '#edge/detector/classes/model.ts';
import { classNames } from '#edge/detector/classes/names.ts';
import { scoresOf } from '#edge/detector/classes/trees.ts';
import type { Random } from '#protocols/random.ts';
import { bin, depth, type Head, type Plan, trainHead } from './boost.ts';
import { drawExample, type Example, type Role } from './dataset.ts';
import { type Kind, kinds } from './kinds.ts';
import { paintScene } from './paint.ts';
import { drawEar } from './setting.ts';
import { thresholdsOf } from './thresholds.ts';

export const plan: Plan = {
  trees: 140,
  rate: 0.1,
  featureShare: 0.3,
  rowShare: 0.7,
  ridge: 1,
  leastWeight: 2,
};

export type Counts = Readonly<Record<Role, number>>;
export const trainingCounts: Counts = { single: 3_600, mixed: 7_000, clean: 2_800 };
export const thresholdCounts: Counts = { single: 500, mixed: 1_000, clean: 3_600 };

/** What is drawn from in training. */
export const knownKinds: readonly Kind[] = kinds.filter((kind) => kind !== 'held-out');

/** Says how far it is, and lets others have their turn; what it throws ends the work. */
export type Progress = (text: string) => Promise<void>;

export async function drawExamples(
  counts: Counts,
  drawn: readonly Kind[],
  random: Random,
  progress?: Progress,
): Promise<Example[]> {
  const examples: Example[] = [];
  const all = counts.single + counts.mixed + counts.clean;
  for (const role of ['single', 'mixed', 'clean'] as const) {
    for (let index = 0; index < counts[role]; index += 1) {
      const own = random.fork(`${role}-${index}`);
      examples.push(drawExample({ role, kinds: drawn }, own));
      if (examples.length % 100 === 0) await progress?.(`${examples.length} of ${all} windows`);
    }
  }
  return examples;
}

export interface Trained {
  readonly text: string;
  readonly training: readonly Example[];
  readonly calibration: readonly Example[];
}

export function trainedOn(scale: number): {
  readonly training: Counts;
  readonly thresholds: Counts;
} {
  return { training: scaled(trainingCounts, scale), thresholds: scaled(thresholdCounts, scale) };
}

export function scaled({ single, mixed, clean }: Counts, scale: number): Counts {
  const of = (count: number) => Math.max(1, Math.round(count * scale));
  return { single: of(single), mixed: of(mixed), clean: of(clean) };
}

/** `scale`: of the counts of the shipped model. */
export async function trainClasses(
  random: Random,
  scale: number,
  progress: Progress,
): Promise<Trained> {
  const counts = trainedOn(scale);
  const names = featureNames();
  const training = await drawExamples(
    counts.training,
    knownKinds,
    random.fork('training'),
    (note) => progress(`to train: ${note}`),
  );
  const own = random.fork('thresholds');
  const calibration = await drawExamples(counts.thresholds, knownKinds, own, (note) =>
    progress(`for thresholds: ${note}`),
  );
  const data = bin(training.map(({ values }) => values));
  const heads: Head[] = [];
  for (const [index, name] of classNames.entries()) {
    await progress(`trees for ${name}`);
    const labels = Int8Array.from(training, (example) => example.labels[index]!);
    const weights = Float32Array.from(training, (example) => example.weights[index]!);
    heads.push(trainHead(data, labels, weights, plan, random.fork(`trees-${name}`)));
  }
  const file: ClassModelFile = {
    format: 'airguard-classes',
    version: 1,
    features: [...names],
    classes: [...classNames],
    thresholds: classNames.map(() => 0.5),
    shortThresholds: classNames.map(() => 0.5),
    depth,
    trees: plan.trees,
    base: heads.map(({ base }) => base),
    feature: codeShorts(heads.flatMap(({ trees }) => trees.flatMap((tree) => [...tree.feature]))),
    threshold: codeFloats(joined(heads, 'threshold')),
    leaf: codeFloats(joined(heads, 'leaf')),
  };
  const model = parseClassModel(JSON.stringify(file));
  const thresholds = thresholdsOn(model, calibration, false);
  const shortThresholds = thresholdsOn(model, calibration, true);
  const text = `${JSON.stringify({ ...file, thresholds, shortThresholds }, null, 1)}\n`;
  return { text, training, calibration };
}

function thresholdsOn(model: ClassModel, examples: readonly Example[], short: boolean): number[] {
  const own = examples.filter(({ ear }) => ear.sweeps < windowSweeps === short);
  const scores = own.map(({ values }) => scoresOf(model, values));
  return thresholdsOf(own, scores);
}

/** They are the same for every window. */
function featureNames(): readonly string[] {
  const random = createRandom('names');
  const { bytes } = paintScene(drawEar({}, random), [], random);
  return featuresOf(readSweeps(bytes).sweeps).names;
}

function joined(heads: readonly Head[], what: 'threshold' | 'leaf'): Float32Array {
  const parts = heads.flatMap(({ trees }) => trees.map((tree) => tree[what]));
  return Float32Array.from(parts.flatMap((part) => [...part]));
}
