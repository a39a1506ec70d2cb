/**
 * How often and how strongly each part of a channel was filled by something that is no frame: the
 * duty cycle, and the peak and mean level. Sweeps of any width and bin count are laid onto one grid
 * over the channel; what lies outside it is left out.
 */

import type { Span } from '#protocols/channels.ts';
import { log10, pow10 } from '#protocols/math.ts';
import { decibels } from '../capture/bin-power.ts';
import type { Sweep } from '../capture/tlv.ts';
import { hasGuards, looksLikeFrames } from './frames.ts';

/** Width of a cell of the grid. */
export const cellMhz = 0.625;
const receiverNoiseFigureDb = 7;
/** A cell counts as filled this far above the floor. */
const filledOverFloorDb = 25;
/** And no further below the strongest cell of its sweep: what is there may be leakage of the FFT. */
const leakageDb = 40;
/** Nor with a smaller magnitude, which may be rounding. */
const magnitudeAtLeast = 2;

/** Frames are judged in pieces of the narrowest channel, cut into parts of some bins each. */
const pieceMhz = 20;
const pieceCells = pieceMhz / cellMhz;
const partBins = 8;
/** A level that varies no more than this is one sender's, which never rests: variance in dB². */
const steady = 2.25;
/** And what noise adds to it in so many bins: the square of 10/ln 10 dB for each, and half again. */
const noiseOfABin = 28;

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
  /** Share of the sweeps that covered a cell in which something else than frames filled it. */
  readonly duty: Float64Array;
  /** Strongest and mean level of a cell over the sweeps, dBm; −200 where no sweep reached. */
  readonly peakDbm: Float64Array;
  readonly meanDbm: Float64Array;
  readonly floorDbm: number;
  readonly binMhz: number;
}

export function occupancyOf(sweeps: readonly Sweep[], channel: Span): Occupancy {
  const grid = new Grid(channel);
  for (const sweep of sweeps) grid.lay(sweep);
  return grid.occupancy();
}

/** What a piece of the channel was like, over all sweeps. */
interface Piece {
  /** Sweeps in which it was loud, and how loud. */
  loud: number;
  sumDb: number;
  squareDb: number;
}

class Grid {
  readonly #channel: Span;
  readonly #cells: number;
  readonly #covered: Uint32Array;
  /** In a sweep that was foreign to Wi-Fi in its piece, and in one that may have been a frame. */
  readonly #foreign: Uint32Array;
  readonly #framed: Uint32Array;
  readonly #peakDbm: Float64Array;
  readonly #sumDbm: Float64Array;
  readonly #strongestDbm: Float64Array;
  readonly #strongest: Uint8Array;
  readonly #power: Float64Array;
  readonly #pieces: Piece[];
  /** Mean of the sweeps that may have been frames, where they cover the channel as it is. */
  #mean = new Float64Array(0);
  #binMhz = cellMhz / 2;
  #floor = floorDbm(cellMhz / 2);
  #counted = 0;

  constructor(channel: Span) {
    this.#channel = channel;
    const cells = Math.round((channel.highMhz - channel.lowMhz) / cellMhz);
    this.#cells = cells;
    this.#covered = new Uint32Array(cells);
    this.#foreign = new Uint32Array(cells);
    this.#framed = new Uint32Array(cells);
    this.#peakDbm = new Float64Array(cells).fill(-200);
    this.#sumDbm = new Float64Array(cells);
    this.#strongestDbm = new Float64Array(cells);
    this.#strongest = new Uint8Array(cells);
    this.#power = new Float64Array(cells);
    this.#pieces = Array.from({ length: Math.floor(cells / pieceCells) }, () => {
      return { loud: 0, sumDb: 0, squareDb: 0 };
    });
  }

  lay(sweep: Sweep): void {
    if (!this.#spread(sweep)) return;
    this.#counted += 1;
    let top = Number.NEGATIVE_INFINITY;
    for (const power of this.#strongestDbm) if (power > top) top = power;
    const threshold = Math.max(this.#floor + filledOverFloorDb, top - leakageDb);
    let isFramed = top > threshold;
    for (let piece = 0; piece * pieceCells < this.#cells; piece += 1) {
      const filled = this.#judge(piece, threshold);
      if (filled !== this.#framed) isFramed = false;
      this.#fill(piece, threshold, filled);
    }
    if (isFramed) this.#addToMean(sweep);
  }

  occupancy(): Occupancy {
    const duty = new Float64Array(this.#cells);
    const meanDbm = new Float64Array(this.#cells).fill(-200);
    const isGuarded = this.#mean.length > 0 && hasGuards(this.#mean, this.#binMhz);
    for (let cell = 0; cell < this.#cells; cell += 1) {
      const times = this.#covered[cell]!;
      if (times === 0) continue;
      const piece = this.#pieces[Math.floor(cell / pieceCells)];
      const isNoise = piece !== undefined && !isGuarded && this.#neverRests(piece);
      const filled = this.#foreign[cell]! + (isNoise ? this.#framed[cell]! : 0);
      duty[cell] = filled / times;
      meanDbm[cell] = this.#sumDbm[cell]! / times;
    }
    const { lowMhz } = this.#channel;
    const peakDbm = this.#peakDbm;
    const binMhz = this.#binMhz;
    return { lowMhz, sweeps: this.#counted, duty, peakDbm, meanDbm, floorDbm: this.#floor, binMhz };
  }

  /** Frames pause and come from several stations; noise does neither. */
  #neverRests({ loud, sumDb, squareDb }: Piece): boolean {
    if (loud < this.#counted) return false;
    const mean = sumDb / loud;
    const bins = pieceMhz / this.#binMhz;
    return squareDb / loud - mean * mean < steady + noiseOfABin / bins;
  }

  /** Lays the bins onto the cells; false when none falls on the channel. */
  #spread({ segments, maxExp }: Sweep): boolean {
    this.#strongestDbm.fill(Number.NEGATIVE_INFINITY);
    this.#strongest.fill(0);
    this.#power.fill(0);
    const shift = 20 * log10(1 << maxExp);
    let reached = false;
    for (const { lowMhz, highMhz, bins, rssiDb, noiseDbm } of segments) {
      const binMhz = (highMhz - lowMhz) / bins.length;
      this.#binMhz = binMhz;
      this.#floor = floorDbm(binMhz);
      let sum = 0;
      for (let i = 0; i < bins.length; i += 1) sum += bins[i]! * bins[i]!;
      if (sum === 0) continue;
      const whole = noiseDbm + rssiDb - 10 * log10(sum);
      const [from, to] = this.#layBins(bins, lowMhz, binMhz, pow10(whole / 10));
      if (to > from) reached = true;
      for (let cell = from; cell < to; cell += 1) {
        const bin = this.#strongest[cell]!;
        const dbm = bin === 0 ? whole - shift : whole + decibels[bin]!;
        if (dbm > this.#strongestDbm[cell]!) this.#strongestDbm[cell] = dbm;
      }
    }
    return reached;
  }

  /** The largest magnitude and the power of each cell; returns the cells [from, to) that were reached. */
  #layBins(bins: Uint8Array, lowMhz: number, binMhz: number, scale: number): [number, number] {
    const strongest = this.#strongest;
    const power = this.#power;
    const cells = this.#cells;
    const step = binMhz / cellMhz;
    // A bin wider than a cell fills several.
    const wide = Math.max(1, Math.round(step));
    let at = (lowMhz - this.#channel.lowMhz + (wide === 1 ? binMhz / 2 : 0)) / cellMhz;
    let from = cells;
    let to = 0;
    for (let i = 0; i < bins.length; i += 1, at += step) {
      const first = Math.floor(at);
      if (first + wide <= 0 || first >= cells) continue;
      const bin = bins[i]!;
      const share = bin * bin * scale;
      const end = Math.min(cells, first + wide);
      for (let cell = Math.max(0, first); cell < end; cell += 1) {
        if (bin > strongest[cell]!) strongest[cell] = bin;
        power[cell] = power[cell]! + share;
        if (cell < from) from = cell;
      }
      if (end > to) to = end;
    }
    return [from, to];
  }

  /** Which of the two counts a piece of this sweep adds to. */
  #judge(index: number, threshold: number): Uint32Array {
    const piece = this.#pieces[index];
    const from = index * pieceCells;
    if (piece === undefined) return this.#foreign;
    let loud = Number.NEGATIVE_INFINITY;
    for (let cell = from; cell < from + pieceCells; cell += 1) {
      if (this.#strongestDbm[cell]! > loud) loud = this.#strongestDbm[cell]!;
    }
    if (loud <= threshold) return this.#framed;
    const parts = Math.max(2, Math.min(8, Math.floor(pieceMhz / this.#binMhz / partBins)));
    const cellsAPart = pieceCells / parts;
    const levels = new Float64Array(parts);
    let all = 0;
    for (let part = 0; part < parts; part += 1) {
      let power = 0;
      for (let cell = 0; cell < cellsAPart; cell += 1) {
        power += this.#power[from + Math.floor(part * cellsAPart) + cell] ?? 0;
      }
      all += power;
      levels[part] = power === 0 ? -200 : 10 * log10(power);
    }
    const level = 10 * log10(all);
    piece.loud += 1;
    piece.sumDb += level;
    piece.squareDb += level * level;
    const overlaps = this.#channel.lowMhz < 3_000;
    return looksLikeFrames(levels, overlaps) ? this.#framed : this.#foreign;
  }

  #fill(piece: number, threshold: number, filled: Uint32Array): void {
    const end = Math.min(this.#cells, (piece + 1) * pieceCells);
    for (let cell = piece * pieceCells; cell < end; cell += 1) {
      const power = this.#strongestDbm[cell]!;
      if (power === Number.NEGATIVE_INFINITY) continue;
      this.#covered[cell] = this.#covered[cell]! + 1;
      this.#sumDbm[cell] = this.#sumDbm[cell]! + power;
      if (power > this.#peakDbm[cell]!) this.#peakDbm[cell] = power;
      if (power > threshold && this.#strongest[cell]! >= magnitudeAtLeast) {
        filled[cell] = filled[cell]! + 1;
      }
    }
  }

  #addToMean({ segments }: Sweep): void {
    const { lowMhz, highMhz, bins } = segments[0]!;
    const { lowMhz: low, highMhz: high } = this.#channel;
    if (segments.length > 1 || lowMhz !== low || highMhz !== high) return;
    if (this.#mean.length !== bins.length) this.#mean = new Float64Array(bins.length);
    let sum = 0;
    for (const bin of bins) sum += bin * bin;
    for (let i = 0; i < bins.length; i += 1) {
      this.#mean[i] = this.#mean[i]! + (bins[i]! * bins[i]!) / sum;
    }
  }
}
