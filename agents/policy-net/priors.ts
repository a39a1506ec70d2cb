/** Scores of the policy as what a bandit believes before it has tried anything. */
import { exp } from '#protocols/math.ts';
import { type Arm, priorArm } from '../bandits/beta-arm.ts';

export interface PriorOptions {
  /** What a score of one more stands for, from the card. */
  readonly temperature: number;
  /** The place of the option that the radio is on, and the share of its demand served there. */
  readonly here: number;
  readonly served: number;
  /** How many rewards the belief counts for. */
  readonly weight: number;
}

/** An arm for each option of a radio, in the order of its scores. */
export function priorArms(scores: readonly number[], options: PriorOptions): Arm[] {
  const { temperature, here, served, weight } = options;
  const from = scores[here] ?? Math.max(...scores);
  return scores.map((score) => {
    // A share of all that is asked, so that it ends at the whole.
    const share = served * exp(Math.max(-20, Math.min(20, (score - from) * temperature)));
    return priorArm(Math.min(1, share), weight);
  });
}
