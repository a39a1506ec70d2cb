import type { Strategy } from './strategy.ts';

/** How often a radio is moved, a plan. */
const chance = 0.1;

export const randomChannel: Strategy = {
  name: 'random',
  about: 'One radio in ten goes to a legal channel drawn at random, whatever was measured.',
  wish({ view, current, candidates, picture, random }) {
    if (random.uniform() >= chance || candidates.length === 0) return undefined;
    const drawn = candidates[random.below(candidates.length)];
    if (drawn === undefined) return undefined;
    return {
      to: drawn.channel,
      expectedBefore: picture.expected(view, current),
      expectedAfter: picture.expected(view, drawn.channel),
    };
  },
};
