/**
 * Upper confidence bounds: the arm with the largest mean + √(α·ln t / 2n). UCB1 has α = 4, as in its
 * paper, √(2·ln t / n); α = 1 is the least for which the regret is still shown to be logarithmic.
 */
import { log } from '#protocols/math.ts';
import { type Bandit, type BanditPolicy, type Problem, Tally } from './bandit.ts';

class Ucb implements Bandit {
  readonly #tally: Tally;
  readonly #alpha: number;
  readonly #means: Float64Array;
  /** 1/√n of each arm. */
  readonly #widths: Float64Array;

  constructor({ arms }: Problem, alpha: number) {
    this.#tally = new Tally(arms);
    this.#alpha = alpha;
    this.#means = new Float64Array(arms);
    this.#widths = new Float64Array(arms);
  }

  choose(): number {
    const untried = this.#tally.untried();
    if (untried >= 0) return untried;
    const wide = Math.sqrt((this.#alpha / 2) * log(this.#tally.total));
    const means = this.#means;
    const widths = this.#widths;
    let best = 0;
    let highest = Number.NEGATIVE_INFINITY;
    for (let arm = 0; arm < means.length; arm += 1) {
      const bound = means[arm]! + wide * widths[arm]!;
      if (bound > highest) {
        highest = bound;
        best = arm;
      }
    }
    return best;
  }

  learn(arm: number, reward: number): void {
    this.#tally.add(arm, reward);
    const pulls = this.#tally.pulls[arm]!;
    this.#means[arm] = this.#tally.sums[arm]! / pulls;
    this.#widths[arm] = 1 / Math.sqrt(pulls);
  }
}

export const ucb1: BanditPolicy = {
  name: 'ucb1',
  about: 'Mean and confidence: √(2·ln t / n)',
  source: 'Auer, Cesa-Bianchi and Fischer, Machine Learning 47, 2002',
  open: (problem) => new Ucb(problem, 4),
};

export const ucbAlpha: BanditPolicy = {
  name: 'ucb-alpha',
  about: 'The same with half the confidence: √(ln t / 2n), α = 1',
  source: 'Bubeck and Cesa-Bianchi, Foundations and Trends in ML 5(1), 2012, section 2.2',
  open: (problem) => new Ucb(problem, 1),
};
