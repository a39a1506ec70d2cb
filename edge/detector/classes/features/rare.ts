/** What stands out where nothing dwells: hops, and a radar's few pulses. */
import { log10 } from '#protocols/math.ts';
import type { Levels } from '../levels.ts';
import type { Peeled } from '../peeled.ts';
import { pulsesOf } from '../pulses.ts';
import { addPulseKinds } from './pulse-kinds.ts';
import { deviationOf, type Row } from './row.ts';

const overDb = [12, 16, 20, 26];

export function addRare(row: Row, levels: Levels, { rare, free }: Peeled): void {
  addPulseKinds(row, 'rare', levels, { runs: rare, pulses: pulsesOf(levels, rare) }, 3);
  const seconds = Math.max(0.005, levels.tUs[levels.sweeps - 1]! / 1e6);
  const freeMhz = Math.max(1, free * levels.spanMhz);
  row.add('rare.perMhz', log10(1 + rare.count / seconds / freeMhz));
  for (const db of overDb) {
    const strong: number[] = [];
    for (let run = 0; run < rare.count; run += 1) {
      if (rare.levelDb[run]! - rare.floorDb >= db) strong.push(run);
    }
    row.add(`rare.over${db}`, log10(1 + strong.length));
    row.add(`rare.over${db}Mhz`, deviationOf(strong.map((run) => rare.centerMhz[run]!)));
    const times = strong.map((run) => levels.tUs[rare.sweep[run]!]!);
    row.add(`rare.over${db}Us`, log10(1 + deviationOf(times)));
  }
}
