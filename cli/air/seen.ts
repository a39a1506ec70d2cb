/** What sweeps show of the one thing that sent during them. */
import { binPowers } from '#edge/capture/bin-power.ts';
import type { Sweep } from '#edge/capture/tlv.ts';
import { dbmToMw, mwToDbm } from '#protocols/math.ts';

export interface Seen {
  /** Share of the sweeps in which it was there. */
  readonly duty: number;
  /** The stretch that holds 99 % of its power, all sweeps together (ITU-R SM.328). */
  readonly occupiedMhz: number;
  /** Its power in those sweeps, noise taken off: the mean. */
  readonly levelDbm: number;
}

/** A sweep this much above the noise of the chip holds something. */
const OVER_NOISE_DB = 4;
/** Bins of a smaller magnitude may be rounding, not counted as occupied. */
const COUNTED = 2;

/** Undefined when nothing was there. */
export function seenIn(sweeps: readonly Sweep[]): Seen | undefined {
  let spectrum: Float64Array | undefined;
  let binMhz = 0;
  let on = 0;
  let sumMw = 0;
  for (const { segments, maxExp } of sweeps) {
    const [segment] = segments;
    if (segment === undefined || segment.rssiDb < OVER_NOISE_DB) continue;
    const { bins, lowMhz, highMhz, rssiDb, noiseDbm } = segment;
    const powers = new Float64Array(bins.length);
    binPowers(segment, maxExp, powers);
    spectrum ??= new Float64Array(bins.length);
    binMhz = (highMhz - lowMhz) / bins.length;
    const noiseMw = dbmToMw(noiseDbm);
    powers.forEach((dbm, bin) => {
      if (bins[bin]! < COUNTED) return;
      spectrum![bin] = spectrum![bin]! + Math.max(0, dbmToMw(dbm) - noiseMw / bins.length);
    });
    on += 1;
    sumMw += dbmToMw(noiseDbm + rssiDb) - noiseMw;
  }
  if (spectrum === undefined) return undefined;
  const occupiedMhz = stretch(spectrum) * binMhz;
  return { duty: on / sweeps.length, occupiedMhz, levelDbm: mwToDbm(sumMw / on) };
}

/** Bins between the half percent at either end. */
function stretch(spectrum: Float64Array): number {
  const whole = spectrum.reduce((sum, mw) => sum + mw, 0);
  let below = 0;
  let first = -1;
  for (let bin = 0; bin < spectrum.length; bin += 1) {
    below += spectrum[bin]!;
    if (first < 0 && below > whole * 0.005) first = bin;
    if (below >= whole * 0.995) return bin - first + 1;
  }
  return spectrum.length;
}
