/**
 * A small detector for radios that give a sweep’s scalars and no bins: levels and noise floor by channel.
 * A round is a stay on each of several channels; its features compare channels with one another, so
 * that what differs between sessions and radios on all channels alike does not count. Classes are told apart
 * by their means, each feature by its spread within classes (diagonal linear discriminant).
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

export function trainScalars(
  rounds: readonly { readonly label: string; readonly features: readonly number[] }[],
): ScalarModel {
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
  return { labels: [...byLabel.keys()], means, spreads };
}

/** No single feature decides alone: an odd session would. */
const apartMax = 3;

export function classifyScalars(
  { labels, means, spreads }: ScalarModel,
  features: readonly number[],
): string {
  let best = { label: labels[0]!, distance: Number.POSITIVE_INFINITY };
  labels.forEach((label, index) => {
    let distance = 0;
    features.forEach((value, feature) => {
      if (Number.isNaN(value)) return;
      const apart = Math.abs(value - means[index]![feature]!) / spreads[feature]!;
      distance += Math.min(apart, apartMax) * Math.min(apart, apartMax);
    });
    if (distance < best.distance) best = { label, distance };
  });
  return best.label;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function deviationOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return Math.sqrt(meanOf(values.map((value) => (value - mean) * (value - mean))));
}
