import { drawArm, meanOf } from '#agents/bandits/beta-arm.ts';
import type { Strategy } from './strategy.ts';

/** A move must promise this much more of the demand served; it also costs the clients a moment. */
const threshold = 0.05;
/** A channel with silence owed costs its clients that silence. */
const clearingCost = 0.02;

export const thompson: Strategy = {
  name: 'thompson',
  about: 'A Thompson bandit a radio over its legal channels, with the picture as its prior.',
  wish({ view, current, candidates, picture, random }) {
    const measured = picture.utilityNow(view);
    const filled = picture.worstFilled(view, current);
    const here = meanOf(picture.arm(view, current));
    // What began to fill the channel a moment ago is not in the measurements yet.
    const expectedBefore =
      filled === undefined ? (measured ?? here) : picture.expected(view, current);
    if (expectedBefore > 1 - threshold) return undefined;
    let best: { to: typeof current; draw: number; expectedAfter: number } | undefined;
    for (const { channel, clearMs } of candidates) {
      if (picture.worstFilled(view, channel) !== undefined) continue;
      const arm = picture.arm(view, channel);
      const cost = clearMs > 0 ? clearingCost : 0;
      const draw = drawArm(arm, random) - cost;
      const expectedAfter = Math.min(meanOf(arm), picture.expected(view, channel)) - cost;
      if (expectedAfter < expectedBefore + threshold) continue;
      if (best === undefined || draw > best.draw) best = { to: channel, draw, expectedAfter };
    }
    return best && { to: best.to, expectedBefore, expectedAfter: best.expectedAfter };
  },
};
