/** Makes the windows, trains a head for each class, and sets the thresholds on windows of their own. */

import { createRandom } from '#agents/random/philox.ts';
import { readSweeps } from '#edge/capture/tlv.ts';
import { featuresOf, windowSweeps } from '#edge/detector/classes/features.ts';
import {
  type ClassModelFile,
  codeFloats,
  codeShorts,
  parseClassModel,
} from '#edge/detector/classes/model.ts';
import { type ClassName, classNames } from '#edge/detector/classes/names.ts';
import { scoresOf } from '#edge/detector/classes/trees.ts';
import type { Random } from '#protocols/random.ts';
import { type Binned, bin, depth, type Head, type Plan, trainHead } from './boost.ts';
import { drawExample, type Example, type Role } from './dataset.ts';
import type { Kept } from './kept.ts';
import { exampleCode, headCode } from './kept-parts.ts';
import { type Kind, kinds } from './kinds.ts';
import { paintScene } from './paint.ts';
import { drawEar } from './setting.ts';
import { firstThresholds, thresholdsOf } from './thresholds.ts';

export const plan: Plan = {
  trees: 320,
  rate: 0.12,
  featureShare: 0.2,
  rowShare: 0.5,
  ridge: 1,
  leastWeight: 2,
};

export type Counts = Readonly<Record<Role, number>>;
/** Each is drawn from a stream of its own, so that another one changes none of these. */
export const trainingLots: Readonly<Record<string, Counts>> = {
  training: { single: 3_600, mixed: 9_000, clean: 2_800 },
  more: { single: 0, mixed: 9_000, clean: 0 },
  more2: { single: 2_400, mixed: 24_000, clean: 5_200 },
};
export const thresholdCounts: Counts = { single: 2_000, mixed: 2_500, clean: 3_600 };

/** What is drawn from in training. */
export const knownKinds: readonly Kind[] = kinds.filter((kind) => kind !== 'held-out');

/** Says how far it is, and lets others have their turn; what it throws ends the work. */
export type Progress = (text: string) => Promise<void>;

export async function drawExamples(
  counts: Counts,
  drawn: readonly Kind[],
  random: Random,
  progress?: Progress,
  kept?: { readonly kept: Kept; readonly lot: string },
): Promise<Example[]> {
  const examples: Example[] = [];
  const all = counts.single + counts.mixed + counts.clean;
  for (const role of ['single', 'mixed', 'clean'] as const) {
    for (let index = 0; index < counts[role]; index += 1) {
      const draw = () => drawExample({ role, kinds: drawn }, random.fork(`${role}-${index}`));
      const name = `${kept?.lot}/${role}-${index}`;
      examples.push(kept === undefined ? draw() : kept.kept.take(name, draw, exampleCode));
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
  const lots = Object.values(trainingLots).map((counts) => scaled(counts, scale));
  const sum = (role: Role) => lots.reduce((all, counts) => all + counts[role], 0);
  return {
    training: { single: sum('single'), mixed: sum('mixed'), clean: sum('clean') },
    thresholds: scaled(thresholdCounts, scale),
  };
}

export function scaled({ single, mixed, clean }: Counts, scale: number): Counts {
  const of = (count: number) => (count === 0 ? 0 : Math.max(1, Math.round(count * scale)));
  return { single: of(single), mixed: of(mixed), clean: of(clean) };
}

/** `scale`: of the counts of the shipped model. */
export async function trainClasses(
  random: Random,
  scale: number,
  progress: Progress,
  kept: Kept,
): Promise<Trained> {
  const training: Example[] = [];
  for (const [lot, counts] of Object.entries(trainingLots)) {
    const say = (note: string) => progress(`to train, ${lot}: ${note}`);
    const own = scaled(counts, scale);
    const drawn = await drawExamples(own, knownKinds, random.fork(lot), say, { kept, lot });
    for (const example of drawn) training.push(example);
  }
  const calibration = await drawExamples(
    scaled(thresholdCounts, scale),
    knownKinds,
    random.fork('thresholds'),
    (note) => progress(`for thresholds: ${note}`),
    { kept, lot: 'thresholds' },
  );
  const data = bin(training.map(({ values }) => values));
  const heads: Head[] = [];
  for (const name of classNames) {
    await progress(`trees for ${name}`);
    const grow = () => headOf(name, data, training, random);
    heads.push(kept.take(`trees/${name}`, grow, headCode));
  }
  return { text: modelText(heads, calibration), training, calibration };
}

/**
 * A window of Wi-Fi and noise teaches more: most of those on the air are of this kind, and nothing is to
 * be named in them.
 */
const cleanWeighs = 3;

export function headOf(
  name: ClassName,
  data: Binned,
  training: readonly Example[],
  random: Random,
): Head {
  const index = classNames.indexOf(name);
  const labels = Int8Array.from(training, (example) => example.labels[index]!);
  const weights = Float32Array.from(training, ({ role, weights: own }) =>
    role === 'clean' ? cleanWeighs * own[index]! : own[index]!,
  );
  return trainHead(data, labels, weights, plan, random.fork(`trees-${name}`));
}

/** The model's file, with the thresholds that suit windows which training did not see. */
export function modelText(heads: readonly Head[], calibration: readonly Example[]): string {
  const none = classNames.map(() => 0.5);
  const file: ClassModelFile = {
    format: 'airguard-classes',
    version: 2,
    features: [...featureNames()],
    classes: [...classNames],
    thresholds: none,
    aloneThresholds: none,
    besideThresholds: classNames.map(() => none),
    shortThresholds: none,
    depth,
    trees: heads[0]!.trees.length,
    base: heads.map(({ base }) => base),
    feature: codeShorts(heads.flatMap(({ trees }) => trees.flatMap((tree) => [...tree.feature]))),
    threshold: codeFloats(joined(heads, 'threshold')),
    leaf: codeFloats(joined(heads, 'leaf')),
  };
  const model = parseClassModel(JSON.stringify(file));
  const judged = (isShort: boolean): Judged => {
    const own = calibration.filter(({ ear }) => ear.sweeps < windowSweeps === isShort);
    return { own, scores: own.map(({ values }) => scoresOf(model, values)) };
  };
  const [full, short] = [judged(false), judged(true)];
  const { first, alone, beside } = thresholdsOf(full.own, full.scores);
  const chosen = {
    thresholds: first,
    aloneThresholds: alone,
    besideThresholds: beside,
    shortThresholds: firstThresholds(short.own, short.scores),
  };
  return `${JSON.stringify({ ...file, ...chosen }, null, 1)}\n`;
}

interface Judged {
  readonly own: readonly Example[];
  readonly scores: readonly Float64Array[];
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
