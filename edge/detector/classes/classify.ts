/**
 * What a window of sweeps holds: several classes may be there at once. Works on some 240 ms of one
 * radio on one span, whatever its chip; a function of its input alone.
 */
import { InputError } from '#protocols/errors.ts';
import type { Sweep } from '../../capture/tlv.ts';
import { type Features, featuresOf, sweepsAtLeast } from './features.ts';
import type { ClassModel, Thresholds } from './model.ts';
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

  /**
   * Of at most the newest 4,096. Undefined for fewer than 8 of one span, from which nothing can be told.
   * `isRaised`: the chip's noise stands over that of its other channels, so that something is there.
   */
  classify(
    sweeps: readonly Sweep[],
    { isRaised = false }: { readonly isRaised?: boolean } = {},
  ): Classified | undefined {
    if (sweeps.length < sweepsAtLeast) return undefined;
    const features = featuresOf(sweeps.slice(-sweepsAtMost));
    if (features.levels.sweeps < sweepsAtLeast) return undefined;
    if (!this.#checked) this.#check(features);
    return this.named(features.values, features, isRaised);
  }

  /** The decision alone, for features that are at hand. */
  named(
    values: ArrayLike<number>,
    { levels, runs }: Pick<Features, 'levels' | 'runs'>,
    isRaised = false,
  ): Classified {
    const scores = scoresOf(this.#model, values);
    const thresholds = thresholdsFor(this.#model, levels.sweeps);
    const names = decide(scores, thresholds, isRaised || isPlain({ levels, runs }));
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
  { thresholds, aloneThresholds, besideThresholds, shortThresholds }: Thresholds,
  sweeps: number,
): Decision {
  if (sweeps < shortSweeps) {
    const beside = classNames.map(() => shortThresholds);
    return { first: shortThresholds, alone: shortThresholds, beside };
  }
  return { first: thresholds, alone: aloneThresholds, beside: besideThresholds };
}

/** By class: from this score on it is there; where no Wi-Fi is; and where an interferer is there already. */
export interface Decision {
  readonly first: readonly number[];
  readonly alone: readonly number[];
  /** By the class of that interferer. */
  readonly beside: readonly (readonly number[])[];
}

/**
 * The first interferer has to be sure, as it raises the alarm, and more so beside Wi-Fi, which may look like
 * one; once it is, a lower score is enough for another. Abstains: what plainly fills sweeps and reaches no class's threshold is unknown.
 */
export function decide(
  scores: ArrayLike<number>,
  { first, alone, beside }: Decision,
  plain: boolean,
): ClassName[] {
  const reaching = (thresholds: readonly number[]) =>
    classNames.filter((_, index) => scores[index]! >= thresholds[index]!);
  const scoreOf = (name: ClassName) => scores[classNames.indexOf(name)]!;
  const wifi = classNames.indexOf('wifi');
  const names = reaching(scores[wifi]! >= first[wifi]! ? first : alone);
  const [main] = names
    .filter((name) => name !== 'wifi')
    .toSorted((one, other) => scoreOf(other) - scoreOf(one));
  if (main !== undefined) {
    const others = reaching(beside[classNames.indexOf(main)]!);
    return classNames.filter((name) => name === main || others.includes(name));
  }
  return names.length === 0 && plain ? ['unknown'] : names;
}

export function isPlain({ levels, runs }: Pick<Features, 'levels' | 'runs'>): boolean {
  let count = 0;
  for (const level of levels.levelDb) if (level >= runs.floorDb + plainDb) count += 1;
  return count >= plainSweeps && count >= plainShare * levels.sweeps;
}
