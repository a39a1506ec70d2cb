/**
 * For rewards that change: what is old counts less and less, by γ a pull. γ is chosen for a handful of
 * changes over the horizon, 1 − √(Υ/T)/4.
 */
import { log } from '#protocols/math.ts';
import type { Random } from '#protocols/random.ts';
import { type Bandit, type BanditPolicy, largest, type Problem } from './bandit.ts';
import { drawGamma } from './beta.ts';

/** How many changes it is tuned for. */
const CHANGES = 4;
/** ξ of the paper's experiments. */
const XI = 0.6;

function discountOf({ horizon }: Problem): number {
  return 1 - Math.sqrt(CHANGES / horizon) / 4;
}

class DiscountedUcb implements Bandit {
  readonly #gamma: number;
  readonly #pulls: Float64Array;
  readonly #sums: Float64Array;
  readonly #bounds: Float64Array;

  constructor(problem: Problem) {
    this.#gamma = discountOf(problem);
    this.#pulls = new Float64Array(problem.arms);
    this.#sums = new Float64Array(problem.arms);
    this.#bounds = new Float64Array(problem.arms);
  }

  choose(): number {
    let total = 0;
    for (const pulls of this.#pulls) total += pulls;
    const wide = XI * log(Math.max(1, total));
    for (let arm = 0; arm < this.#pulls.length; arm += 1) {
      const pulls = this.#pulls[arm]!;
      this.#bounds[arm] =
        pulls === 0
          ? Number.POSITIVE_INFINITY
          : this.#sums[arm]! / pulls + 2 * Math.sqrt(wide / pulls);
    }
    return largest(this.#bounds);
  }

  learn(arm: number, reward: number): void {
    for (let each = 0; each < this.#pulls.length; each += 1) {
      this.#pulls[each] = this.#pulls[each]! * this.#gamma;
      this.#sums[each] = this.#sums[each]! * this.#gamma;
    }
    this.#pulls[arm] = this.#pulls[arm]! + 1;
    this.#sums[arm] = this.#sums[arm]! + reward;
  }
}

class DiscountedThompson implements Bandit {
  readonly #gamma: number;
  readonly #wins: Float64Array;
  readonly #losses: Float64Array;
  readonly #draws: Float64Array;

  constructor(problem: Problem) {
    this.#gamma = discountOf(problem);
    this.#wins = new Float64Array(problem.arms);
    this.#losses = new Float64Array(problem.arms);
    this.#draws = new Float64Array(problem.arms);
  }

  choose(random: Random): number {
    for (let arm = 0; arm < this.#draws.length; arm += 1) {
      const a = drawGamma(1 + this.#wins[arm]!, random);
      const b = drawGamma(1 + this.#losses[arm]!, random);
      this.#draws[arm] = a / (a + b);
    }
    return largest(this.#draws);
  }

  learn(arm: number, reward: number): void {
    for (let each = 0; each < this.#wins.length; each += 1) {
      this.#wins[each] = this.#wins[each]! * this.#gamma;
      this.#losses[each] = this.#losses[each]! * this.#gamma;
    }
    this.#wins[arm] = this.#wins[arm]! + reward;
    this.#losses[arm] = this.#losses[arm]! + 1 - reward;
  }
}

export const discountedUcb: BanditPolicy = {
  name: 'discounted-ucb',
  about: 'UCB whose memory fades',
  source: 'Garivier and Moulines, ALT 2011, D-UCB, ξ = 0.6',
  open: (problem) => new DiscountedUcb(problem),
};

export const discountedThompson: BanditPolicy = {
  name: 'discounted-thompson',
  about: 'Thompson sampling whose memory fades',
  source: 'Raj and Kalyani, arXiv:1707.09727',
  open: (problem) => new DiscountedThompson(problem),
};
