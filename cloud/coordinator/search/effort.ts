/** How far a search goes, and what a change costs. */
import type { AirModel } from '../model/model.ts';
import type { Follow } from '../model/sharing.ts';
import type { RadioOptions } from './options.ts';
import type { Search } from './planner.ts';

export interface Effort {
  readonly follow: Follow;
  readonly trials: number;
  readonly shortlist: number;
  readonly patience: number;
  readonly sketches: number;
}

/** Chosen on random sites against the fluid air. */
const thorough: Follow = { rounds: 3, steps: 128, members: 8, trialsNear: false };
const quick: Follow = { rounds: 1, steps: 32, members: 5, trialsNear: true };

/** Larger sites get fewer trials a radio: a plan is to be there within seconds. */
export function effortFor(radios: number): Effort {
  if (radios <= 12)
    return { follow: thorough, trials: 20_000, shortlist: 16, patience: 6, sketches: 0 };
  if (radios <= 100)
    return { follow: thorough, trials: 30_000, shortlist: 10, patience: 2, sketches: 0 };
  return { follow: quick, trials: 3_000, shortlist: 6, patience: 0.2, sketches: 3 };
}

/** A plan stands for so long, in which a silence is to pay: a choice of ours. */
const HORIZON_MS = 3 * 3_600_000;
/** Until clients are back on the new channel: about five beacons lost and an association, a choice of ours. */
const SWITCH_MS = 2_000;
/** A client without service has this much less, in logarithms of its throughput: e^6 is about 400. */
const SILENCE_LOG = 6;
/** What a move has to bring for each client beside that, so that noise moves nobody. */
const HYSTERESIS = 0.005;
const POWER_HYSTERESIS = 0.005;

/** `costs`: what a change is to cost, over the usual. */
export function searchOf(
  model: AirModel,
  radios: readonly RadioOptions[],
  effort: Effort,
  costs = 1,
): Search {
  const { first } = model.ground.clients;
  const clients = radios.map(({ station }) => Math.max(1, first[station + 1]! - first[station]!));
  return {
    ...effort,
    changeCost: (radio, clearMs) =>
      costs * clients[radio]! * (HYSTERESIS + (SILENCE_LOG * (clearMs + SWITCH_MS)) / HORIZON_MS),
    powerCost: (radio) => costs * clients[radio]! * POWER_HYSTERESIS,
  };
}

/** Neighbours count half of a client of ours, and are not to lose more than a tenth of what they have. */
export const harmless = { neighbourWeight: 0.5, harmMost: 0.1, harmCost: 10 } as const;
