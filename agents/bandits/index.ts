import type { BanditPolicy } from './bandit.ts';
import { discountedThompson, discountedUcb } from './discounted.ts';
import { epsilonGreedy } from './epsilon-greedy.ts';
import { exp3 } from './exp3.ts';
import { gaussianThompson } from './gaussian-thompson.ts';
import { glrKlUcb } from './glr-kl-ucb.ts';
import { klUcb } from './kl-ucb.ts';
import { slidingWindowUcb } from './sliding-window.ts';
import { thompson } from './thompson.ts';
import { ucb1, ucbAlpha } from './ucb.ts';

/** Those that pull one arm at a time and see nothing but its reward. */
export const banditPolicies: readonly BanditPolicy[] = [
  thompson,
  klUcb,
  ucbAlpha,
  ucb1,
  gaussianThompson,
  epsilonGreedy,
  exp3,
  discountedUcb,
  discountedThompson,
  slidingWindowUcb,
  glrKlUcb,
];
