/**
 * An arm whose worth in [0, 1] is believed by a Beta distribution, forgetting what is old.
 *
 * It keeps α and β. Thompson sampling draws θ ~ Beta(α, β) an arm and takes the largest (Thompson,
 * Biometrika 25, 1933). A reward r adds r to α and 1 − r to β, which keeps the mean of rewards that
 * are shares (Agrawal and Goyal, COLT 2012, reduce them to coin flips to the same effect). Before
 * each reward what was learnt shrinks by `keep` towards the prior, so a changed channel is noticed
 * (Raj and Kalyani, arXiv:1707.09727).
 */
import type { Random } from '#protocols/random.ts';
import { drawGamma } from './beta.ts';

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
  const a = drawGamma(arm.alpha, random);
  const b = drawGamma(arm.beta, random);
  return a / (a + b);
}
