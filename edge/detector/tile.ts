/**
 * What the autoencoder looks at: 16 sweeps of one stretch of spectrum, laid onto 512 bins each.
 *
 * A value is a level over the thermal floor of its bin, so that a value means the same in any width
 * and a noise floor that climbs is seen: what the chip calls noise is added, never taken off. The
 * scale is linear in dB, `VALUE_DB` to a unit, 0 at `LOWEST_DB` and clipped at either end.
 */
import { log10, pow10 } from '#protocols/math.ts';
import { binPowers, decibels } from '../capture/bin-power.ts';
import { type Segment, type Sweep, sweepSpan } from '../capture/tlv.ts';
import { floorDbm } from './occupancy.ts';

export const TILE_SWEEPS = 16;
export const TILE_BINS = 512;
export const TILE_VALUES = TILE_SWEEPS * TILE_BINS;
/** dB over the floor of a bin: noise of 1 mean power lies below this for 1 % of the time. */
export const LOWEST_DB = -20;
export const HIGHEST_DB = 80;
export const VALUE_DB = 20;

export interface Tile {
  readonly lowMhz: number;
  readonly highMhz: number;
  /** Bins that the sweeps came with. */
  readonly bins: number;
  /** Sweeps that were there; rows from here on are padding: the same ones again. */
  readonly sweeps: number;
  /** `TILE_SWEEPS` rows of `TILE_BINS`, oldest first, low to high frequency. */
  readonly values: Float32Array;
}

/** So many stretches are collected at once, as a chip may report the halves of 160 MHz in turns. */
const OPEN_MAX = 4;

interface Open {
  readonly key: string;
  readonly sweeps: Sweep[];
}

/** Sorts sweeps into tiles of one span and one number of bins. */
export class TileAssembler {
  readonly #open: Open[] = [];
  readonly #onTile: (tile: Tile) => void;
  readonly #blank: () => Float32Array;

  /** `blank` gives the memory for a tile's values: at full pace 9 MB a second are worth using again. */
  constructor(
    onTile: (tile: Tile) => void,
    blank: () => Float32Array = () => new Float32Array(TILE_VALUES),
  ) {
    this.#onTile = onTile;
    this.#blank = blank;
  }

  push(sweep: Sweep): void {
    const key = keyOf(sweep);
    let open = this.#open.find((one) => one.key === key);
    if (open === undefined) {
      open = { key, sweeps: [] };
      this.#open.push(open);
      if (this.#open.length > OPEN_MAX) this.#close(this.#open[0]!);
    }
    open.sweeps.push(sweep);
    if (open.sweeps.length === TILE_SWEEPS) this.#close(open);
  }

  /** Gives out what is left as short tiles. */
  end(): void {
    while (this.#open.length > 0) this.#close(this.#open[0]!);
  }

  #close(open: Open): void {
    this.#open.splice(this.#open.indexOf(open), 1);
    this.#onTile(tileOf(open.sweeps, this.#blank()));
  }
}

/** The tiles of a recording. */
export function tilesOf(sweeps: readonly Sweep[]): Tile[] {
  const tiles: Tile[] = [];
  const assembler = new TileAssembler((tile) => tiles.push(tile));
  for (const sweep of sweeps) assembler.push(sweep);
  assembler.end();
  return tiles;
}

/** One tile of 1 to 16 sweeps that share their span and number of bins; `values` are written over. */
export function tileOf(
  sweeps: readonly Sweep[],
  values: Float32Array = new Float32Array(TILE_VALUES),
): Tile {
  const [first] = sweeps;
  if (first === undefined || sweeps.length > TILE_SWEEPS) {
    throw new Error(`a tile of ${sweeps.length} sweeps: expected 1 to ${TILE_SWEEPS}`);
  }
  const bins = binsOf(first);
  const { lowMhz, highMhz } = sweepSpan(first);
  const floor = floorDbm((highMhz - lowMhz) / bins);
  const powers = new Float64Array(bins);
  sweeps.forEach((sweep, row) => {
    const out = values.subarray(row * TILE_BINS, (row + 1) * TILE_BINS);
    if (bins === TILE_BINS && sweep.maxExp === 0 && sweep.segments.length === 1) {
      lay(sweep.segments[0]!, floor, out);
      return;
    }
    let at = 0;
    for (const segment of sweep.segments) {
      binPowers(segment, sweep.maxExp, powers, at);
      at += segment.bins.length;
    }
    if (TILE_BINS % bins === 0) repeat(powers, floor, out);
    else spread(powers, floor, out);
  });
  for (let row = sweeps.length; row < TILE_SWEEPS; row += 1) {
    const from = (row % sweeps.length) * TILE_BINS;
    values.copyWithin(row * TILE_BINS, from, from + TILE_BINS);
  }
  return { lowMhz, highMhz, bins, sweeps: sweeps.length, values };
}

function keyOf(sweep: Sweep): string {
  const { lowMhz, highMhz } = sweepSpan(sweep);
  return `${lowMhz}-${highMhz}/${binsOf(sweep)}`;
}

function binsOf({ segments }: Sweep): number {
  return segments.reduce((sum, { bins }) => sum + bins.length, 0);
}

/** The value of each magnitude that a sweep has. */
const valueOfMagnitude = new Float32Array(256);

/** As `binPowers` and `repeat` do, in one go, for the sweeps that come at full pace. */
function lay({ bins, rssiDb, noiseDbm }: Segment, floor: number, out: Float32Array): void {
  let sum = 0;
  let largest = 0;
  for (let bin = 0; bin < TILE_BINS; bin += 1) {
    const magnitude = bins[bin]!;
    sum += magnitude * magnitude;
    if (magnitude > largest) largest = magnitude;
  }
  if (sum === 0) {
    out.fill(0);
    return;
  }
  const whole = noiseDbm + rssiDb - 10 * log10(sum);
  for (let magnitude = 0; magnitude <= largest; magnitude += 1) {
    valueOfMagnitude[magnitude] = valueAt(whole + decibels[magnitude]! - floor);
  }
  for (let bin = 0; bin < TILE_BINS; bin += 1) out[bin] = valueOfMagnitude[bins[bin]!]!;
}

/** A bin cut into equal parts: power and floor shrink alike, so the level over it stays. */
function repeat(dbm: Float64Array, floor: number, out: Float32Array): void {
  const parts = TILE_BINS / dbm.length;
  let at = 0;
  for (let bin = 0; bin < dbm.length; bin += 1) {
    const value = valueAt(dbm[bin]! - floor);
    for (let part = 0; part < parts; part += 1) {
      out[at] = value;
      at += 1;
    }
  }
}

/** Each bin gives its power to those it overlaps, by how far. */
function spread(dbm: Float64Array, floor: number, out: Float32Array): void {
  const wide = dbm.length / TILE_BINS;
  for (let at = 0; at < TILE_BINS; at += 1) {
    const from = at * wide;
    const to = from + wide;
    let sum = 0;
    for (let bin = Math.floor(from); bin < to && bin < dbm.length; bin += 1) {
      const overlap = Math.min(to, bin + 1) - Math.max(from, bin);
      sum += overlap * pow10((dbm[bin]! - floor) / 10);
    }
    out[at] = valueAt(10 * log10(Math.max(sum / wide, 1e-20)));
  }
}

function valueAt(db: number): number {
  return (Math.min(Math.max(db, LOWEST_DB), HIGHEST_DB) - LOWEST_DB) / VALUE_DB;
}
