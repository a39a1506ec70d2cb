/** What stands in the window as a whole: how often each cell is filled, its mean level, how steady it is. */
import { log10 } from '#protocols/math.ts';
import { type Levels, roughDb } from '../levels.ts';
import type { Runs } from '../runs.ts';
import { deviationOf, meanOf, quantileOf, type Row } from './row.ts';

export function addStanding(row: Row, levels: Levels, runs: Runs): void {
  const { sweeps, cells, cellMhz, power, spanMhz } = levels;
  const duty = Float64Array.from(runs.filled, (times) => times / sweeps);
  const sorted = duty.toSorted();
  row.add('duty.most', sorted[cells - 1]!);
  row.add('duty.p90', quantileOf(sorted, 0.9));
  row.add('duty.median', quantileOf(sorted, 0.5));
  row.add('duty.p10', quantileOf(sorted, 0.1));
  row.add('duty.least', sorted[0]!);
  row.add('duty.mean', meanOf(duty));
  for (const least of [0.9, 0.6, 0.3, 0.1]) {
    row.add(`duty.mhzOver${least}`, longestOver(duty, least) * cellMhz);
  }

  const mean = new Float64Array(cells);
  const peak = new Float64Array(cells);
  for (let sweep = 0, at = 0; sweep < sweeps; sweep += 1) {
    for (let cell = 0; cell < cells; cell += 1, at += 1) {
      const value = power[at]!;
      mean[cell] = mean[cell]! + value / sweeps;
      if (value > peak[cell]!) peak[cell] = value;
    }
  }
  addShape(row, 'mean', mean, cellMhz);
  addShape(row, 'peak', peak, cellMhz);
  // The ends against what lies next to them: the guard of a channel.
  const edge = Math.max(1, Math.round(0.6 / cellMhz));
  const inner = Math.max(edge + 1, Math.round(3 / cellMhz));
  const guard = (at: (cell: number) => number) => {
    let outside = 0;
    for (let cell = 0; cell < edge; cell += 1) outside += mean[at(cell)]! / edge;
    let inside = 0;
    for (let cell = edge + 1; cell <= inner; cell += 1) inside += mean[at(cell)]! / (inner - edge);
    return roughDb(inside / Math.max(outside, 1e-9));
  };
  row.add(
    'guard.low',
    guard((cell) => Math.min(cells - 1, cell)),
  );
  row.add(
    'guard.high',
    guard((cell) => Math.max(0, cells - 1 - cell)),
  );

  const strongestCell = mean.indexOf(mean.reduce((a, b) => Math.max(a, b), 0));
  const inTime = new Float64Array(sweeps);
  for (let sweep = 0; sweep < sweeps; sweep += 1) {
    inTime[sweep] = levels.decibels[sweep * cells + strongestCell]!;
  }
  const cellLevels = inTime.toSorted();
  row.add('steady.cell', deviationOf(inTime));
  row.add('steady.cellMiddle', quantileOf(cellLevels, 0.9) - quantileOf(cellLevels, 0.1));
  const whole = levels.levelDb.toSorted();
  row.add('steady.whole', deviationOf(levels.levelDb));
  row.add('steady.wholeMiddle', quantileOf(whole, 0.9) - quantileOf(whole, 0.1));
  row.add('level.low', quantileOf(whole, 0.05));
  row.add('level.middle', quantileOf(whole, 0.5));
  row.add('level.high', quantileOf(whole, 0.95));
  row.add('level.most', quantileOf(whole, 1));
  row.add('noise.mean', meanOf(levels.noiseDb));
  row.add('noise.spread', deviationOf(levels.noiseDb));
  row.add('noise.belowLevel', quantileOf(whole, 0.05) - meanOf(levels.noiseDb));
  row.add('floor', runs.floorDb);
  row.add('span', spanMhz);
  row.add('binMhz', cellMhz / levels.grouped);
  row.add('band', levels.lowMhz < 3_000 ? 0 : 1);
  row.add('channelStart', levels.lowMhz < 3_000 ? levels.lowMhz - 2_400 : -1);
  row.add('sweeps', log10(sweeps));
  row.add('gapUs', levels.tUs[sweeps - 1]! / Math.max(1, sweeps - 1));
}

function longestOver(values: Float64Array, least: number): number {
  let longest = 0;
  let length = 0;
  for (const value of values) {
    length = value >= least ? length + 1 : 0;
    if (length > longest) longest = length;
  }
  return longest;
}

/** How wide at some levels below its top, and how far the top stands over the middle. */
function addShape(row: Row, name: string, values: Float64Array, cellMhz: number): void {
  let top = 0;
  let sum = 0;
  let moment = 0;
  values.forEach((value, cell) => {
    if (value > top) top = value;
    sum += value;
    moment += value * cell;
  });
  const middle = moment / sum;
  let spread = 0;
  values.forEach((value, cell) => {
    spread += (value / sum) * (cell - middle) * (cell - middle);
  });
  const sorted = values.toSorted();
  const median = Math.max(1e-9, quantileOf(sorted, 0.5));
  row.add(`${name}.topOverMedian`, roughDb(top / median));
  row.add(`${name}.medianOverLow`, roughDb(median / Math.max(1e-9, quantileOf(sorted, 0.05))));
  row.add(`${name}.middle`, (middle + 0.5) / values.length);
  row.add(`${name}.spread`, Math.sqrt(Math.max(0, spread)) * cellMhz);
  for (const below of [0.5, 0.1, 0.01]) {
    let cells = 0;
    for (const value of values) if (value >= top * below) cells += 1;
    row.add(`${name}.mhzOver${below}`, cells * cellMhz);
  }
}
