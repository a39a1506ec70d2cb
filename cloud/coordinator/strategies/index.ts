import { coordinator, SEARCH_STRATEGY } from '../search/decider.ts';
import { leastUsed } from './least-used.ts';
import { randomChannel } from './random.ts';
import { stay } from './static.ts';
import type { Strategy } from './strategy.ts';
import { thompson } from './thompson.ts';

/** The first is the default. */
export const strategies: readonly Strategy[] = [thompson, leastUsed, randomChannel, stay];

/** Plans a whole site at a time, in rounds with the twin; all others go radio by radio. */
const search = { name: SEARCH_STRATEGY, about: coordinator.about };

/** All by name, for whoever chooses one. */
export const strategyNames: readonly { readonly name: string; readonly about: string }[] = [
  ...strategies,
  search,
];

export function findStrategy(name: string): Strategy | undefined {
  return strategies.find((strategy) => strategy.name === name);
}
