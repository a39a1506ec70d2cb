/** Whether parts of the span follow the mains, as an oven does beside what fills other parts. */
import { type Levels, leastDb } from '../levels.ts';
import { sharesAt } from './circle.ts';
import type { Row } from './row.ts';

const partMhz = 5;
const mainsHz = [50, 60, 100, 120];

export function addMains(row: Row, levels: Levels): void {
  const { sweeps, cells, cellMhz, decibels, tUs } = levels;
  const partCells = Math.max(1, Math.round(partMhz / cellMhz));
  const parts = Math.max(1, Math.floor(cells / partCells));
  const series = Array.from({ length: parts }, (_, part) => {
    const own = new Float64Array(sweeps);
    const from = part * partCells;
    const to = part + 1 === parts ? cells : from + partCells;
    let mean = 0;
    for (let sweep = 0; sweep < sweeps; sweep += 1) {
      let sum = 0;
      for (let at = sweep * cells + from; at < sweep * cells + to; at += 1) {
        sum += Math.max(leastDb, decibels[at]!);
      }
      own[sweep] = sum / (to - from);
      mean += sum / (to - from) / sweeps;
    }
    for (let sweep = 0; sweep < sweeps; sweep += 1) {
      own[sweep] = own[sweep]! - mean;
    }
    return own;
  });
  for (const hz of mainsHz) {
    let most = 0;
    let all = 0;
    let strong = 0;
    for (const share of sharesAt(series, tUs, hz)) {
      if (share > most) most = share;
      if (share > 0.2) strong += 1;
      all += share / parts;
    }
    row.add(`mains${hz}.most`, most);
    row.add(`mains${hz}.mean`, all);
    row.add(`mains${hz}.parts`, strong / parts);
  }
}
