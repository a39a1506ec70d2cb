/**
 * How the span is filled in its quiet, middling and loud sweeps, each on its own: a jammer behind frames
 * shows in the sweeps between them, a network's guards where it is the loudest.
 */
import { type Levels, roughDb } from '../levels.ts';
import { deviationOf, meanOf, quantileOf, type Row } from './row.ts';

const groups = [0, 0.05, 0.2, 0.4, 0.6, 0.8, 0.95, 1];
/** On either side of an edge. */
const sideMhz = 2.5;
/** Wi-Fi's outermost tones lie so far from the middle of 20, 40 and 80 MHz (IEEE 802.11ax-2021, 27.3.7). */
const halvesMhz = [9.57, 19.1, 39.1];
const gridMhz = 5;

export function addProfiles(row: Row, levels: Levels, floorDb: number): void {
  const { sweeps, cells, cellMhz, power, lowMhz, fillDb } = levels;
  const order = Array.from({ length: sweeps }, (_, sweep) => sweep).toSorted(
    (one, other) => fillDb[one]! - fillDb[other]! || one - other,
  );
  const side = Math.max(1, Math.round(sideMhz / cellMhz));
  for (let group = 0; group + 1 < groups.length; group += 1) {
    const from = Math.min(sweeps - 1, Math.floor(groups[group]! * sweeps));
    const to = Math.max(from + 1, Math.floor(groups[group + 1]! * sweeps));
    const profile = new Float64Array(cells);
    for (let index = from; index < to; index += 1) {
      const base = order[index]! * cells;
      for (let cell = 0; cell < cells; cell += 1) {
        profile[cell] = profile[cell]! + power[base + cell]! / (to - from);
      }
    }
    for (let cell = 0; cell < cells; cell += 1) {
      profile[cell] = Math.max(-20, roughDb(profile[cell]!) - floorDb);
    }
    const at = (name: string) => `profile${group}.${name}`;
    const sorted = profile.toSorted();
    row.add(at('low'), quantileOf(sorted, 0.1));
    row.add(at('median'), quantileOf(sorted, 0.5));
    row.add(at('high'), quantileOf(sorted, 0.95));
    row.add(at('spread'), quantileOf(sorted, 0.75) - quantileOf(sorted, 0.25));
    row.add(at('rough'), deviationOf(profile));
    row.add(at('guardLow'), meanOf(profile, 1, 1 + side) - profile[0]!);
    row.add(at('guardHigh'), meanOf(profile, cells - 1 - side, cells - 1) - profile[cells - 1]!);
    addEdges(row, at, profile, side, cellMhz, lowMhz);
  }
}

/** The steepest rise and fall, how far from where a network's would lie, and how far apart. */
function addEdges(
  row: Row,
  at: (name: string) => string,
  profile: Float64Array,
  side: number,
  cellMhz: number,
  lowMhz: number,
): void {
  let rise = 0;
  let fall = 0;
  let riseAt = 0;
  let fallAt = profile.length;
  for (let cell = side; cell + side <= profile.length; cell += 1) {
    const step = meanOf(profile, cell, cell + side) - meanOf(profile, cell - side, cell);
    if (step > rise) {
      rise = step;
      riseAt = cell;
    } else if (-step > fall) {
      fall = -step;
      fallAt = cell;
    }
  }
  row.add(at('rise'), rise);
  row.add(at('fall'), fall);
  row.add(at('riseOff'), rise === 0 ? -1 : offGrid(lowMhz + riseAt * cellMhz, 1));
  row.add(at('fallOff'), fall === 0 ? -1 : offGrid(lowMhz + fallAt * cellMhz, -1));
  row.add(at('edgesMhz'), (fallAt - riseAt) * cellMhz);
}

/** From an edge of the nearest network there could be. */
function offGrid(mhz: number, sign: 1 | -1): number {
  let least = gridMhz;
  for (const half of halvesMhz) {
    const centre = mhz + sign * half;
    // 2.4 GHz: 2,412 and every 5 MHz; 5 GHz: multiples of 5.
    const from = mhz < 3_000 ? 2_412 : 5_000;
    const apart = (((centre - from) % gridMhz) + gridMhz) % gridMhz;
    least = Math.min(least, apart, gridMhz - apart);
  }
  return least;
}
