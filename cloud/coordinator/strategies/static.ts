import type { Strategy } from './strategy.ts';

export const stay: Strategy = {
  name: 'static',
  about: 'Every radio stays where it was set up; only radar moves one.',
  wish: () => undefined,
};
