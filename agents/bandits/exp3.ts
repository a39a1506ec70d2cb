import { exp, log } from '#protocols/math.ts';
import type { Random } from '#protocols/random.ts';
import type { Bandit, BanditPolicy, Problem } from './bandit.ts';

class Exp3 implements Bandit {
  readonly #logWeights: Float64Array;
  readonly #chances: Float64Array;
  readonly #gamma: number;

  /** γ as corollary 3.2 has it, with the horizon for the bound of the best reward. */
  constructor({ arms, horizon }: Problem) {
    this.#logWeights = new Float64Array(arms);
    this.#chances = new Float64Array(arms).fill(1 / arms);
    this.#gamma = Math.min(
      1,
      Math.sqrt((arms * log(Math.max(2, arms))) / ((Math.E - 1) * horizon)),
    );
  }

  choose(random: Random): number {
    const weights = this.#logWeights;
    const chances = this.#chances;
    let top = Number.NEGATIVE_INFINITY;
    for (let arm = 0; arm < weights.length; arm += 1) top = Math.max(top, weights[arm]!);
    let sum = 0;
    for (let arm = 0; arm < weights.length; arm += 1) {
      chances[arm] = exp(weights[arm]! - top);
      sum += chances[arm]!;
    }
    let left = random.uniform();
    let chosen = weights.length - 1;
    for (let arm = 0; arm < weights.length; arm += 1) {
      const chance = (1 - this.#gamma) * (chances[arm]! / sum) + this.#gamma / weights.length;
      chances[arm] = chance;
      left -= chance;
      if (left < 0 && chosen === weights.length - 1) {
        chosen = arm;
        left = Number.POSITIVE_INFINITY;
      }
    }
    return chosen;
  }

  learn(arm: number, reward: number): void {
    const step = (this.#gamma * reward) / (this.#chances[arm]! * this.#logWeights.length);
    this.#logWeights[arm] = this.#logWeights[arm]! + step;
  }
}

export const exp3: BanditPolicy = {
  name: 'exp3',
  about: 'For rewards that an adversary sets: chances by exponential weights',
  source: 'Auer, Cesa-Bianchi, Freund and Schapire, SIAM J. Computing 32(1), 2002',
  open: (problem) => new Exp3(problem),
};
