import type { Random } from '#protocols/random.ts';
import {
  type Assignment,
  anyChannel,
  cheapest,
  costOf,
  costsAt,
  type Instance,
} from './instance.ts';
import { heuristic, type Method } from './method.ts';

/**
 * Each in turn goes where it costs least, until nobody gains: the cost falls with every move, so that
 * ends (a potential game: Monderer and Shapley, Games and Economic Behavior 14, 1996).
 */
export function settle(instance: Instance, assignment: Assignment): void {
  for (let hasMoved = true; hasMoved; ) {
    hasMoved = false;
    for (let vertex = 0; vertex < assignment.length; vertex += 1) {
      const costs = costsAt(instance, assignment, vertex);
      const best = cheapest(costs);
      // What rounding alone makes cheaper is no gain, and could go on for ever.
      if (costs[best]! >= costs[assignment[vertex]!]! - 1e-12) continue;
      assignment[vertex] = best;
      hasMoved = true;
    }
  }
}

export function bestOfRestarts(instance: Instance, restarts: number, random: Random): Assignment {
  let best: Assignment | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (let restart = 0; restart < restarts; restart += 1) {
    const assignment = Int32Array.from(instance.names, (_, vertex) =>
      anyChannel(instance, vertex, random),
    );
    settle(instance, assignment);
    const cost = costOf(instance, assignment);
    if (cost >= least) continue;
    best = assignment;
    least = cost;
  }
  return best ?? new Int32Array(instance.names.length);
}

const RESTARTS = 200;

export const bestResponse: Method = {
  name: 'best-response',
  about: `Each in turn goes where it costs least until nobody gains; the best of ${RESTARTS} starts`,
  source: 'best response with restarts; the sum of all is a potential',
  solve: (instance, { random }) => heuristic(bestOfRestarts(instance, RESTARTS, random)),
};

/** One start from all on one channel, or the best that each sees alone: as when a network is switched on. */
export const hsum: Method = {
  name: 'hsum',
  about: 'From one channel for all, each in turn goes where the sum of interference falls',
  source: 'Mishra, Banerjee and Arbaugh, MC2R 9(3), 2005, Hsum',
  solve(instance) {
    const nobody = new Int32Array(instance.names.length).fill(-1);
    const assignment = nobody.map((_, vertex) => cheapest(costsAt(instance, nobody, vertex)));
    settle(instance, assignment);
    return heuristic(assignment);
  },
};
