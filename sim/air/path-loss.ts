/**
 * How much weaker a signal arrives: log-distance loss by band, walls, and the slow fading of each
 * link.
 */
import { philox4x32 } from '#agents/random/philox.ts';
import type { Band } from '#protocols/channels.ts';
import { cos, log, log10, pow10 } from '#protocols/math.ts';
import type { Random } from '#protocols/random.ts';

/**
 * Loss at 1 m: free space, 20 log10(f MHz) − 27.55 dB (ITU-R P.525-4, equation 4), at 2,400,
 * 5,150 and 6,000 MHz.
 */
const lossAt1mDb: Readonly<Record<Band, number>> = { '2.4': 40.05, '5': 46.68, '6': 48.01 };

/** Between the 3.0 and 4.0 of an office floor (ITU-R P.1238-11, table 2: N = 28 to 33, and walls). */
export const pathLossExponent = 3.5;

/** Ten times the logarithm of the distance: what a link adds in any band. Nearer than 1 m is 1 m. */
export function spreadDb(distanceM: number): number {
  return distanceM <= 1 ? 0 : 10 * log10(distanceM);
}

export function lossDb(band: Band, spread: number, extraDb: number): number {
  return lossAt1mDb[band] + pathLossExponent * spread + extraDb;
}

/** How far a signal that may lose `budgetDb` can come. */
export function reachM(band: Band, budgetDb: number): number {
  return pow10(Math.max(0, budgetDb - lossAt1mDb[band]) / (10 * pathLossExponent));
}

export function bandOf(mhz: number): Band {
  return mhz < 3_000 ? '2.4' : mhz < 5_925 ? '5' : '6';
}

/** Two 32-bit fingerprints of an id (FNV-1a with two offsets), so that a link has its own fading. */
export interface Fingerprint {
  readonly low: number;
  readonly high: number;
}

export function fingerprint(id: string): Fingerprint {
  let low = 0x811c9dc5;
  let high = 0x9dc5811c;
  for (let at = 0; at < id.length; at += 1) {
    low = Math.imul(low ^ id.charCodeAt(at), 0x01000193);
    high = Math.imul(high ^ id.charCodeAt(at), 0x01000193) + 0x9e3779b9;
  }
  return { low: low | 0, high: high | 0 };
}

/** Deviations beyond this many sigma are cut, so that a link has a farthest reach. */
const SIGMAS_MAX = 2.5;

/**
 * Log-normal shadowing. A link's deviation is a function of the stream and of the two ends' ids
 * alone, so it is the same from both ends and no other link changes it.
 */
export class Shadowing {
  readonly sigmaDb: number;
  readonly #key0: number;
  readonly #key1: number;

  constructor(random: Random, sigmaDb: number) {
    this.sigmaDb = sigmaDb;
    this.#key0 = random.uint32() | 0;
    this.#key1 = random.uint32() | 0;
  }

  /** The most a link can gain by it. */
  get gainDbMax(): number {
    return SIGMAS_MAX * this.sigmaDb;
  }

  lossDb(a: Fingerprint, b: Fingerprint): number {
    if (this.sigmaDb === 0) return 0;
    const inOrder = a.low < b.low || (a.low === b.low && a.high <= b.high);
    const [first, second] = inOrder ? [a, b] : [b, a];
    const words = philox4x32(
      first.low,
      first.high,
      second.low,
      second.high,
      this.#key0,
      this.#key1,
    );
    // Box and Muller's transform of two uniform numbers in (0, 1].
    const radius = Math.sqrt(-2 * log(((words[0]! >>> 0) + 1) / 0x1_0000_0000));
    const deviate = radius * cos((2 * Math.PI * (words[1]! >>> 0)) / 0x1_0000_0000);
    return this.sigmaDb * Math.max(-SIGMAS_MAX, Math.min(SIGMAS_MAX, deviate));
  }
}
