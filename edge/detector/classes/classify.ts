/**
 * What a window of sweeps holds: several classes may be there at once. Works on some 240 ms of one
 * radio on one span, whatever its chip; a function of its input alone.
 */
import { InputError } from '#protocols/errors.ts';
import type { Sweep } from '../../capture/tlv.ts';
import { type Features, featuresOf, sweepsAtLeast } from './features.ts';
import type { ClassModel } from './model.ts';
import { type ClassName, classNames } from './names.ts';
import { scoresOf } from './trees.ts';

export interface Classified {
  /** What is there, likeliest first; empty when there is nothing but noise. */
  readonly classes: readonly { readonly name: ClassName; readonly score: number }[];
  /** By class, in the order of `classNames`, 0 to 1. */
  readonly scores: Float64Array;
  /** How many of the sweeps were used: those of the first one's span. */
  readonly sweeps: number;
}

/** The newest of more: a second at full pace. */
const sweepsAtMost = 4096;

/**
 * With all of its power so far over the floor in so many of the sweeps, something is there that has to
 * have a name. A carrier of the chip's own is weaker than that.
 */
const plainDb = 6;
const plainShare = 0.08;
const plainSweeps = 8;

export class Classifier {
  readonly #model: ClassModel;
  #checked = false;

  constructor(model: ClassModel) {
    this.#model = model;
  }

  /** Of at most the newest 4,096. Undefined for fewer than 8 of one span, from which nothing can be told. */
  classify(sweeps: readonly Sweep[]): Classified | undefined {
    if (sweeps.length < sweepsAtLeast) return undefined;
    const features = featuresOf(sweeps.slice(-sweepsAtMost));
    if (features.levels.sweeps < sweepsAtLeast) return undefined;
    if (!this.#checked) this.#check(features);
    return this.named(features.values, features);
  }

  /** The decision alone, for features that are at hand. */
  named(
    values: ArrayLike<number>,
    { levels, runs }: Pick<Features, 'levels' | 'runs'>,
  ): Classified {
    const scores = scoresOf(this.#model, values);
    const thresholds = thresholdsFor(this.#model, levels.sweeps);
    const names = decide(scores, thresholds, isPlain({ levels, runs }));
    const classes = names
      .map((name) => ({ name, score: scores[classNames.indexOf(name)]! }))
      .toSorted((one, other) => other.score - one.score);
    return { classes, scores, sweeps: levels.sweeps };
  }

  #check({ names }: Features): void {
    const { features } = this.#model;
    const strange = names.findIndex((name, index) => features[index] !== name);
    if (strange >= 0 || features.length !== names.length) {
      throw new InputError(
        `model of classes: expected ${names.length} features with ${names[Math.max(0, strange)]} at ${strange}, came ${features.length}. Make it anew: airguard train classes`,
      );
    }
    this.#checked = true;
  }
}

/** A window of fewer tells less, so that more is asked for. */
const shortSweeps = 512;

export function thresholdsFor(
  { thresholds, shortThresholds }: Pick<ClassModel, 'thresholds' | 'shortThresholds'>,
  sweeps: number,
): readonly number[] {
  return sweeps < shortSweeps ? shortThresholds : thresholds;
}

/** Abstains: what plainly fills sweeps and reaches no class's threshold is unknown. */
export function decide(
  scores: ArrayLike<number>,
  thresholds: readonly number[],
  plain: boolean,
): ClassName[] {
  const names = classNames.filter((_, index) => scores[index]! >= thresholds[index]!);
  return names.length === 0 && plain ? ['unknown'] : names;
}

export function isPlain({ levels, runs }: Pick<Features, 'levels' | 'runs'>): boolean {
  let count = 0;
  for (const level of levels.levelDb) if (level >= runs.floorDb + plainDb) count += 1;
  return count >= plainSweeps && count >= plainShare * levels.sweeps;
}
