/**
 * Thompson sampling with Beta posteriors for rewards in [0, 1], forgetting what is old.
 *
 * Each arm keeps α and β. Choosing draws θ ~ Beta(α, β) an arm and takes the largest (Thompson,
 * Biometrika 25, 1933). A reward r adds r to α and 1 − r to β, which keeps the mean of rewards that
 * are shares (Agrawal and Goyal, COLT 2012, reduce them to coin flips to the same effect). Before
 * each reward what was learnt shrinks by `keep` towards the prior, so a changed channel is noticed
 * (Raj and Kalyani, arXiv:1707.09727).
 */
import { exp, log } from '#protocols/math.ts';
import type { Random } from '#protocols/random.ts';

export interface Arm {
  readonly alpha: number;
  readonly beta: number;
}

/** An arm before its first reward: believed worth `mean` as firmly as `weight` rewards would make it. */
export function priorArm(mean: number, weight: number): Arm {
  const bounded = Math.min(0.99, Math.max(0.01, mean));
  return { alpha: bounded * weight, beta: (1 - bounded) * weight };
}

export function meanOf({ alpha, beta }: Arm): number {
  return alpha / (alpha + beta);
}

/** The arm after a reward in [0, 1]. `keep` in (0, 1]: 1 forgets nothing. */
export function learn(arm: Arm, reward: number, keep: number): Arm {
  return { alpha: arm.alpha * keep + reward, beta: arm.beta * keep + (1 - reward) };
}

/** One draw of what the arm may be worth. */
export function drawArm(arm: Arm, random: Random): number {
  const a = gamma(arm.alpha, random);
  const b = gamma(arm.beta, random);
  return a / (a + b);
}

/** Gamma(shape, 1), Marsaglia and Tsang, ACM TOMS 26(3), 2000; below 1 by their boost U^(1/shape). */
function gamma(shape: number, random: Random): number {
  if (shape < 1) {
    const boost = exp(log(1 - random.uniform()) / shape);
    return Math.max(gamma(shape + 1, random) * boost, Number.MIN_VALUE);
  }
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const root = 1 + c * x;
    if (root <= 0) continue;
    const v = root * root * root;
    const u = 1 - random.uniform();
    if (log(u) < 0.5 * x * x + d - d * v + d * log(v)) return d * v;
  }
}
