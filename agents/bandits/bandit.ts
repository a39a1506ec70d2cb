/**
 * A learner that pulls one of several arms at a time and hears what that arm gave. Rewards are in
 * [0, 1]. All chance comes from the stream it is given, so the same stream and rewards repeat a run.
 */
import type { Random } from '#protocols/random.ts';

export interface Bandit {
  choose(random: Random): number;
  learn(arm: number, reward: number): void;
}

export interface Problem {
  readonly arms: number;
  /** How many pulls are expected; some tune themselves by it. */
  readonly horizon: number;
}

export interface BanditPolicy {
  readonly name: string;
  readonly about: string;
  /** The paper it is from. */
  readonly source: string;
  open(problem: Problem): Bandit;
}

/** Sums of each arm, and how many pulls there were in all. */
export class Tally {
  readonly pulls: Float64Array;
  readonly sums: Float64Array;
  total = 0;

  constructor(arms: number) {
    this.pulls = new Float64Array(arms);
    this.sums = new Float64Array(arms);
  }

  add(arm: number, reward: number): void {
    this.pulls[arm] = this.pulls[arm]! + 1;
    this.sums[arm] = this.sums[arm]! + reward;
    this.total += 1;
  }

  /** An arm that was never pulled; −1 when there is none. */
  untried(): number {
    return this.total >= this.pulls.length ? -1 : this.pulls.indexOf(0);
  }

  clear(): void {
    this.pulls.fill(0);
    this.sums.fill(0);
    this.total = 0;
  }
}

/** The place of the largest value, the first of equals. */
export function largest(values: Float64Array): number {
  let best = 0;
  for (let at = 1; at < values.length; at += 1) if (values[at]! > values[best]!) best = at;
  return best;
}
