/**
 * What looks strange in one tile may be chance, and the same air looks so again: of a thousand tiles some
 * always do, but not by far. So a stretch of spectrum is judged over a spell: by how far its tiles lie
 * over their threshold, in the mean of all, held against what normal air of one kind comes to.
 */
import { US_PER_S } from '#protocols/clock.ts';

/** Fewer tell nothing. */
export const SPELL_TILES = 32;
export const SPELL_US = 10 * US_PER_S;

export class Spell {
  readonly #sinceUs: number;
  #tiles = 0;
  #excess = 0;

  constructor(sinceUs: number) {
    this.#sinceUs = sinceUs;
  }

  /** A tile's score over its threshold; at most 1 is nothing strange. */
  add(over: number): void {
    this.#tiles += 1;
    this.#excess += excessOf(over);
  }

  /** The mean excess of its tiles, once it is over. */
  excessAt(nowUs: number): number | undefined {
    if (this.#tiles < SPELL_TILES || nowUs - this.#sinceUs < SPELL_US) return undefined;
    return this.#excess / this.#tiles;
  }
}

export function excessOf(over: number): number {
  return Math.max(0, over - 1);
}
