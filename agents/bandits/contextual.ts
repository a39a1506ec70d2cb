/** Bandits that see something of each arm before they choose: utilisation, noise, neighbours, the hour. */
import type { Random } from '#protocols/random.ts';
import { Ridge } from './linear.ts';

export interface ContextualBandit {
  /** One context an arm, all of the same length. */
  choose(contexts: readonly Float64Array[], random: Random): number;
  learn(arm: number, context: Float64Array, reward: number): void;
}

/**
 * LinUCB with a model an arm: θ̂ᵀx + α·√(xᵀA⁻¹x). Li, Chu, Langford and Schapire, WWW 2010,
 * algorithm 1.
 */
export class LinUcb implements ContextualBandit {
  readonly #models: readonly Ridge[];
  readonly #alpha: number;

  constructor({ arms, size, alpha = 1 }: { arms: number; size: number; alpha?: number }) {
    this.#models = Array.from({ length: arms }, () => new Ridge(size));
    this.#alpha = alpha;
  }

  choose(contexts: readonly Float64Array[]): number {
    let best = 0;
    let highest = Number.NEGATIVE_INFINITY;
    this.#models.forEach((model, arm) => {
      const context = contexts[arm]!;
      const bound = model.mean(context) + this.#alpha * Math.sqrt(model.uncertainty(context));
      if (bound > highest) {
        highest = bound;
        best = arm;
      }
    });
    return best;
  }

  learn(arm: number, context: Float64Array, reward: number): void {
    this.#models[arm]!.learn(context, reward);
  }
}

/**
 * Thompson sampling with a linear model an arm: θ ~ N(θ̂, v²·A⁻¹). Agrawal and Goyal, ICML 2013,
 * algorithm 1. `v` follows the spread of rewards; half is the most within [0, 1].
 */
export class LinThompson implements ContextualBandit {
  readonly #models: readonly Ridge[];
  readonly #spread: number;
  readonly #normals: Float64Array;
  readonly #theta: Float64Array;

  constructor({ arms, size, spread = 0.5 }: { arms: number; size: number; spread?: number }) {
    this.#models = Array.from({ length: arms }, () => new Ridge(size));
    this.#spread = spread;
    this.#normals = new Float64Array(size);
    this.#theta = new Float64Array(size);
  }

  choose(contexts: readonly Float64Array[], random: Random): number {
    let best = 0;
    let highest = Number.NEGATIVE_INFINITY;
    this.#models.forEach((model, arm) => {
      for (let at = 0; at < model.size; at += 1) this.#normals[at] = random.normal();
      model.draw(this.#normals, this.#spread, this.#theta);
      const context = contexts[arm]!;
      let value = 0;
      for (let at = 0; at < model.size; at += 1) value += this.#theta[at]! * context[at]!;
      if (value > highest) {
        highest = value;
        best = arm;
      }
    });
    return best;
  }

  learn(arm: number, context: Float64Array, reward: number): void {
    this.#models[arm]!.learn(context, reward);
  }
}
