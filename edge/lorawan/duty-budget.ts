/**
 * How much a device may still send. No window of an hour, wherever it begins, holds more than the
 * share that the sub-band allows (ETSI EN 300 220-1 V3.1.1 §5.4: the ratio over an observation period of one
 * hour); what is not an alert leaves a part of it untouched.
 */
import { US_PER_S } from '#protocols/clock.ts';

const WINDOW_US = 3_600 * US_PER_S;
/** A modem sends a little after it is told to; the window is watched so much longer. */
const GUARD_US = 2 * US_PER_S;

export interface DutyOptions {
  /** Share of an hour, 0 to 1. */
  readonly duty: number;
  /** Which part of it only alerts may use, 0 to 1. */
  readonly reserve: number;
}

/** A time on the air. */
export interface Booking {
  readonly startUs: number;
  readonly endUs: number;
}

export type Purpose = 'alert' | 'routine';

export class DutyBudget {
  readonly #limitUs: Readonly<Record<Purpose, number>>;
  /** In the order of time; they do not overlap. */
  #bookings: Booking[] = [];

  /** `earlier`: what was sent before this budget began, in the same time and in order. */
  constructor({ duty, reserve }: DutyOptions, earlier: readonly Booking[] = []) {
    this.#bookings = [...earlier];
    const alert = Math.floor(duty * WINDOW_US);
    this.#limitUs = { alert, routine: Math.floor(alert * (1 - reserve)) };
  }

  /**
   * When so much may be sent at the earliest, from `nowUs` on; undefined where no hour has room for it.
   * Of all windows that touch the new frame, the one that ends with it holds most.
   */
  earliestUs(airtimeUs: number, purpose: Purpose, nowUs: number): number | undefined {
    const limitUs = this.#limitUs[purpose];
    if (airtimeUs > limitUs) return undefined;
    let roomUs = limitUs - airtimeUs;
    for (const { startUs, endUs } of this.#bookings.toReversed()) {
      const lastsUs = endUs - startUs;
      if (lastsUs > roomUs) {
        const windowStartsUs = endUs - roomUs;
        return Math.max(nowUs, windowStartsUs + WINDOW_US + GUARD_US - airtimeUs);
      }
      roomUs -= lastsUs;
    }
    return nowUs;
  }

  book(startUs: number, airtimeUs: number): void {
    this.#bookings.push({ startUs, endUs: startUs + airtimeUs });
    const oldestUs = startUs - WINDOW_US - GUARD_US;
    this.#bookings = this.#bookings.filter(({ endUs }) => endUs > oldestUs);
  }

  /** The last booking was not sent after all. */
  unbook(): void {
    this.#bookings.pop();
  }

  /** What may still count, in order. */
  bookings(): readonly Booking[] {
    return this.#bookings;
  }

  /** Sent in the hour before. */
  usedUs(nowUs: number): number {
    const fromUs = nowUs - WINDOW_US;
    return this.#bookings.reduce(
      (sum, { startUs, endUs }) => sum + Math.max(0, endUs - Math.max(startUs, fromUs)),
      0,
    );
  }
}
