/** A window of sweeps as one row of numbers: what the trees decide by. */
import type { Sweep } from '../../capture/tlv.ts';
import { addDwelling } from './features/dwelling.ts';
import { addFilling } from './features/filling.ts';
import { addMains } from './features/mains.ts';
import { addMovement } from './features/movement.ts';
import { addProfiles } from './features/profiles.ts';
import { addPulseKinds } from './features/pulse-kinds.ts';
import { addRare } from './features/rare.ts';
import { Row } from './features/row.ts';
import { addStanding } from './features/standing.ts';
import { Levels } from './levels.ts';
import { peel } from './peeled.ts';
import { pulsesOf } from './pulses.ts';
import { type Runs, runsOf } from './runs.ts';

/** A window at full pace: 1,024 sweeps of 233 µs are 239 ms, twelve periods of mains of 50 Hz. */
export const windowSweeps = 1024;
/** Fewer tell too little. */
export const sweepsAtLeast = 8;

export interface Features {
  readonly values: readonly number[];
  readonly names: readonly string[];
  readonly levels: Levels;
  readonly runs: Runs;
}

/** At least 8 sweeps; those that do not cover the span of the first are left out. */
export function featuresOf(sweeps: readonly Sweep[]): Features {
  const levels = new Levels(sweeps);
  const runs = runsOf(levels);
  const moving = runsOf(levels, levels.medians());
  const row = new Row();
  addPulseKinds(row, 'all', levels, { runs, pulses: pulsesOf(levels, runs) });
  addPulseKinds(row, 'moving', levels, { runs: moving, pulses: pulsesOf(levels, moving) }, 3);
  addStanding(row, levels, runs);
  addFilling(row, levels, runs);
  addMovement(row, 'line', levels, runs);
  addMovement(row, 'movingLine', levels, moving);
  const peeled = peel(levels, runs.floorDb);
  addRare(row, levels, peeled);
  addDwelling(row, levels, peeled);
  addProfiles(row, levels, runs.floorDb);
  addMains(row, levels);
  return { values: row.values, names: row.names, levels, runs };
}
