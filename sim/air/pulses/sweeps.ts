/** Whether spectral sweeps alone would see a radar: pulses that fall into the time of one of their FFTs. */
import type { PulseReport } from '#protocols/air.ts';

export interface Sweeping {
  /** From one sweep to the next. */
  readonly everyUs: number;
  /** How long each listens: the inverse of the distance between its bins. */
  readonly fftUs: number;
  /** When the first sweep begins. */
  readonly phaseUs: number;
}

/** How many sweeps have some of a pulse in them, however short. Says nothing of its level in the bins. */
export function sweepsThatCatch(
  pulses: readonly PulseReport[],
  { everyUs, fftUs, phaseUs }: Sweeping,
): number {
  let caught = 0;
  let last = Number.NEGATIVE_INFINITY;
  for (const { tUs, widthUs } of pulses) {
    // The first sweep that ends after the pulse begins.
    const first = Math.floor((tUs - phaseUs - fftUs) / everyUs) + 1;
    const end = Math.ceil((tUs + widthUs - phaseUs) / everyUs);
    caught += Math.max(0, end - Math.max(first, last + 1));
    last = Math.max(last, end - 1);
  }
  return caught;
}
