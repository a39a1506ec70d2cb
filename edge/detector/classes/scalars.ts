/**
 * A small detector for radios that give a sweep’s scalars and no bins: levels and noise floor by channel.
 * A round is a stay on each of several channels; its features compare channels with one another, so
 * that what differs between sessions and radios on all channels alike does not count. In two steps, so that
 * what was taught carries over to another radio: a class that stands out from all others by its level is
 * told by that alone, against the spread of the others and not the middle between both, as jammers
 * differ in strength. The rest are told apart by their means, each feature by its spread within classes
 * (diagonal linear discriminant), where a round is like one that was taught; any other is quiet.
 *
 * @see Dudoit, Fridlyand and Speed, Journal of the American Statistical Association 97 (2002), 77
 */
import { log10 } from '#protocols/math.ts';

/** What the driver says of one sweep, without its bins. */
export interface ScalarSweep {
  readonly freqMhz: number;
  readonly noiseDbm: number;
  readonly rssiDb: number;
  readonly maxMagnitude: number;
  readonly relativeDb: number;
  readonly averageDb: number;
}

export interface ScalarModel {
  /** Classes that a level tells by itself: how far the loudest channel of a band then stands out at least. */
  readonly loud: readonly {
    readonly label: string;
    readonly band: number;
    readonly leastDb: number;
  }[];
  readonly quiet: string;
  /** No round that was taught is further from the means of its class. */
  readonly farthest: number;
  readonly labels: readonly string[];
  readonly means: readonly (readonly number[])[];
  readonly spreads: readonly number[];
}

const columns = [
  (sweep: ScalarSweep) => sweep.rssiDb,
  (sweep: ScalarSweep) => sweep.relativeDb,
  (sweep: ScalarSweep) => sweep.averageDb,
  (sweep: ScalarSweep) => 20 * log10(Math.max(1, sweep.maxMagnitude)),
  // Where a jammer is taken for noise, the floor rises on its channel alone.
  (sweep: ScalarSweep) => sweep.noiseDbm,
] as const;

/** Channels of one band are compared: the bands have other floors. */
const bandsMhz = [
  [2_400, 2_500],
  [5_100, 5_900],
] as const;

/** A channel that stands out by more is plain: jammers differ in strength. */
const standsOutDb = 9;

/** Of one round; sweeps in any order. What a band gives that was not swept is not a number. */
export function scalarFeatures(sweeps: readonly ScalarSweep[]): number[] {
  return bandsMhz.flatMap(([low, high]) => {
    const own = sweeps.filter(({ freqMhz }) => freqMhz >= low && freqMhz < high);
    const byChannel = [...Map.groupBy(own, ({ freqMhz }) => freqMhz).values()];
    return columns.flatMap((column) => {
      const means = byChannel.map((stay) => meanOf(stay.map(column))).toSorted((a, b) => a - b);
      const spreads = byChannel.map((stay) => deviationOf(stay.map(column)));
      if (means.length === 0) return [Number.NaN, Number.NaN, Number.NaN];
      const middle = means[Math.floor(means.length / 2)]!;
      // How far the loudest channel stands out, how far the next, and how restless a stay is.
      const next = means.at(-2) ?? middle;
      const over = (level: number) => Math.min(standsOutDb, level - middle);
      return [over(means.at(-1)!), over(next), meanOf(spreads)];
    });
  });
}

interface ScalarRound {
  readonly features: readonly number[];
  /** By band: how far the loudest channel stands out in level, dB; not a number where none was swept. */
  readonly outDb: readonly number[];
}

export function scalarRound(sweeps: readonly ScalarSweep[]): ScalarRound {
  const outDb = bandsMhz.map(([low, high]) => {
    const own = sweeps.filter(({ freqMhz }) => freqMhz >= low && freqMhz < high);
    const levels = [...Map.groupBy(own, ({ freqMhz }) => freqMhz).values()]
      .map((stay) => meanOf(stay.map(({ rssiDb }) => rssiDb)))
      .toSorted((a, b) => a - b);
    return levels.length === 0 ? Number.NaN : levels.at(-1)! - levels[levels.length >> 1]!;
  });
  return { features: scalarFeatures(sweeps), outDb };
}

/** So many deviations beyond the other classes: one round in 25 of any shape (Chebyshev), far fewer of most. */
const deviationsOut = 5;

type Taught = ScalarRound & { readonly label: string };

function loudOf(rounds: readonly Taught[]): ScalarModel['loud'] {
  const labels = [...new Set(rounds.map(({ label }) => label))];
  return labels.flatMap((label) =>
    bandsMhz.flatMap((_, band) => {
      const levels = (isOwn: boolean) =>
        rounds
          .filter((round) => (round.label === label) === isOwn)
          .map(({ outDb }) => outDb[band]!)
          .filter((db) => !Number.isNaN(db));
      const [own, others] = [levels(true), levels(false)];
      if (own.length === 0 || others.length === 0) return [];
      const leastDb = meanOf(others) + deviationsOut * deviationOf(others);
      return own.every((db) => db >= leastDb) ? [{ label, band, leastDb }] : [];
    }),
  );
}

/** `quiet`: the class of a round that is like none of those taught and in which nothing stands out. */
export function trainScalars(rounds: readonly Taught[], quiet: string): ScalarModel {
  const byLabel = Map.groupBy(rounds, ({ label }) => label);
  const size = rounds[0]?.features.length ?? 0;
  const means = [...byLabel.values()].map((own) =>
    Array.from({ length: size }, (_, index) => meanOf(own.map(({ features }) => features[index]!))),
  );
  const spreads = Array.from({ length: size }, (_, index) => {
    let squares = 0;
    [...byLabel.values()].forEach((own, label) => {
      for (const { features } of own) {
        const apart = features[index]! - means[label]![index]!;
        squares += apart * apart;
      }
    });
    return Math.max(1e-3, Math.sqrt(squares / Math.max(1, rounds.length - byLabel.size)));
  });
  const labels = [...byLabel.keys()];
  const farthest = rounds.reduce((most, { label, features }) => {
    const own = distanceOf(features, means[labels.indexOf(label)]!, spreads);
    return Math.max(most, own);
  }, 0);
  return { loud: loudOf(rounds), quiet, farthest, labels, means, spreads };
}

/** No single feature decides alone: an odd session would. */
const apartMax = 3;

export function classifyScalars(
  { loud, quiet, farthest, labels, means, spreads }: ScalarModel,
  { features, outDb }: ScalarRound,
): string {
  const standing = loud.find(({ band, leastDb }) => outDb[band]! >= leastDb);
  if (standing !== undefined) return standing.label;
  let best = { label: quiet, distance: farthest };
  labels.forEach((label, index) => {
    if (loud.some((one) => one.label === label)) return;
    const distance = distanceOf(features, means[index]!, spreads);
    if (distance < best.distance) best = { label, distance };
  });
  return best.label;
}

/** Over the features that there are, as if all were: a band that was not swept makes nothing alike. */
function distanceOf(
  features: readonly number[],
  means: readonly number[],
  spreads: readonly number[],
): number {
  let distance = 0;
  let known = 0;
  features.forEach((value, feature) => {
    if (Number.isNaN(value)) return;
    const apart = Math.abs(value - means[feature]!) / spreads[feature]!;
    distance += Math.min(apart, apartMax) * Math.min(apart, apartMax);
    known += 1;
  });
  return (distance * features.length) / Math.max(1, known);
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function deviationOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return Math.sqrt(meanOf(values.map((value) => (value - mean) * (value - mean))));
}
