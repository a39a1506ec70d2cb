/** What is known of a figure, and how well. */
import { exp, log } from '#protocols/math.ts';

/** A best guess and its standard deviation. */
export interface Estimate {
  readonly mean: number;
  readonly sigma: number;
}

/** Where something lies for certain. */
export interface Bounds {
  readonly atLeast: number;
  readonly atMost: number;
}

export const unbounded: Bounds = {
  atLeast: Number.NEGATIVE_INFINITY,
  atMost: Number.POSITIVE_INFINITY,
};

/** Steps of the numeric integral below, over so many sigma. */
const STEPS = 256;
const SIGMAS = 6;

/** A normal deviate that is known to lie within bounds: mean and deviation of what is left of it. */
export function cut({ mean, sigma }: Estimate, { atLeast, atMost }: Bounds): Estimate {
  // Where most of it is left.
  const top = Math.max(atLeast, Math.min(atMost, mean));
  const low = Math.max(atLeast, top - SIGMAS * sigma);
  const high = Math.min(atMost, top + SIGMAS * sigma);
  const topZ = (top - mean) / sigma;
  let weight = 0;
  let sum = 0;
  let squares = 0;
  for (let step = 0; step < STEPS; step += 1) {
    const above = ((step + 0.5) / STEPS) * (high - low);
    const z = (low + above - mean) / sigma;
    const density = exp((topZ * topZ - z * z) / 2);
    weight += density;
    sum += density * above;
    squares += density * above * above;
  }
  const above = sum / weight;
  return { mean: low + above, sigma: Math.sqrt(Math.max(0, squares / weight - above * above)) };
}

/** Mirrored at its bounds, in place of a cut, and in the end held there. */
export function keptWithin(value: number, { atLeast, atMost }: Bounds): number {
  if (value < atLeast) return Math.min(atMost, 2 * atLeast - value);
  if (value > atMost) return Math.max(atLeast, 2 * atMost - value);
  return value;
}

/** Nepers of amplitude to decibels of loss at a path-loss exponent of 1: 10 / ln 10. */
const DB_PER_NEPER = 10 / log(10);

/**
 * Ten times the logarithm of the distance from a point to one that lies `radius` away from a centre,
 * in a direction nobody knows, when the centre is `distance` off.
 *
 * The mean of ln|D − d·e^iθ| over θ is ln max(D, d) (Jensen's formula), and its variance ½ Li₂(ρ²)
 * with ρ = min / max, from the series ln|1 − ρe^iθ| = −Σ ρ^k cos(kθ) / k.
 */
export function spreadAround(distance: number, radius: number): Estimate {
  const far = Math.max(distance, radius, 1);
  const ratio = Math.min(distance, radius) / far;
  let variance = 0;
  let power = 1;
  for (let k = 1; k <= 64; k += 1) {
    power *= ratio * ratio;
    variance += power / (2 * k * k);
  }
  return { mean: DB_PER_NEPER * log(far), sigma: DB_PER_NEPER * Math.sqrt(variance) };
}
