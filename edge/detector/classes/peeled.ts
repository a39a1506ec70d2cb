/**
 * What a window holds once its strongest parts are taken off: what stands over the sweep's own
 * surroundings in frequency, so that no wide sender counts, split into places where something dwells
 * and the rest, in which a hop or a radar's pulse is then seen alone.
 */
import { pow10 } from '#protocols/math.ts';
import { type Levels, roughDb } from './levels.ts';
import { leakage, meanOfBins, type Runs, runsASweep, twiceLeast } from './runs.ts';

/** What surrounds a cell. */
const aroundMhz = 5;
/** About one cell of noise in 50,000 stands above its surroundings' mean by so much. */
const standsOutDeviate = 4.1;
/** The median of a few cells wavers. */
const waver = 1.4;
/** A cell that stands out so often is somebody's place; a sender that hops is on one for under 1 %. */
const dwellingShare = 0.03;
/** Cells of one place may lie so far apart. */
const placeGapCells = 2;

/** Cells in which something dwells, next to one another. */
export interface Place {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

export interface Peeled {
  /** By sweep and cell: 1 where it stands out. */
  readonly out: Uint8Array;
  /** By cell: the share of sweeps in which it stands out. */
  readonly duty: Float64Array;
  readonly places: readonly Place[];
  /** The share of cells in which nothing dwells. */
  readonly free: number;
  /** What stands out there. */
  readonly rare: Runs;
}

export function peel(levels: Levels, floorDb: number): Peeled {
  const { sweeps, cells } = levels;
  const out = standingOut(levels, floorDb);
  const duty = new Float64Array(cells);
  for (let at = 0, cell = 0; at < out.length; at += 1) {
    duty[cell] = duty[cell]! + out[at]! / sweeps;
    cell = cell + 1 === cells ? 0 : cell + 1;
  }
  const places = placesOf(duty);
  const isPlace = new Uint8Array(cells);
  for (const { from, to } of places) isPlace.fill(1, from, to);
  let taken = 0;
  for (const cell of isPlace) taken += cell;
  const rare = runsOutside(levels, out, isPlace, floorDb);
  return { out, duty, places, free: 1 - taken / cells, rare };
}

/** Each cell against the median of the cells around it in the same sweep. */
function standingOut(levels: Levels, floorDb: number): Uint8Array {
  const { sweeps, cells, cellMhz, grouped, power, strongest, rounding } = levels;
  const out = new Uint8Array(sweeps * cells);
  const blockCells = Math.max(3, Math.round(aroundMhz / cellMhz));
  const blocks = Math.max(1, Math.floor(cells / blockCells));
  const ratio = (waver * meanOfBins(grouped, standsOutDeviate)) / meanOfBins(grouped, 0);
  const floor = pow10(floorDb / 10) * meanOfBins(grouped, 0);
  const sorted = new Float32Array(cells);
  for (let row = 0; row < sweeps; row += 1) {
    const least = Math.max(
      strongest[row]! * leakage,
      (rounding[row]! * twiceLeast) / grouped,
      floor * ratio,
    );
    if (strongest[row]! <= least) continue;
    for (let block = 0; block < blocks; block += 1) {
      const from = row * cells + block * blockCells;
      const to = block + 1 === blocks ? (row + 1) * cells : from + blockCells;
      const count = to - from;
      for (let at = from; at < to; at += 1) {
        const value = power[at]!;
        let place = at - from;
        while (place > 0 && sorted[place - 1]! > value) {
          sorted[place] = sorted[place - 1]!;
          place -= 1;
        }
        sorted[place] = value;
      }
      const threshold = Math.max(least, sorted[(count - 1) >> 1]! * ratio);
      for (let at = from; at < to; at += 1) if (power[at]! > threshold) out[at] = 1;
    }
  }
  return out;
}

function placesOf(duty: Float64Array): Place[] {
  const places: Place[] = [];
  let from = -1;
  let last = -1;
  for (let cell = 0; cell < duty.length; cell += 1) {
    if (duty[cell]! < dwellingShare) continue;
    if (from >= 0 && cell - last > placeGapCells) {
      places.push({ from, to: last + 1 });
      from = -1;
    }
    if (from < 0) from = cell;
    last = cell;
  }
  if (from >= 0) places.push({ from, to: last + 1 });
  return places;
}

function runsOutside(levels: Levels, out: Uint8Array, isPlace: Uint8Array, floorDb: number): Runs {
  const { sweeps, cells, cellMhz, lowMhz, power } = levels;
  const capacity = sweeps * runsASweep;
  const runs = {
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
  for (let row = 0; row < sweeps; row += 1) {
    first[row] = count;
    const end = count + runsASweep;
    const base = row * cells;
    let here = 0;
    for (let cell = 0; cell < cells && count < end; cell += 1) {
      if (out[base + cell] === 0 || isPlace[cell] === 1) continue;
      const from = cell;
      let sum = 0;
      let peak = 0;
      let center = 0;
      while (cell < cells && out[base + cell] === 1 && isPlace[cell] === 0) {
        const value = power[base + cell]!;
        sum += value;
        center += value * (cell + 0.5);
        if (value > peak) peak = value;
        filled[cell] = filled[cell]! + 1;
        cell += 1;
      }
      here += cell - from;
      runs.sweep[count] = row;
      runs.centerMhz[count] = lowMhz + (center / sum) * cellMhz;
      runs.widthMhz[count] = (cell - from) * cellMhz;
      runs.levelDb[count] = roughDb(sum / (cell - from));
      runs.crestDb[count] = roughDb((peak * (cell - from)) / sum);
      count += 1;
    }
    share[row] = here / cells;
  }
  first[sweeps] = count;
  return { count, ...runs, first, filled, share, floorDb };
}
