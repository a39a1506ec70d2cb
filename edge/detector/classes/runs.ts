/**
 * What fills a sweep: runs of cells that stand over the floor, and a narrow crest on a wide run as a
 * run of its own, which is how a narrow sender shows within a frame of Wi-Fi.
 */
import { pow10 } from '#protocols/math.ts';
import { type Levels, roughDb } from './levels.ts';

/** Further below the strongest cell of its sweep, a cell may be leakage of the transform. */
export const leakage = 1.6e-3;
/** Twice the least magnitude, as power. */
export const twiceLeast = 3.9;
/** A run is as wide as what lies within 13 dB of its peak. */
const widthAt = 0.05;
const wideMhz = 5;
/** Noise of a wide run seldom stands as far over its mean. */
const crestRatio = 12.6;
const crestMhz = 2;
export const runsASweep = 12;

/** Runs of all sweeps, in columns. */
export interface Runs {
  readonly count: number;
  readonly sweep: Uint16Array;
  readonly centerMhz: Float32Array;
  readonly widthMhz: Float32Array;
  /** Of the mean of its cells, dB over thermal noise. */
  readonly levelDb: Float32Array;
  /** How far its peak stands over its mean, dB. */
  readonly crestDb: Float32Array;
  /** The first run of each sweep; one more than there are sweeps. */
  readonly first: Uint32Array;
  /** By cell: in how many sweeps it was filled. */
  readonly filled: Uint32Array;
  /** By sweep: the share of its cells that were filled. */
  readonly share: Float32Array;
  /** The floor that was used, dB over thermal noise. */
  readonly floorDb: number;
}

/**
 * A share of windows' cells lies below: the lower end of the noise, unless something fills everything.
 */
const quietShare = 0.2;
const quietDeviate = -0.8416;
const floorDbMin = -8;
/** A floor further up is taken for a signal's. */
const floorDbMax = 10;
/** About one cell of noise in 10,000 stands above. */
const filledDeviate = 3.72;

/**
 * `standing`, by cell: what stands there all the time, as a ratio to thermal noise. With it, only what
 * comes on top of that counts: what hops past a carrier, an oven beside a camera.
 */
export function runsOf(levels: Levels, standing?: Float32Array): Runs {
  const { sweeps, cells, cellMhz, grouped, power, lowMhz } = levels;
  const quietDb = levels.quantileDb(quietShare) - roughDb(meanOfBins(grouped, quietDeviate));
  const floorDb = Math.max(floorDbMin, Math.min(floorDbMax, quietDb));
  const overMean = meanOfBins(grouped, filledDeviate);
  const over = pow10(floorDb / 10) * overMean;
  const least = new Float32Array(cells);
  if (standing !== undefined) {
    for (let cell = 0; cell < cells; cell += 1) least[cell] = standing[cell]! * overMean;
  }
  const capacity = Math.max(1, sweeps * runsASweep);
  const out = {
    sweep: new Uint16Array(capacity),
    centerMhz: new Float32Array(capacity),
    widthMhz: new Float32Array(capacity),
    levelDb: new Float32Array(capacity),
    crestDb: new Float32Array(capacity),
  };
  const first = new Uint32Array(sweeps + 1);
  const filled = new Uint32Array(cells);
  const share = new Float32Array(sweeps);
  let count = 0;
  let sweepEnd = 0;

  /** Cells [from, to) of the row that starts at `base`. */
  const note = (row: number, base: number, from: number, to: number) => {
    if (count >= sweepEnd) return;
    let peak = 0;
    let peakCell = from;
    let sum = 0;
    for (let cell = from; cell < to; cell += 1) {
      const value = power[base + cell]!;
      sum += value;
      if (value > peak) {
        peak = value;
        peakCell = cell;
      }
    }
    let low = from;
    let high = to - 1;
    while (power[base + low]! < peak * widthAt) low += 1;
    while (power[base + high]! < peak * widthAt) high -= 1;
    const mean = sum / (to - from);
    out.sweep[count] = row;
    out.centerMhz[count] = lowMhz + ((low + high + 1) / 2) * cellMhz;
    out.widthMhz[count] = (high - low + 1) * cellMhz;
    out.levelDb[count] = roughDb(mean);
    out.crestDb[count] = roughDb(peak / mean);
    count += 1;
    if ((to - from) * cellMhz > wideMhz) noteWithCrest(row, base, from, to, peakCell, peak);
  };

  /** Where the peak is a sender of its own, the run just noted is what is left without it. */
  const noteWithCrest = (
    row: number,
    base: number,
    from: number,
    to: number,
    peakCell: number,
    peak: number,
  ) => {
    const reach = Math.max(1, Math.round(crestMhz / cellMhz));
    const crestFrom = Math.max(from, peakCell - reach);
    const crestTo = Math.min(to, peakCell + reach + 1);
    let rest = 0;
    for (let cell = from; cell < crestFrom; cell += 1) rest += power[base + cell]!;
    for (let cell = crestTo; cell < to; cell += 1) rest += power[base + cell]!;
    const restCells = to - from - (crestTo - crestFrom);
    if (restCells < 3) return;
    const mean = rest / restCells;
    if (peak < crestRatio * mean) return;
    out.centerMhz[count - 1] = lowMhz + ((from + to) / 2) * cellMhz;
    out.widthMhz[count - 1] = (to - from) * cellMhz;
    out.levelDb[count - 1] = roughDb(mean);
    out.crestDb[count - 1] = roughDb(peak / mean);
    note(row, base, crestFrom, crestTo);
  };

  for (let row = 0; row < sweeps; row += 1) {
    first[row] = count;
    sweepEnd = Math.min(capacity, count + runsASweep);
    const base = row * cells;
    const threshold = Math.max(
      over,
      levels.strongest[row]! * leakage,
      (levels.rounding[row]! * twiceLeast) / grouped,
    );
    let from = -1;
    let last = -1;
    let filledHere = 0;
    for (let cell = 0; cell < cells; cell += 1) {
      const value = power[base + cell]!;
      if (value <= threshold || value <= least[cell]!) continue;
      filledHere += 1;
      filled[cell] = filled[cell]! + 1;
      if (from >= 0 && cell - last > 2) {
        note(row, base, from, last + 1);
        from = -1;
      }
      if (from < 0) from = cell;
      last = cell;
    }
    if (from >= 0) note(row, base, from, last + 1);
    share[row] = filledHere / cells;
  }
  first[sweeps] = count;
  return { count, ...out, first, filled, share, floorDb: quietDb };
}

/** A quantile of the mean of so many exponential deviates, by Wilson and Hilferty (PNAS 17, 1931). */
export function meanOfBins(bins: number, deviate: number): number {
  const spread = 1 / (9 * bins);
  const root = 1 - spread + deviate * Math.sqrt(spread);
  return root * root * root;
}
