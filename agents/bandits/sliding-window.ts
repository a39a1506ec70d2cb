import { log } from '#protocols/math.ts';
import { type Bandit, type BanditPolicy, largest, type Problem } from './bandit.ts';

/** How many changes it is tuned for. */
const CHANGES = 4;
const XI = 0.6;

/** τ = 2·√(T·ln T / (1 + Υ)). */
function windowOf({ horizon }: Problem): number {
  return Math.max(
    1,
    Math.round(2 * Math.sqrt((horizon * log(Math.max(2, horizon))) / (1 + CHANGES))),
  );
}

class SlidingWindowUcb implements Bandit {
  readonly #arms: Int32Array;
  readonly #rewards: Float64Array;
  readonly #pulls: Float64Array;
  readonly #sums: Float64Array;
  readonly #bounds: Float64Array;
  #count = 0;

  constructor(problem: Problem) {
    const window = windowOf(problem);
    this.#arms = new Int32Array(window);
    this.#rewards = new Float64Array(window);
    this.#pulls = new Float64Array(problem.arms);
    this.#sums = new Float64Array(problem.arms);
    this.#bounds = new Float64Array(problem.arms);
  }

  choose(): number {
    const wide = XI * log(Math.max(1, Math.min(this.#count, this.#arms.length)));
    for (let arm = 0; arm < this.#bounds.length; arm += 1) {
      const pulls = this.#pulls[arm]!;
      this.#bounds[arm] =
        pulls === 0 ? Number.POSITIVE_INFINITY : this.#sums[arm]! / pulls + Math.sqrt(wide / pulls);
    }
    return largest(this.#bounds);
  }

  learn(arm: number, reward: number): void {
    const place = this.#count % this.#arms.length;
    if (this.#count >= this.#arms.length) this.#add(this.#arms[place]!, -1, -this.#rewards[place]!);
    this.#arms[place] = arm;
    this.#rewards[place] = reward;
    this.#add(arm, 1, reward);
    this.#count += 1;
  }

  #add(arm: number, pulls: number, reward: number): void {
    this.#pulls[arm] = this.#pulls[arm]! + pulls;
    // Sums of nothing are nothing, whatever was rounded on the way.
    this.#sums[arm] = this.#pulls[arm] === 0 ? 0 : this.#sums[arm]! + reward;
  }
}

export const slidingWindowUcb: BanditPolicy = {
  name: 'sliding-window-ucb',
  about: 'UCB over the newest pulls alone',
  source: 'Garivier and Moulines, ALT 2011, SW-UCB, ξ = 0.6, τ = 2·√(T·ln T / (1 + Υ))',
  open: (problem) => new SlidingWindowUcb(problem),
};
