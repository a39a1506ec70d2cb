/** The newest tiles in which nothing was strange: what a node learns from. */
import { TILE_VALUES, type Tile } from '../detector/tile.ts';

export class OrdinaryTiles {
  readonly #most: number;
  readonly #kept: Tile[] = [];
  #next = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get count(): number {
    return this.#kept.length;
  }

  /** The tile's values are copied: whoever made it may use them again. */
  add(tile: Tile): void {
    const values = this.#kept[this.#next]?.values ?? new Float32Array(TILE_VALUES);
    values.set(tile.values);
    this.#kept[this.#next] = { ...tile, values };
    this.#next = (this.#next + 1) % this.#most;
  }

  all(): readonly Tile[] {
    return [...this.#kept];
  }
}
