/**
 * What looks strange in one tile may be chance, and the same air looks so again: of a thousand tiles some
 * always do. So a stretch of spectrum counts as strange by the share of its tiles that were flagged over
 * a spell, held against what normal air of one kind comes to.
 */
import { US_PER_S } from '#protocols/clock.ts';

/** Fewer tell no share. */
export const SPELL_TILES = 32;
export const SPELL_US = 10 * US_PER_S;

export class Spell {
  readonly #sinceUs: number;
  #tiles = 0;
  #flagged = 0;

  constructor(sinceUs: number) {
    this.#sinceUs = sinceUs;
  }

  add(isFlagged: boolean): void {
    this.#tiles += 1;
    if (isFlagged) this.#flagged += 1;
  }

  /** The share of tiles that were flagged, once it is over. */
  shareAt(nowUs: number): number | undefined {
    if (this.#tiles < SPELL_TILES || nowUs - this.#sinceUs < SPELL_US) return undefined;
    return this.#flagged / this.#tiles;
  }
}
