import { dsatur } from './dsatur.ts';
import { exact } from './exact.ts';
import { bestResponse, hsum } from './local-search.ts';
import type { Method } from './method.ts';
import { greedy, randomAssignment, roundRobin } from './simple.ts';

/** The first is the default. */
export const methods: readonly Method[] = [
  exact,
  bestResponse,
  hsum,
  dsatur,
  greedy,
  roundRobin,
  randomAssignment,
];
