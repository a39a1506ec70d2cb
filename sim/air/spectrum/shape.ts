/**
 * How the power of a signal lies over frequency, as its running sum: between two frequencies lies the
 * difference, however wide the bins are, and no power is lost or made by cutting it into bins.
 */
import { pow10 } from '#protocols/math.ts';

const STEPS = 2048;

export class Shape {
  /** Half of what the table spans, in units of the signal's width. */
  readonly reach: number;
  /** The running sum at the ends of the steps, 0 to 1. */
  readonly #sum = new Float64Array(STEPS + 1);

  /** `density`: relative power at a distance from the centre, in units of the signal's width. */
  constructor(reach: number, density: (offset: number) => number) {
    this.reach = reach;
    let sum = 0;
    for (let step = 0; step < STEPS; step += 1) {
      sum += density(((step + 0.5) / STEPS) * 2 * reach - reach);
      this.#sum[step + 1] = sum;
    }
    for (let step = 0; step <= STEPS; step += 1) this.#sum[step] = this.#sum[step]! / sum;
  }

  /** The share of the power below that distance from the centre. */
  below(offset: number): number {
    const at = ((offset + this.reach) / (2 * this.reach)) * STEPS;
    if (at <= 0) return 0;
    if (at >= STEPS) return 1;
    const step = Math.floor(at);
    const before = this.#sum[step]!;
    return before + (at - step) * (this.#sum[step + 1]! - before);
  }
}

/** The same everywhere in its width, nothing outside. */
export const flat = new Shape(0.5, () => 1);

/** A bell whose width is where it is 10 dB down on both sides together, drawn down to 50 dB. */
export const bell = new Shape(1.1, (offset) => pow10(-4 * offset * offset));

/** Straight lines in dB between corners: distance from the centre in widths, and dBr. */
export function masked(corners: readonly (readonly [widths: number, dbr: number])[]): Shape {
  return new Shape(corners.at(-1)![0], (offset) => {
    const distance = Math.abs(offset);
    let [from, fromDb] = [0, 0];
    for (const [to, toDb] of corners) {
      if (distance <= to) {
        const part = to === from ? 1 : (distance - from) / (to - from);
        return pow10((fromDb + part * (toDb - fromDb)) / 10);
      }
      [from, fromDb] = [to, toDb];
    }
    return 0;
  });
}
