/**
 * Losses of links that are known as such, from a measurement: they stand in place of what follows
 * from where the two ends are.
 */
import type { AirChange } from '#protocols/air.ts';
import { type Fingerprint, lossDb } from './path-loss.ts';

export type GivenLink = Omit<Extract<AirChange, { kind: 'link' }>, 'kind'>;

interface Given {
  readonly link: GivenLink;
  /** Beyond the first metre, so in any band. */
  readonly extraDb: number;
}

/** Ends are counted, and two counts make one whole number. */
const ENDS_MAX = 0x400_0000;

export class GivenLosses {
  /** By the counts of its two ends, the lower one first. */
  readonly #links = new Map<number, Given>();
  /** By the two halves of a fingerprint. */
  readonly #ends = new Map<number, Map<number, number>>();
  #known = 0;

  give(link: GivenLink, from: Fingerprint, to: Fingerprint): void {
    const extraDb = link.lossDb - lossDb(link.band, 0, 0);
    this.#links.set(keyOf(this.#endOf(from), this.#endOf(to)), { link, extraDb });
  }

  /** As they were given, for a snapshot. */
  get all(): readonly GivenLink[] {
    return [...this.#links.values()].map(({ link }) => link);
  }

  get isEmpty(): boolean {
    return this.#links.size === 0;
  }

  /** What the way takes beyond its first metre; undefined when nobody said. */
  extraDb(from: Fingerprint, to: Fingerprint): number | undefined {
    const a = this.#ends.get(from.low)?.get(from.high);
    const b = a === undefined ? undefined : this.#ends.get(to.low)?.get(to.high);
    return a === undefined || b === undefined ? undefined : this.#links.get(keyOf(a, b))?.extraDb;
  }

  #endOf({ low, high }: Fingerprint): number {
    let byHigh = this.#ends.get(low);
    if (byHigh === undefined) {
      byHigh = new Map();
      this.#ends.set(low, byHigh);
    }
    let count = byHigh.get(high);
    if (count === undefined) {
      count = this.#known++;
      byHigh.set(high, count);
    }
    return count;
  }
}

function keyOf(a: number, b: number): number {
  return a < b ? a * ENDS_MAX + b : b * ENDS_MAX + a;
}
