/**
 * The sweeps of a window as levels: one row a sweep, one column a cell of about 0.6 MHz, each the
 * power of the cell over what thermal noise puts there.
 */
import { log10, pow10 } from '#protocols/math.ts';
import type { Sweep } from '../../capture/tlv.ts';
import { sweepSpan } from '../../capture/tlv.ts';
import { floorDbm } from '../occupancy.ts';

const cellMhzAtLeast = 0.6;
/** A gap of the chip's clock that is none: it went backwards, or a scan lay between. */
const gapUsMax = 200_000;
const usualGapUs = 233;
const quarterDb = 4;
const medianFromDb = -30;
const medianBins = 130;
const histogramFromDb = -60;
export const leastDb = -30;
const histogramBins = 200 * quarterDb;

export class Levels {
  readonly sweeps: number;
  readonly cells: number;
  readonly lowMhz: number;
  readonly spanMhz: number;
  readonly cellMhz: number;
  /** Bins in a cell. */
  readonly grouped: number;
  /** Power over thermal noise, as a ratio, row by row. */
  readonly power: Float32Array;
  /** Below this a cell of a row may be rounding of its magnitudes. */
  readonly rounding: Float32Array;
  /** The strongest cell of each row. */
  readonly strongest: Float32Array;
  /** When each row was taken, since the first, µs. */
  readonly tUs: Float64Array;
  /** By row: level and noise as the chip reports them, both over thermal noise, dB. */
  readonly levelDb: Float64Array;
  readonly noiseDb: Float64Array;

  /** Of sweeps that all cover what the first covers, with as many bins; others are left out. */
  constructor(all: readonly Sweep[]) {
    const first = all[0];
    if (first === undefined) throw new Error('levels of no sweeps');
    const { lowMhz, highMhz } = sweepSpan(first);
    const bins = binsOf(first);
    const alike = all.filter((sweep) => isAlike(sweep, lowMhz, highMhz, bins));
    const binMhz = (highMhz - lowMhz) / bins;
    const halves = first.segments.length;
    let grouped = 1;
    while (grouped * binMhz < cellMhzAtLeast && (bins / halves) % (grouped * 2) === 0) grouped *= 2;
    this.grouped = grouped;
    this.cells = bins / grouped;
    this.sweeps = alike.length;
    this.lowMhz = lowMhz;
    this.spanMhz = highMhz - lowMhz;
    this.cellMhz = binMhz * grouped;
    this.power = new Float32Array(this.sweeps * this.cells);
    this.rounding = new Float32Array(this.sweeps);
    this.strongest = new Float32Array(this.sweeps);
    this.tUs = new Float64Array(this.sweeps);
    this.levelDb = new Float64Array(this.sweeps);
    this.noiseDb = new Float64Array(this.sweeps);
    const thermalDb = floorDbm(this.spanMhz);
    const cellDb = floorDbm(this.cellMhz);
    let tUs = 0;
    for (let row = 0; row < this.sweeps; row += 1) {
      const sweep = alike[row]!;
      if (row > 0) tUs += gapUs(alike[row - 1]!, sweep);
      this.tUs[row] = tUs;
      this.#lay(sweep, row, cellDb, thermalDb);
    }
    this.decibels = decibelsOf(this.power);
    this.fillDb = fillOf(this.decibels, this.cells);
  }

  #lay({ segments }: Sweep, row: number, cellDb: number, thermalDb: number): void {
    const { cells, grouped, power } = this;
    let at = row * cells;
    let top = 0;
    let level = 0;
    let noise = 0;
    for (const { bins, rssiDb, noiseDbm } of segments) {
      let sum = 0;
      for (let bin = 0; bin < bins.length; bin += 1) sum += bins[bin]! * bins[bin]!;
      const dbm = believable(noiseDbm + rssiDb);
      const scale = sum === 0 ? 0 : pow10((dbm - cellDb) / 10) / sum;
      for (let bin = 0; bin < bins.length; bin += grouped) {
        let squares = 0;
        for (let inner = bin; inner < bin + grouped; inner += 1) {
          squares += bins[inner]! * bins[inner]!;
        }
        const value = squares * scale;
        power[at] = value;
        at += 1;
        if (value > top) top = value;
      }
      this.rounding[row] = Math.max(this.rounding[row]!, scale);
      level += pow10(dbm / 10);
      noise += pow10(believable(noiseDbm) / 10);
    }
    this.strongest[row] = top;
    this.levelDb[row] = 10 * log10(level) - thermalDb;
    this.noiseDb[row] = 10 * log10(noise) - thermalDb;
  }

  /** The power of each cell over thermal noise, rough decibels, row by row. */
  readonly decibels: Float64Array;
  /** By row: the mean of its cells' decibels, none below −30, which no narrow peak lifts. */
  readonly fillDb: Float64Array;

  /** What stands in each cell: the median over the sweeps, as a ratio to thermal noise. */
  medians(): Float32Array {
    const { cells, sweeps, decibels } = this;
    const counts = new Uint16Array(cells * medianBins);
    for (let at = 0, cell = 0; at < decibels.length; at += 1) {
      const level = Math.floor(decibels[at]! - medianFromDb);
      const bin = cell * medianBins + Math.max(0, Math.min(medianBins - 1, level));
      counts[bin] = counts[bin]! + 1;
      cell = cell + 1 === cells ? 0 : cell + 1;
    }
    return Float32Array.from({ length: cells }, (_, cell) => {
      let below = 0;
      let bin = 0;
      for (; bin < medianBins - 1; bin += 1) {
        below += counts[cell * medianBins + bin]!;
        if (2 * below >= sweeps) break;
      }
      return pow10((medianFromDb + bin + 0.5) / 10);
    });
  }

  /** The level that a share of all cells stays below, dB over thermal noise. */
  quantileDb(share: number): number {
    const counts = new Uint32Array(histogramBins);
    const { decibels } = this;
    for (let index = 0; index < decibels.length; index += 1) {
      const at = Math.floor((decibels[index]! - histogramFromDb) * quarterDb);
      const bin = Math.max(0, Math.min(histogramBins - 1, at));
      counts[bin] = counts[bin]! + 1;
    }
    const wanted = share * decibels.length;
    let below = 0;
    for (let bin = 0; bin < histogramBins; bin += 1) {
      below += counts[bin]!;
      if (below >= wanted) return histogramFromDb + (bin + 0.5) / quarterDb;
    }
    return histogramFromDb + histogramBins / quarterDb;
  }
}

const asFloat = new Float32Array(1);
const asBits = new Int32Array(asFloat.buffer);

/** Decibels of a ratio from the bits of its float, up to 0.26 dB off: exponent and mantissa as they stand. */
export function roughDb(ratio: number): number {
  asFloat[0] = ratio;
  return ratio > 1e-12 ? (asBits[0]! / 8_388_608 - 127) * 3.010299956639812 : -120;
}

function decibelsOf(power: Float32Array): Float64Array {
  const decibels = new Float64Array(power.length);
  for (let at = 0; at < power.length; at += 1) decibels[at] = roughDb(power[at]!);
  return decibels;
}

function fillOf(decibels: Float64Array, cells: number): Float64Array {
  const fill = new Float64Array(decibels.length / cells);
  for (let row = 0, at = 0; row < fill.length; row += 1) {
    let sum = 0;
    for (let cell = 0; cell < cells; cell += 1, at += 1) sum += Math.max(leastDb, decibels[at]!);
    fill[row] = sum / cells;
  }
  return fill;
}

/** What a damaged header says may be anything. */
function believable(dbm: number): number {
  return Math.max(-180, Math.min(60, dbm));
}

function binsOf({ segments }: Sweep): number {
  let bins = 0;
  for (const segment of segments) bins += segment.bins.length;
  return bins;
}

function isAlike(sweep: Sweep, lowMhz: number, highMhz: number, bins: number): boolean {
  const { segments } = sweep;
  return (
    segments[0]!.lowMhz === lowMhz &&
    segments[segments.length - 1]!.highMhz === highMhz &&
    binsOf(sweep) === bins
  );
}

/** The chip's clock has 32 bits in some types, and starts again in others. */
function gapUs(before: Sweep, after: Sweep): number {
  let gap = Number(after.tsf - before.tsf);
  if (gap < 0 && after.type === 4) gap += 0x1_0000_0000;
  return gap > 0 && gap < gapUsMax ? gap : usualGapUs;
}
