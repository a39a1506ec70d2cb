/**
 * Losses of links that are known as such, from a measurement: they stand in place of what follows
 * from where the two ends are.
 */
import type { AirChange } from '#protocols/air.ts';
import { type Fingerprint, lossDb } from './path-loss.ts';

export type GivenLink = Omit<Extract<AirChange, { kind: 'link' }>, 'kind'>;

export class GivenLosses {
  readonly #links = new Map<string, GivenLink>();
  /** By the two ends' fingerprints: beyond the first metre, so in any band. */
  readonly #extraDb = new Map<string, number>();

  give(link: GivenLink, from: Fingerprint, to: Fingerprint): void {
    const key = keyOf(from, to);
    this.#links.set(key, link);
    this.#extraDb.set(key, link.lossDb - lossDb(link.band, 0, 0));
  }

  /** As they were given, for a snapshot. */
  get all(): readonly GivenLink[] {
    return [...this.#links.values()];
  }

  get isEmpty(): boolean {
    return this.#links.size === 0;
  }

  /** What the way takes beyond its first metre; undefined when nobody said. */
  extraDb(from: Fingerprint, to: Fingerprint): number | undefined {
    return this.isEmpty ? undefined : this.#extraDb.get(keyOf(from, to));
  }
}

function keyOf(a: Fingerprint, b: Fingerprint): string {
  const isInOrder = a.low < b.low || (a.low === b.low && a.high <= b.high);
  const [first, second] = isInOrder ? [a, b] : [b, a];
  return `${first.low},${first.high},${second.low},${second.high}`;
}
