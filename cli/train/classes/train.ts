/** Makes the windows, trains a head for each class, and sets the thresholds on windows of their own. */

import { windowSweeps } from '#edge/detector/classes/features.ts';
import { type ClassModelFile, codeFloats, parseClassModel } from '#edge/detector/classes/model.ts';
import { classNames } from '#edge/detector/classes/names.ts';
import { scoresOf } from '#edge/detector/classes/trees.ts';
import type { Random } from '#protocols/random.ts';
import { bin, depth, type Head, type Plan, trainHead } from './boost.ts';
import { drawExample, type Example, type Role } from './dataset.ts';
import { type Kind, kinds } from './kinds.ts';
import { thresholdsOf } from './thresholds.ts';

export const plan: Plan = {
  trees: 110,
  rate: 0.12,
  featureShare: 0.3,
  rowShare: 0.7,
  ridge: 1,
  leastWeight: 2,
};

export type Counts = Readonly<Record<Role, number>>;
export const trainingCounts: Counts = { single: 4_400, mixed: 5_200, clean: 3_600 };
export const thresholdCounts: Counts = { single: 900, mixed: 1_200, clean: 3_000 };

/** What is drawn from in training. */
export const knownKinds: readonly Kind[] = kinds.filter((kind) => kind !== 'held-out');

export type Progress = (text: string) => void;

export function drawExamples(
  counts: Counts,
  drawn: readonly Kind[],
  random: Random,
  progress: Progress = () => {},
): Example[] {
  const examples: Example[] = [];
  const all = counts.single + counts.mixed + counts.clean;
  for (const role of ['single', 'mixed', 'clean'] as const) {
    for (let index = 0; index < counts[role]; index += 1) {
      const own = random.fork(`${role}-${index}`);
      examples.push(drawExample({ role, kinds: drawn }, own));
      if (examples.length % 100 === 0) progress(`${examples.length} of ${all} windows`);
    }
  }
  return examples;
}

export interface Trained {
  readonly text: string;
  readonly training: readonly Example[];
  readonly calibration: readonly Example[];
}

export function trainClasses(
  random: Random,
  names: readonly string[],
  progress: Progress,
): Trained {
  const training = drawExamples(trainingCounts, knownKinds, random.fork('training'), progress);
  const calibration = drawExamples(
    thresholdCounts,
    knownKinds,
    random.fork('thresholds'),
    progress,
  );
  const data = bin(training.map(({ values }) => values));
  const heads: Head[] = classNames.map((name, index) => {
    progress(`trees for ${name}`);
    const labels = Int8Array.from(training, (example) => example.labels[index]!);
    const weights = Float32Array.from(training, (example) => example.weights[index]!);
    return trainHead(data, labels, weights, plan, random.fork(`trees-${name}`));
  });
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
    feature: Buffer.concat(
      heads.flatMap(({ trees }) => trees.map((tree) => tree.feature)),
    ).toString('base64'),
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

function joined(heads: readonly Head[], what: 'threshold' | 'leaf'): Float32Array {
  const parts = heads.flatMap(({ trees }) => trees.map((tree) => tree[what]));
  return Float32Array.from(parts.flatMap((part) => [...part]));
}
