/** How many sweeps a radio at full pace has given since it was last asked. */
import { type Clock, US_PER_S } from '#protocols/clock.ts';

/**
 * Between two sweeps: the median of the long ath10k recording of the FFT_eval project,
 * https://github.com/simonwunderlich/FFT_eval. That ath11k keeps the same pace was not measured.
 */
export const SWEEP_US = 233;

/** What nobody asked for within 0.9 s is gone, as in the buffer of a driver. */
const KEPT_US = 0.9 * US_PER_S;

export class Pace {
  readonly #clock: Clock;
  #givenUs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#givenUs = clock.monotonic();
  }

  due(): number {
    const nowUs = this.#clock.monotonic();
    this.#givenUs = Math.max(this.#givenUs, nowUs - KEPT_US);
    const sweeps = Math.floor((nowUs - this.#givenUs) / SWEEP_US);
    this.#givenUs += sweeps * SWEEP_US;
    return sweeps;
  }
}
