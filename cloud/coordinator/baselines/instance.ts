import type { Random } from '#protocols/random.ts';

/**
 * Channel assignment as a weighted graph: who is on one channel costs what stands between them. The
 * sum over all pairs that share a channel is to be small.
 */
export interface Instance {
  readonly names: readonly string[];
  /** How many channels there are, numbered from 0. */
  readonly channels: number;
  /** What two cost each other on one channel, both ways the same, row by row; 0 on the diagonal. */
  readonly weights: Float64Array;
  /** What each channel costs a vertex whoever else is there, vertex by vertex; nothing when left out, infinite where it may not be. */
  readonly own?: Float64Array;
  /** By each vertex, the pairs that count as a conflict when they share a channel. */
  readonly conflicting: (one: number, other: number) => boolean;
}

/** The channel of each vertex. */
export type Assignment = Int32Array;

export function costOf(
  { names, channels, weights, own }: Instance,
  assignment: Assignment,
): number {
  let cost = 0;
  for (let one = 0; one < names.length; one += 1) {
    if (own !== undefined) cost += own[one * channels + assignment[one]!]!;
    for (let other = one + 1; other < names.length; other += 1) {
      if (assignment[one] === assignment[other]) cost += weights[one * names.length + other]!;
    }
  }
  return cost;
}

export function conflictsOf({ names, conflicting }: Instance, assignment: Assignment): number {
  let conflicts = 0;
  for (let one = 0; one < names.length; one += 1) {
    for (let other = one + 1; other < names.length; other += 1) {
      if (assignment[one] === assignment[other] && conflicting(one, other)) conflicts += 1;
    }
  }
  return conflicts;
}

/** What each channel would cost a vertex beside those that have theirs; −1 is none yet. */
export function costsAt(instance: Instance, assignment: Assignment, vertex: number): Float64Array {
  const { names, channels, weights, own } = instance;
  const costs =
    own?.slice(vertex * channels, vertex * channels + channels) ?? new Float64Array(channels);
  for (let other = 0; other < names.length; other += 1) {
    const channel = assignment[other]!;
    if (other === vertex || channel < 0) continue;
    costs[channel] = costs[channel]! + weights[vertex * names.length + other]!;
  }
  return costs;
}

/** A channel drawn among those that the vertex may have. */
export function anyChannel({ channels, own }: Instance, vertex: number, random: Random): number {
  if (own === undefined) return random.below(channels);
  const usable = Array.from({ length: channels }, (_, channel) => channel).filter((channel) =>
    Number.isFinite(own[vertex * channels + channel]),
  );
  return usable[random.below(usable.length)]!;
}

/** By channel: the first that costs everybody the same. */
export function alike({ names, channels, own }: Instance): Int32Array {
  const first = new Map<string, number>();
  return Int32Array.from({ length: channels }, (_, channel) => {
    const key = names.map((_name, vertex) => own?.[vertex * channels + channel] ?? 0).join(' ');
    const known = first.get(key) ?? channel;
    first.set(key, known);
    return known;
  });
}

/** The first of the least. */
export function cheapest(costs: Float64Array): number {
  let best = 0;
  for (let channel = 1; channel < costs.length; channel += 1) {
    if (costs[channel]! < costs[best]!) best = channel;
  }
  return best;
}

/** Rows and columns of access points, `spacingM` apart: cost (d / 20 m)^−3.5, a conflict within 30 m. */
export function gridInstance(
  rows: number,
  columns: number,
  channels: number,
  spacingM = 20,
): Instance {
  const size = rows * columns;
  const distance = (one: number, other: number) => {
    const across = (one % columns) - (other % columns);
    const down = Math.floor(one / columns) - Math.floor(other / columns);
    return spacingM * Math.sqrt(across * across + down * down);
  };
  const weights = new Float64Array(size * size);
  for (let one = 0; one < size; one += 1) {
    for (let other = 0; other < size; other += 1) {
      if (one === other) continue;
      const far = distance(one, other) / 20;
      weights[one * size + other] = 1 / (far * far * far * Math.sqrt(far));
    }
  }
  return {
    names: Array.from({ length: size }, (_, index) => `ap${index + 1}`),
    channels,
    weights,
    conflicting: (one, other) => distance(one, other) <= 30,
  };
}
