/** How far shares of the time are reckoned. */
import { SETS_MAX } from './feasible-sets.ts';

/** The more of each, the truer and the dearer. */
export interface Effort {
  /** Feasible sets of a neighbourhood, at most. */
  readonly sets: number;
  readonly rounds: number;
  /** Sweeps a round, at most; one that moves less than `still` of the time is the last. */
  readonly sweeps: number;
  readonly still: number;
}

/** Chosen by the rows of `bench fluid`: more of each costs more and brings little. */
const thorough: Effort = { sets: SETS_MAX, rounds: 4, sweeps: 16, still: 1e-4 };
const quick: Effort = { sets: 32, rounds: 2, sweeps: 8, still: 1e-3 };

/** For so many radios. */
export function effortFor(radios: number): Effort {
  return radios <= 512 ? thorough : quick;
}
