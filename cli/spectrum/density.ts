/** How often each level was seen at each column, with the strongest held and the mean. */
import type { Places } from './axis.ts';
import { BELOW, milliwattsOf } from './levels.ts';

export class Density {
  readonly columns: number;
  readonly rows: number;
  /** Column by column, from the lowest level up. */
  readonly counts: Float32Array;
  /** Sweeps that were seen at each column. */
  readonly seen: Float64Array;
  readonly peak: Float32Array;
  readonly #sumMw: Float64Array;
  readonly #lowDbm: number;
  readonly #perDb: number;

  constructor(columns: number, rows: number, { lowDbm, highDbm }: LevelScale) {
    this.columns = columns;
    this.rows = rows;
    this.counts = new Float32Array(columns * rows);
    this.seen = new Float64Array(columns);
    this.peak = new Float32Array(columns).fill(BELOW);
    this.#sumMw = new Float64Array(columns);
    this.#lowDbm = lowDbm;
    this.#perDb = rows / (highDbm - lowDbm);
  }

  /** Adds a sweep, of each column the strongest of its bins; `onColumn` gets that too. */
  add(
    { columns, from, to }: Places,
    levels: Float32Array,
    onColumn: (column: number, level: number) => void,
  ): void {
    for (let place = 0; place < columns.length; place += 1) {
      const column = columns[place]!;
      let level = BELOW;
      for (let bin = from[place]!; bin <= to[place]!; bin += 1) {
        if (levels[bin]! > level) level = levels[bin]!;
      }
      this.seen[column]! += 1;
      if (level > this.peak[column]!) this.peak[column] = level;
      this.#sumMw[column]! += milliwattsOf(level);
      const row = Math.floor((level - this.#lowDbm) * this.#perDb);
      if (row >= 0) {
        const at = column * this.rows + Math.min(this.rows - 1, row);
        this.counts[at] = this.counts[at]! + 1;
      }
      onColumn(column, level);
    }
  }

  /** The mean of the powers at a column, dBm; `BELOW` where there were none. */
  mean(column: number): number {
    const mw = this.#sumMw[column]! / this.seen[column]!;
    return mw > 0 ? 10 * Math.log10(mw) : BELOW;
  }

  /** How often a level was seen, 0 to 1, drawn out so that what is rare can be seen. */
  shade(column: number, row: number): number {
    const count = this.counts[column * this.rows + row]!;
    return count === 0 ? 0 : (count / this.seen[column]!) ** 0.4;
  }

  /** Takes over what another saw but its peaks: of each column those given, each level where it is now. */
  takeOver(other: Density, columns: readonly (readonly number[])[]): void {
    const rows = Int32Array.from({ length: other.rows }, (_, row) => {
      const level = other.#lowDbm + (row + 0.5) / other.#perDb;
      return Math.min(this.rows - 1, Math.floor((level - this.#lowDbm) * this.#perDb));
    });
    columns.forEach((those, to) => {
      for (const from of those) {
        this.seen[to]! += other.seen[from]!;
        this.#sumMw[to]! += other.#sumMw[from]!;
        rows.forEach((row, old) => {
          if (row < 0) return;
          this.counts[to * this.rows + row]! += other.counts[from * other.rows + old]!;
        });
      }
    });
  }

  /** Lets what was seen before count less. */
  fade(share: number): void {
    for (let at = 0; at < this.counts.length; at += 1) {
      this.counts[at] = this.counts[at]! * share;
    }
    for (let column = 0; column < this.columns; column += 1) {
      this.seen[column]! *= share;
      this.#sumMw[column]! *= share;
    }
  }
}

export interface LevelScale {
  readonly lowDbm: number;
  readonly highDbm: number;
}
