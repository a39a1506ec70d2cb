/**
 * How the whole span is filled over time: what jams all of it does so without pause or with long ones,
 * frames come with gaps. By the mean of the cells' decibels, which no narrow peak lifts.
 */
import { log10 } from '#protocols/math.ts';
import type { Levels } from '../levels.ts';
import type { Runs } from '../runs.ts';
import { deviationOf, meanOf, quantileOf, type Row } from './row.ts';

/** Beyond noise's own floor by so much a sweep counts as filled. */
const filledDb = 4;

export function addFilling(row: Row, levels: Levels, runs: Runs): void {
  const { sweeps, fillDb: mean } = levels;
  const sorted = mean.toSorted();
  for (const share of [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99]) {
    row.add(`fill.p${share}`, quantileOf(sorted, share));
  }
  const low = quantileOf(sorted, 0.002);
  const high = quantileOf(sorted, 0.95);
  row.add('fill.lowest', low);
  row.add('fill.range', high - low);
  addTurns(row, 'fill.half', levels, mean, (low + high) / 2);
  addTurns(row, 'fill.floor', levels, mean, runs.floorDb + filledDb);
  const filled = mean.filter((db) => db >= (low + high) / 2);
  row.add('fill.steady', deviationOf(filled));
  row.add(
    'fill.nearHigh',
    filled.filter((db) => high - db < 3).length / Math.max(1, filled.length),
  );
  const flatness = levels.levelDb.filter((_, sweep) => mean[sweep]! >= (low + high) / 2);
  row.add('fill.flatness', meanOf(flatness) - meanOf(filled));
  let whole = 0;
  for (const share of runs.share) if (share > 0.9) whole += 1;
  row.add('fill.whole', whole / sweeps);
}

/** How often it is above, how long at a time, and how long below. */
function addTurns(row: Row, name: string, { tUs }: Levels, values: Float64Array, limit: number) {
  let above = 0;
  let turns = 0;
  let longest = 0;
  let longestPause = 0;
  let fromUs = tUs[0]!;
  for (let index = 0; index < values.length; index += 1) {
    const isAbove = values[index]! >= limit;
    if (isAbove) above += 1;
    const wasAbove = index > 0 && values[index - 1]! >= limit;
    if (index > 0 && isAbove !== wasAbove) {
      const us = tUs[index]! - fromUs;
      if (wasAbove) longest = Math.max(longest, us);
      else longestPause = Math.max(longestPause, us);
      if (isAbove) turns += 1;
      fromUs = tUs[index]!;
    }
  }
  const lastUs = tUs[tUs.length - 1]! - fromUs;
  if (values[values.length - 1]! >= limit) longest = Math.max(longest, lastUs);
  else longestPause = Math.max(longestPause, lastUs);
  const wholeUs = Math.max(1, tUs[tUs.length - 1]!);
  row.add(`${name}.share`, above / values.length);
  row.add(`${name}.turns`, log10(1 + (turns * 1e6) / wholeUs));
  row.add(`${name}.longest`, log10(1 + longest));
  row.add(`${name}.longestPause`, log10(1 + longestPause));
  row.add(`${name}.meanLength`, log10(1 + ((above / values.length) * wholeUs) / (turns + 1)));
  row.add(`${name}.meanPause`, log10(1 + ((1 - above / values.length) * wholeUs) / (turns + 1)));
}
