import { leastUsed } from './least-used.ts';
import { randomChannel } from './random.ts';
import { stay } from './static.ts';
import type { Strategy } from './strategy.ts';
import { thompson } from './thompson.ts';

/** The first is the default. */
export const strategies: readonly Strategy[] = [thompson, leastUsed, randomChannel, stay];

export function findStrategy(name: string): Strategy | undefined {
  return strategies.find((strategy) => strategy.name === name);
}
