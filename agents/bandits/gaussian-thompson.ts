import type { Random } from '#protocols/random.ts';
import { type Bandit, type BanditPolicy, largest, type Problem, Tally } from './bandit.ts';

class GaussianThompson implements Bandit {
  readonly #tally: Tally;
  readonly #draws: Float64Array;

  constructor({ arms }: Problem) {
    this.#tally = new Tally(arms);
    this.#draws = new Float64Array(arms);
  }

  /** θ ~ N(sum / (n + 1), 1 / (n + 1)), from a prior N(0, 1) and rewards of unit variance. */
  choose(random: Random): number {
    const { pulls, sums } = this.#tally;
    for (let arm = 0; arm < pulls.length; arm += 1) {
      const weight = pulls[arm]! + 1;
      // Rewards in [0, 1] spread at most half as far as unit variance has it.
      this.#draws[arm] = sums[arm]! / weight + random.normal() / (2 * Math.sqrt(weight));
    }
    return largest(this.#draws);
  }

  learn(arm: number, reward: number): void {
    this.#tally.add(arm, reward);
  }
}

export const gaussianThompson: BanditPolicy = {
  name: 'thompson-gaussian',
  about: 'Normal posteriors, for rewards of any kind of bounded spread',
  source: 'Agrawal and Goyal, AISTATS 2013, algorithm 2; variance 1/4, the most within [0, 1]',
  open: (problem) => new GaussianThompson(problem),
};
