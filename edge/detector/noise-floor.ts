/**
 * What a chip takes for noise, by frequency. A sender that never pauses is taken for noise: the floor of
 * its frequency rises, and in the bins, which are told over that floor, it may hardly show. So the noise
 * of each frequency is held against that of the others that the same card was tuned to in the same band:
 * how far it lies over their median, in deviations of theirs. What differs between cards, bands and
 * sessions counts on all of them alike. A floor that is low is none of our business.
 */
import type { Segment, Sweep } from '../capture/tlv.ts';
import { bandOfTile } from './about-tile.ts';

/** Fewer others tell nothing. */
export const OTHERS_MIN = 5;
/** Of a Gaussian, the standard deviation over the median absolute one (Hampel, JASA 69, 1974). */
const MAD_TO_DEVIATION = 1.4826;
/** The floor is told in whole decibels: what lies closer together than that says nothing of a spread. */
const DEVIATION_DB_MIN = 1;
/** Of each tuning, the newest sweeps: a chip calibrates seldom, a single odd value is none of its. */
const KEPT = 9;

export interface NoiseReading {
  readonly lowMhz: number;
  readonly highMhz: number;
  readonly noiseDbm: number;
  /** Of its own band. */
  readonly others: number;
  /** Over the median of the others, in deviations. */
  readonly score: number;
}

type Heard = Pick<Segment, 'lowMhz' | 'highMhz' | 'noiseDbm'>;

interface Tuning {
  readonly lowMhz: number;
  readonly highMhz: number;
  readonly noise: number[];
  heardUs: number;
}

/** The noise of one radio. */
export class NoiseFloor {
  readonly #tunings = new Map<string, Tuning>();
  #last: Tuning | undefined;

  push({ segments }: Pick<Sweep, 'segments'>, nowUs: number): void {
    for (const segment of segments) this.hear(segment, nowUs);
  }

  /** `nowUs`: monotonic. */
  hear(heard: Heard, nowUs: number): void {
    const tuning = this.#tuningOf(heard);
    tuning.heardUs = nowUs;
    tuning.noise.push(heard.noiseDbm);
    if (tuning.noise.length > KEPT) tuning.noise.shift();
  }

  forgetBefore(us: number): void {
    for (const [key, { heardUs }] of this.#tunings) if (heardUs < us) this.#tunings.delete(key);
    this.#last = undefined;
  }

  /** Of every tuning that has enough others of its width in its band. */
  readings(): NoiseReading[] {
    const all = [...this.#tunings.values()].map(({ lowMhz, highMhz, noise }) => ({
      lowMhz,
      highMhz,
      noiseDbm: median(noise),
      group: `${bandOfTile({ lowMhz })}/${Math.round(highMhz - lowMhz)}`,
    }));
    return all.flatMap(({ group, ...one }) => {
      const others = all.filter((other) => other.group === group && other.lowMhz !== one.lowMhz);
      if (others.length < OTHERS_MIN) return [];
      const score = standsOut(
        one.noiseDbm,
        others.map(({ noiseDbm }) => noiseDbm),
      );
      return [{ ...one, others: others.length, score }];
    });
  }

  /** Most sweeps are of the tuning of the one before. */
  #tuningOf({ lowMhz, highMhz }: Heard): Tuning {
    const last = this.#last;
    if (last?.lowMhz === lowMhz && last.highMhz === highMhz) return last;
    const key = `${lowMhz}-${highMhz}`;
    let tuning = this.#tunings.get(key);
    if (tuning === undefined) {
      tuning = { lowMhz, highMhz, noise: [], heardUs: 0 };
      this.#tunings.set(key, tuning);
    }
    this.#last = tuning;
    return tuning;
  }
}

export function standsOut(noiseDbm: number, others: readonly number[]): number {
  const middle = median(others);
  const apart = median(others.map((other) => Math.abs(other - middle)));
  return (noiseDbm - middle) / Math.max(DEVIATION_DB_MIN, MAD_TO_DEVIATION * apart);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}
