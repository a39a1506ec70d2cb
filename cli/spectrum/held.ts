/** The strongest level of every bin of every tuning, kept apart from how they are shown. */
import type { Axis, Span } from './axis.ts';
import { BELOW } from './levels.ts';

interface HeldSweep {
  readonly index: number;
  readonly span: Span;
  readonly levels: Float32Array;
}

export interface Strongest {
  readonly mhz: number;
  readonly level: number;
  readonly column: number;
}

export class HeldLevels {
  readonly #held = new Map<string, HeldSweep>();

  /** Takes the levels of a sweep of the tuning with this index. */
  add(index: number, span: Span, bins: number, levels: Float32Array): void {
    const key = `${index} ${bins}`;
    let held = this.#held.get(key);
    if (held === undefined) {
      held = { index, span, levels: new Float32Array(bins).fill(BELOW) };
      this.#held.set(key, held);
    }
    for (let bin = 0; bin < bins; bin += 1) {
      if (levels[bin]! > held.levels[bin]!) held.levels[bin] = levels[bin]!;
    }
  }

  /** Writes the strongest of each column of an axis, and returns the strongest of those. */
  show(axis: Axis, peak: Float32Array): Strongest | undefined {
    let strongest: Strongest | undefined;
    for (const { index, span, levels } of this.#held.values()) {
      const { columns, from, to } = axis.places(index, span, levels.length);
      const binMhz = (span.highMhz - span.lowMhz) / levels.length;
      columns.forEach((column, place) => {
        for (let bin = from[place]!; bin <= to[place]!; bin += 1) {
          const level = levels[bin]!;
          if (level > peak[column]!) peak[column] = level;
          if (level <= BELOW || level <= (strongest?.level ?? BELOW)) continue;
          strongest = { mhz: span.lowMhz + (bin + 0.5) * binMhz, level, column };
        }
      });
    }
    return strongest;
  }

  /** Levels a bin become levels a MHz. */
  spreadOverMhz(): void {
    for (const { span, levels } of this.#held.values()) {
      const shift = -10 * Math.log10((span.highMhz - span.lowMhz) / levels.length);
      for (let bin = 0; bin < levels.length; bin += 1) {
        if (levels[bin]! > BELOW) levels[bin] = levels[bin]! + shift;
      }
    }
  }

  forget(): void {
    this.#held.clear();
  }
}
