import { type Assignment, cheapest, costsAt, type Instance } from './instance.ts';
import { heuristic, type Method } from './method.ts';

/**
 * DSATUR with weights: next comes whoever has most to lose beside those that have a channel, which is
 * the cost of its dearest channels over its cheapest; of equals, whoever weighs most in all.
 */
export const dsatur: Method = {
  name: 'dsatur',
  about: 'Whoever is most pressed by those assigned comes next, and goes where it costs least',
  source: 'Brélaz, CACM 22(4), 1979; weighted as in Orden et al., Symmetry 10(3), 2018',
  solve(instance) {
    const assignment = new Int32Array(instance.names.length).fill(-1);
    for (let count = 0; count < assignment.length; count += 1) {
      const vertex = mostPressed(instance, assignment);
      assignment[vertex] = cheapest(costsAt(instance, assignment, vertex));
    }
    return heuristic(assignment);
  },
};

export function mostPressed(instance: Instance, assignment: Assignment): number {
  const size = instance.names.length;
  let best = -1;
  let pressed = Number.NEGATIVE_INFINITY;
  let weight = Number.NEGATIVE_INFINITY;
  for (let vertex = 0; vertex < size; vertex += 1) {
    if (assignment[vertex]! >= 0) continue;
    let sum = 0;
    for (const cost of costsAt(instance, assignment, vertex)) {
      if (Number.isFinite(cost)) sum += cost;
    }
    let all = 0;
    for (let other = 0; other < size; other += 1) all += instance.weights[vertex * size + other]!;
    if (sum < pressed || (sum === pressed && all <= weight)) continue;
    best = vertex;
    pressed = sum;
    weight = all;
  }
  return best;
}
