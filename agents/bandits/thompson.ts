/**
 * Thompson sampling with Beta posteriors: each arm draws what it may be worth, the largest is pulled.
 *
 * To draw all arms each time is most of what that costs, and most draws could not win. So one arm is
 * drawn in full, x, and of each other only the part of its distribution beyond x: a Beta density f is
 * log-concave (α, β ≥ 1), so beyond its mode it lies below f(x)·exp(−λ(θ − x)) with λ = −(ln f)′(x).
 * With chance f(x)/λ a θ is drawn from that exponential, and kept with chance f(θ) over it; otherwise
 * the arm lies below x. Each arm then wins exactly as often as if all had been drawn (rejection:
 * von Neumann, NBS Applied Math. Series 12, 1951; tails: Devroye, Non-Uniform Random Variate
 * Generation, 1986, VII.2.6).
 */
import { exp, log } from '#protocols/math.ts';
import type { Random } from '#protocols/random.ts';
import type { Bandit, BanditPolicy, Problem } from './bandit.ts';
import { drawBeta, logBeta } from './beta.ts';

/** Chances below 2⁻³² are none: what is drawn against has 32 bits. */
const NO_CHANCE = -22.2;
const TWO_TO_MINUS_32 = 1 / 0x1_0000_0000;

class Thompson implements Bandit {
  readonly #alphas: Float64Array;
  readonly #betas: Float64Array;
  /** ln B(α, β) of each arm. */
  readonly #logBetas: Float64Array;
  /** Where the last win was: as a rule it wins again, so it is drawn first. */
  #first = 0;

  constructor({ arms }: Problem) {
    this.#alphas = new Float64Array(arms).fill(1);
    this.#betas = new Float64Array(arms).fill(1);
    this.#logBetas = new Float64Array(arms);
  }

  choose(random: Random): number {
    const alphas = this.#alphas;
    const betas = this.#betas;
    let best = this.#first;
    let x = drawBeta(alphas[best]!, betas[best]!, random);
    let logX = log(x);
    let logRest = log(1 - x);
    for (let arm = 0; arm < alphas.length; arm += 1) {
      if (arm === this.#first) continue;
      const a = alphas[arm]! - 1;
      const b = betas[arm]! - 1;
      const lambda = b / (1 - x) - a / x;
      // `0 >=` is false for NaN too: at an end of [0, 1] the plain way is taken.
      const draw =
        lambda > 0
          ? this.#beyond(arm, x, a, b, lambda, logX, logRest, random)
          : this.#draw(arm, random);
      if (draw <= x) continue;
      best = arm;
      x = draw;
      logX = log(x);
      logRest = log(1 - x);
    }
    this.#first = best;
    return best;
  }

  /** Adds a whole reward, or such a share of one: its mean is all that counts. */
  learn(arm: number, reward: number): void {
    const a = this.#alphas[arm]!;
    const b = this.#betas[arm]!;
    this.#alphas[arm] = a + reward;
    this.#betas[arm] = b + 1 - reward;
    // B(α + 1, β) = B(α, β)·α / (α + β), and alike for β.
    if (reward === 1) this.#logBetas[arm] = this.#logBetas[arm]! + log(a / (a + b));
    else if (reward === 0) this.#logBetas[arm] = this.#logBetas[arm]! + log(b / (a + b));
    else this.#logBetas[arm] = logBeta(a + reward, b + 1 - reward);
  }

  #draw(arm: number, random: Random): number {
    return drawBeta(this.#alphas[arm]!, this.#betas[arm]!, random);
  }

  /** A draw where it lies beyond x; 0 where it does not. */
  #beyond(
    arm: number,
    x: number,
    a: number,
    b: number,
    lambda: number,
    logX: number,
    logRest: number,
    random: Random,
  ): number {
    const logDensity = a * logX + b * logRest - this.#logBetas[arm]!;
    if (logDensity < NO_CHANCE && lambda > 1) return 0;
    const bar = (random.uint32() + 1) * TWO_TO_MINUS_32 * lambda;
    // exp(y) ≤ 1 / (1 − y + y²/2) for y ≤ 0: as a rule that is enough to tell.
    if (logDensity < 0 && bar * (1 - logDensity + 0.5 * logDensity * logDensity) > 1) return 0;
    const density = exp(logDensity);
    // Just beyond the mode the bound is no chance any more.
    if (density >= lambda) return this.#draw(arm, random);
    if (bar > density) return 0;
    const step = -log(1 - random.uniform()) / lambda;
    const draw = x + step;
    if (draw >= 1) return 0;
    const kept = a * log(draw / x) + b * log((1 - draw) / (1 - x)) + lambda * step;
    return log(1 - random.uniform()) < kept ? draw : 0;
  }
}

export const thompson: BanditPolicy = {
  name: 'thompson',
  about: 'Beta posteriors: as often as an arm may be the best, it is pulled',
  source: 'Thompson, Biometrika 25, 1933; Kaufmann, Korda and Munos, ALT 2012',
  open: (problem) => new Thompson(problem),
};
