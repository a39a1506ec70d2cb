/** The newest pulses, oldest forgotten first; index 0 is the newest. */
import type { PulseReport } from '#protocols/air.ts';

/** A power of two. At 1,000 pulses a second it holds a quarter of one, thrice the longest train. */
export const SIZE = 256;

/**
 * How far two reports of one sender may differ. A chip counts a pulse's width in steps of about a
 * microsecond and puts its centre somewhere near; a radar's level holds within a burst.
 */
const ALIKE = { widthUs: 1.5, widthShare: 0.08, rssiDb: 5, mhz: 5 } as const;

/** Whether both may be of one sender. */
export function areAlike(one: PulseReport, other: PulseReport): boolean {
  const { widthUs, widthShare, rssiDb, mhz } = ALIKE;
  return (
    one.chirp === other.chirp &&
    Math.abs(one.widthUs - other.widthUs) <= widthUs + widthShare * one.widthUs &&
    Math.abs(one.rssiDbm - other.rssiDbm) <= rssiDb &&
    Math.abs(one.centerMhz - other.centerMhz) <= mhz
  );
}

export class PulseRing {
  readonly #pulses: PulseReport[] = [];
  #head = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(pulse: PulseReport): void {
    this.#head = (this.#head + 1) & (SIZE - 1);
    this.#pulses[this.#head] = pulse;
    if (this.#length < SIZE) this.#length += 1;
  }

  clear(): void {
    this.#length = 0;
  }

  at(index: number): PulseReport {
    return this.#pulses[(this.#head - index) & (SIZE - 1)]!;
  }

  /** How long before the newest it came, microseconds. */
  ageUs(index: number): number {
    return this.at(0).tUs - this.at(index).tUs;
  }

  /**
   * Writes how long before the newest each pulse came that is like it, the newest of them first, down
   * to `withinUs`; returns how many.
   */
  agesOfAlike(withinUs: number, agesUs: Float64Array): number {
    const newest = this.at(0);
    let count = 0;
    for (let index = 1; index < this.#length; index += 1) {
      const pulse = this.at(index);
      const agoUs = newest.tUs - pulse.tUs;
      if (agoUs > withinUs) break;
      if (!areAlike(newest, pulse)) continue;
      agesUs[count] = agoUs;
      count += 1;
    }
    return count;
  }
}
