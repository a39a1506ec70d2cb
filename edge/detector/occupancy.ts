/**
 * How often and how strongly each bin of a channel was filled: the duty cycle, and the peak and
 * median level over the floor. Sweeps of any width and bin count are laid onto one grid over the
 * channel; what lies outside it is left out.
 */

import type { Span } from '#protocols/channels.ts';
import { log10 } from '#protocols/math.ts';
import { binPowers } from '../capture/bin-power.ts';
import type { Sweep } from '../capture/tlv.ts';

/** Width of a cell of the grid. */
export const cellMhz = 0.625;
const receiverNoiseFigureDb = 7;
/** A cell counts as filled this far above the floor; the skirts of Wi-Fi stay below. */
const filledOverFloorDb = 25;
/** And no further below the strongest cell of its sweep: what is there may be leakage of the FFT. */
const leakageDb = 40;

/**
 * The floor of one bin: thermal noise of its bandwidth at 290 K (−174 dBm/Hz) and the receiver's
 * noise figure. The noise that the chip reports is a measurement, not a floor: it climbs with a
 * continuous signal, which would then hide in it.
 */
export function floorDbm(binMhz: number): number {
  return -174 + 10 * log10(binMhz * 1e6) + receiverNoiseFigureDb;
}

export interface Occupancy {
  readonly lowMhz: number;
  readonly sweeps: number;
  /** Share of the sweeps that covered a cell in which it was filled. */
  readonly duty: Float64Array;
  /** Strongest and mean level of a cell over the sweeps, dBm; −200 where no sweep reached. */
  readonly peakDbm: Float64Array;
  readonly meanDbm: Float64Array;
  readonly floorDbm: number;
}

const scratch = new Float64Array(512);

export function occupancyOf(sweeps: readonly Sweep[], channel: Span): Occupancy {
  const cells = Math.round((channel.highMhz - channel.lowMhz) / cellMhz);
  const covered = new Uint32Array(cells);
  const filled = new Uint32Array(cells);
  const peakDbm = new Float64Array(cells).fill(-200);
  const sumDbm = new Float64Array(cells);
  const strongest = new Float64Array(cells);
  let floor = floorDbm(cellMhz / 2);
  let counted = 0;
  for (const sweep of sweeps) {
    strongest.fill(Number.NEGATIVE_INFINITY);
    for (const segment of sweep.segments) {
      const { lowMhz, highMhz, bins } = segment;
      const binMhz = (highMhz - lowMhz) / bins.length;
      floor = floorDbm(binMhz);
      binPowers(segment, sweep.maxExp, scratch);
      for (let i = 0; i < bins.length; i += 1) {
        const cell = Math.floor((lowMhz + (i + 0.5) * binMhz - channel.lowMhz) / cellMhz);
        if (cell < 0 || cell >= cells) continue;
        const power = scratch[i] as number;
        if (power > (strongest[cell] as number)) strongest[cell] = power;
      }
    }
    let reached = false;
    let top = Number.NEGATIVE_INFINITY;
    for (const power of strongest) if (power > top) top = power;
    const threshold = Math.max(floor + filledOverFloorDb, top - leakageDb);
    for (let cell = 0; cell < cells; cell += 1) {
      const power = strongest[cell] as number;
      if (power === Number.NEGATIVE_INFINITY) continue;
      reached = true;
      covered[cell] = (covered[cell] as number) + 1;
      sumDbm[cell] = (sumDbm[cell] as number) + power;
      if (power > threshold) filled[cell] = (filled[cell] as number) + 1;
      if (power > (peakDbm[cell] as number)) peakDbm[cell] = power;
    }
    if (reached) counted += 1;
  }
  const duty = new Float64Array(cells);
  const meanDbm = new Float64Array(cells).fill(-200);
  for (let cell = 0; cell < cells; cell += 1) {
    const times = covered[cell] as number;
    if (times === 0) continue;
    duty[cell] = (filled[cell] as number) / times;
    meanDbm[cell] = (sumDbm[cell] as number) / times;
  }
  return { lowMhz: channel.lowMhz, sweeps: counted, duty, peakDbm, meanDbm, floorDbm: floor };
}
