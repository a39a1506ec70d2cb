/**
 * The surroundings of a radio that decide how much of the time it gets: those with the most to do with
 * it, directly or by way of others, as many as can be reckoned with exactly.
 */
import type { BurdenGraph } from './burden-graph.ts';
import { type FeasibleSets, MEMBERS_MAX, SetBuilder } from './feasible-sets.ts';

export interface Neighbourhood {
  /** The radio it is for comes first, unless it is for all of them. */
  readonly members: readonly number[];
  readonly sets: FeasibleSets;
  /** 1 for those with something to do with a radio that is no member. */
  readonly isFringe: Uint8Array;
  /** Nobody is: it is for all its members. */
  readonly isWhole: boolean;
}

/** What a radio has to do with another counts half by way of a third. */
const BY_WAY_OF = 0.5;

const builder = new SetBuilder();
const from = new Float64Array(MEMBERS_MAX);
const on = new Float64Array(MEMBERS_MAX);

/** Of so many feasible sets at most. */
export function neighbourhoodOf(graph: BurdenGraph, centre: number, most: number): Neighbourhood {
  const members = membersOf(graph, centre, most);
  const isWhole = fringeOf(graph, members).every((flag) => flag === 0);
  // In one order, whichever of them it was found from.
  if (isWhole) members.sort((a, b) => a - b);
  builder.clear(most);
  for (const [place, radio] of members.entries()) join(graph, members, radio, place);
  return { members, sets: builder.take(), isFringe: fringeOf(graph, members), isWhole };
}

function membersOf(graph: BurdenGraph, centre: number, most: number): number[] {
  const members: number[] = [];
  const met = new Set<number>();
  const candidates = new Map<number, number>();
  let next: number | undefined = centre;
  let weight = 1;
  builder.clear(most);
  while (next !== undefined && join(graph, members, next, members.length)) {
    members.push(next);
    met.add(next);
    candidates.delete(next);
    const way = members.length === 1 ? weight : weight * BY_WAY_OF;
    for (const { other, here, there } of graph.burdens[next]!) {
      if (met.has(other)) continue;
      const strength = way * Math.min(1, Math.max(here, there));
      if (strength > (candidates.get(other) ?? 0)) candidates.set(other, strength);
    }
    next = undefined;
    weight = 0;
    for (const [radio, strength] of candidates) {
      if (strength < weight || (strength === weight && radio > (next ?? -1))) continue;
      next = radio;
      weight = strength;
    }
  }
  return members;
}

function join(graph: BurdenGraph, members: readonly number[], radio: number, place: number) {
  from.fill(0);
  on.fill(0);
  for (const { other, here, there } of graph.burdens[radio]!) {
    const at = members.indexOf(other);
    if (at < 0 || at >= place) continue;
    from[at] = here;
    on[at] = there;
  }
  return builder.add(from, on);
}

function fringeOf(graph: BurdenGraph, members: readonly number[]): Uint8Array {
  const within = new Set(members);
  return Uint8Array.from(members, (radio) =>
    graph.burdens[radio]!.every(({ other }) => within.has(other)) ? 0 : 1,
  );
}
