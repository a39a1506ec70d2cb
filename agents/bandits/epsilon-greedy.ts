import type { Random } from '#protocols/random.ts';
import type { Bandit, BanditPolicy, Problem } from './bandit.ts';
import { Tally } from './bandit.ts';

/** Of the pulls, as long as there were few: then it falls as 1/t. */
const EXPLORING = 0.1;
/** How many pulls an arm are worth exploring for, c/d² of the paper with a gap of a tenth. */
const PULLS_AN_ARM = 50;

class EpsilonGreedy implements Bandit {
  readonly #tally: Tally;
  readonly #arms: number;

  constructor({ arms }: Problem) {
    this.#arms = arms;
    this.#tally = new Tally(arms);
  }

  choose(random: Random): number {
    const { pulls, sums, total } = this.#tally;
    const untried = this.#tally.untried();
    if (untried >= 0) return untried;
    const exploring = Math.min(EXPLORING, (PULLS_AN_ARM * EXPLORING * this.#arms) / total);
    if (random.uniform() < exploring) return random.below(this.#arms);
    let best = 0;
    for (let arm = 1; arm < this.#arms; arm += 1) {
      if (sums[arm]! / pulls[arm]! > sums[best]! / pulls[best]!) best = arm;
    }
    return best;
  }

  learn(arm: number, reward: number): void {
    this.#tally.add(arm, reward);
  }
}

export const epsilonGreedy: BanditPolicy = {
  name: 'epsilon-greedy',
  about: 'The best so far, and now and then any: less and less often',
  source: 'Auer, Cesa-Bianchi and Fischer, Machine Learning 47, 2002, figure 3 (εn-greedy)',
  open: (problem) => new EpsilonGreedy(problem),
};
