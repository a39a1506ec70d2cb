/** What dwells: each place as a sender of its own, how wide, how often, how long at a time, how steady. */
import { log10 } from '#protocols/math.ts';
import { type Levels, roughDb } from '../levels.ts';
import type { Peeled, Place } from '../peeled.ts';
import { deviationOf, meanOf, quantileOf, type Row } from './row.ts';

/** Those that are there most of the time. */
const placesTold = 3;
/** Zigbee's channels lie at 2,405 MHz and every 5 MHz on (IEEE 802.15.4-2020, 10.1.3.3). */
const gridMhz = 5;

export function addDwelling(row: Row, levels: Levels, peeled: Peeled): void {
  const dwellers = peeled.places
    .map((place) => dwellerOf(levels, peeled, place))
    .toSorted((one, other) => other.share - one.share);
  row.add('places.count', dwellers.length);
  row.add('places.free', peeled.free);
  for (let rank = 0; rank < placesTold; rank += 1) {
    const dweller = dwellers[rank];
    for (const name of told) row.add(`place${rank}.${name}`, dweller?.[name] ?? -1);
  }
}

const told = [
  'share',
  'widthMhz',
  'cellDuty',
  'runMhz',
  'offGridMhz',
  'levelDb',
  'levelSpreadDb',
  'meanUs',
  'longestUs',
  'frames',
  'moved',
] as const;
type Dweller = Readonly<Record<(typeof told)[number], number>>;

function dwellerOf(levels: Levels, { out, duty }: Peeled, { from, to }: Place): Dweller {
  const { sweeps, cells, cellMhz, lowMhz, power, tUs } = levels;
  let on = 0;
  let bursts = 0;
  let frames = 0;
  let longestUs = 0;
  let wide = 0;
  let moved = 0;
  let before = -1;
  let beganUs = 0;
  let lastOn = -9;
  const levelsDb = new Float64Array(sweeps);
  for (let sweep = 0; sweep < sweeps; sweep += 1) {
    const base = sweep * cells;
    let peak = 0;
    let peakCell = -1;
    let count = 0;
    for (let cell = from; cell < to; cell += 1) {
      if (out[base + cell] === 0) continue;
      count += 1;
      if (power[base + cell]! > peak) {
        peak = power[base + cell]!;
        peakCell = cell;
      }
    }
    if (count === 0) continue;
    if (sweep - lastOn > 2) {
      bursts += 1;
      beganUs = tUs[sweep]!;
    } else if (before >= 0) moved += Math.abs(peakCell - before) * cellMhz;
    const lengthUs = tUs[sweep]! - beganUs;
    if (lengthUs > longestUs) longestUs = lengthUs;
    // A frame of Zigbee ends here: counted when it has reached its length, taken back when it goes on.
    if (lengthUs > 3_500 && tUs[Math.max(0, sweep - 1)]! - beganUs <= 3_500) frames += 1;
    if (lengthUs > 4_900 && tUs[Math.max(0, sweep - 1)]! - beganUs <= 4_900) frames -= 1;
    lastOn = sweep;
    before = peakCell;
    levelsDb[on] = roughDb(peak);
    wide += count;
    on += 1;
  }
  const sorted = levelsDb.subarray(0, on).toSorted();
  let weight = 0;
  let middle = 0;
  for (let cell = from; cell < to; cell += 1) {
    weight += duty[cell]!;
    middle += duty[cell]! * (cell + 0.5);
  }
  const apart = (lowMhz + (middle / weight) * cellMhz) % gridMhz;
  return {
    share: on / sweeps,
    widthMhz: (to - from) * cellMhz,
    cellDuty: meanOf(duty, from, to),
    runMhz: (wide / Math.max(1, on)) * cellMhz,
    offGridMhz: Math.min(apart, gridMhz - apart),
    levelDb: quantileOf(sorted, 0.5),
    levelSpreadDb: deviationOf(sorted),
    meanUs: log10(1 + ((on / sweeps) * tUs[sweeps - 1]!) / Math.max(1, bursts)),
    longestUs: log10(1 + longestUs),
    frames: frames / Math.max(1, bursts),
    moved: moved / Math.max(1, on),
  };
}
