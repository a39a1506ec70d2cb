/**
 * Thompson sampling for joint plans: each part of a plan is an arm of its own, a draw is made of every
 * arm, and the plan that would be best if the draws were true is carried out. What is best is for an
 * oracle to say, such as a search over channel plans. Wang and Chen, ICML 2018, algorithm 1 (CTS).
 */
import type { Random } from '#protocols/random.ts';
import { drawGamma } from './beta.ts';

export class CombinatorialThompson {
  readonly #wins: Float64Array;
  readonly #losses: Float64Array;
  readonly #draws: Float64Array;

  constructor(arms: number) {
    this.#wins = new Float64Array(arms);
    this.#losses = new Float64Array(arms);
    this.#draws = new Float64Array(arms);
  }

  /** `oracle` returns the arms of the plan that is best for the values given, one an arm. */
  choose(oracle: (values: Float64Array) => readonly number[], random: Random): readonly number[] {
    for (let arm = 0; arm < this.#draws.length; arm += 1) {
      const a = drawGamma(1 + this.#wins[arm]!, random);
      const b = drawGamma(1 + this.#losses[arm]!, random);
      this.#draws[arm] = a / (a + b);
    }
    return oracle(this.#draws);
  }

  /** What one arm of the plan gave, in [0, 1]: every arm of it is heard. */
  learn(arm: number, reward: number): void {
    this.#wins[arm] = this.#wins[arm]! + reward;
    this.#losses[arm] = this.#losses[arm]! + 1 - reward;
  }
}
