/** How far a search goes, and what a change costs. */
import type { AirModel } from '../model/model.ts';
import type { Follow } from '../model/sharing.ts';
import type { RadioOptions } from './options.ts';

export interface Effort {
  readonly follow: Follow;
  /** How many times something may be tried out on the model. */
  readonly trials: number;
  /** Channels of a radio that are tried out, the most promising ones. */
  readonly shortlist: number;
  /** Passes over all radios that only glance at each. */
  readonly sketches: number;
  /** The part of the trials that each other start gets; 0: there are none. */
  readonly startShare: number;
  /** Shaking ends when so many in a row brought nothing, over the number of radios. */
  readonly patience: number;
}

export interface Search extends Effort {
  /** What telling a radio another channel costs, in sums of logarithms; in proportion to its clients. */
  readonly changeCost: (radio: number, clearMs: number) => number;
  readonly powerCost: (radio: number) => number;
}

/** Chosen on random sites against the fluid air. */
const thorough: Follow = { rounds: 3, steps: 128, members: 8, trialsNear: false };
const quick: Follow = { rounds: 1, steps: 32, members: 5, trialsNear: true };

/** Up to so many radios each. Larger sites get fewer trials a radio: a plan is to be there within seconds. */
const efforts: readonly (Effort & { readonly radios: number })[] = [
  {
    radios: 12,
    ...{ follow: thorough, trials: 20_000, shortlist: 16 },
    ...{ patience: 6, startShare: 0.1, sketches: 0 },
  },
  {
    radios: 100,
    ...{ follow: thorough, trials: 30_000, shortlist: 10 },
    ...{ patience: 2, startShare: 0.1, sketches: 0 },
  },
  {
    radios: 240,
    ...{ follow: thorough, trials: 20_000, shortlist: 8 },
    ...{ patience: 0.5, startShare: 0.15, sketches: 1 },
  },
  {
    radios: Number.POSITIVE_INFINITY,
    ...{ follow: quick, trials: 3_000, shortlist: 6 },
    ...{ patience: 0.2, startShare: 0, sketches: 3 },
  },
];

export function effortFor(radios: number): Effort {
  return efforts.find((effort) => radios <= effort.radios)!;
}

/**
 * Plans are made for so much more than clients ask now: who has just enough is short at the next rise of load, and to move
 * then silences those who need it most. A choice of ours, as what follows, on generated sites of their own.
 */
export const HEADROOM = 1.4;
/** In so long a silence is to pay: loads are others an hour later. */
const HORIZON_MS = 3_600_000;
/** Until clients are back on the new channel: about five beacons lost and an association. */
const SWITCH_MS = 2_000;
/** A client without service has this much less, in logarithms of its throughput: e^8 is about 3,000. */
const SILENCE_LOG = 8;
/** What a move has to bring for each client beside that: a plan that moves much has to bring much. */
const HYSTERESIS = 0.15;
const POWER_HYSTERESIS = 0.06;

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
