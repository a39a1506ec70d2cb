import type { Strategy } from './strategy.ts';

const threshold = 0.05;

export const leastUsed: Strategy = {
  name: 'least-used',
  about:
    'Each radio goes where the picture leaves most airtime, if that is clearly more than here.',
  wish({ view, current, candidates, picture }) {
    const expectedBefore = picture.expected(view, current);
    let best: { to: (typeof candidates)[number]['channel']; expectedAfter: number } | undefined;
    for (const { channel } of candidates) {
      const expectedAfter = picture.expected(view, channel);
      if (expectedAfter > (best?.expectedAfter ?? expectedBefore + threshold)) {
        best = { to: channel, expectedAfter };
      }
    }
    return best && { ...best, expectedBefore };
  },
};
