/**
 * The optimum by branch and bound. Vertices are taken in an order fixed beforehand, the most pressed
 * first. A part is cut off where what it costs, and what each vertex left would add on its cheapest
 * channel beside those assigned, is no less than the best so far. Of channels that cost everybody alike a new
 * one is opened only in the order of their numbers.
 */

import { mostPressed } from './dsatur.ts';
import { type Assignment, alike, cheapest, costOf, costsAt, type Instance } from './instance.ts';
import { bestOfRestarts } from './local-search.ts';
import type { Method, MethodOptions, Solved } from './method.ts';

const RESTARTS = 200;

export const exact: Method = {
  name: 'exact',
  about: 'The optimum, where it can be shown within the effort; else the best found, and a bound',
  source: 'branch and bound, Land and Doig, Econometrica 28(3), 1960',
  solve: (instance, options) => new Search(instance, options).run(),
};

class Search {
  readonly #instance: Instance;
  readonly #order: readonly number[];
  readonly #effort: number;
  /** What a vertex would cost on each channel beside those assigned: vertex by channel. */
  readonly #costs: Float64Array;
  readonly #assignment: Assignment;
  /** By channel: the first that costs everybody the same, and how many have it. */
  readonly #alike: Int32Array;
  readonly #users: Int32Array;
  #best: Assignment;
  #least: number;
  #steps = 0;
  /** The least that a part left unfinished could have cost. */
  #unfinished = Number.POSITIVE_INFINITY;

  constructor(instance: Instance, { random, effort }: MethodOptions) {
    this.#instance = instance;
    this.#effort = effort;
    this.#order = orderOf(instance);
    this.#costs =
      instance.own?.slice() ?? new Float64Array(instance.names.length * instance.channels);
    this.#alike = alike(instance);
    this.#users = new Int32Array(instance.channels);
    this.#assignment = new Int32Array(instance.names.length).fill(-1);
    this.#best = bestOfRestarts(instance, RESTARTS, random);
    this.#least = costOf(instance, this.#best);
  }

  run(): Solved {
    this.#branch(0, 0);
    const provenOptimal = this.#unfinished >= this.#least;
    const bound = Math.min(this.#least, this.#unfinished);
    return { assignment: this.#best, provenOptimal, bound };
  }

  #branch(depth: number, cost: number): void {
    const { channels } = this.#instance;
    const vertex = this.#order[depth];
    if (vertex === undefined) {
      this.#best = Int32Array.from(this.#assignment);
      this.#least = cost;
      return;
    }
    const own = this.#costs.slice(vertex * channels, vertex * channels + channels);
    const tried = this.#openOrNext().sort((one, other) => own[one]! - own[other]! || one - other);
    for (const channel of tried) {
      const after = cost + own[channel]!;
      this.#put(vertex, channel, 1);
      const bound = after + this.#rest(depth + 1);
      // A hair less is rounding, not a better plan.
      if (bound < this.#least - 1e-12) {
        this.#steps += 1;
        if (this.#steps > this.#effort) this.#unfinished = Math.min(this.#unfinished, bound);
        else this.#branch(depth + 1, after);
      }
      this.#put(vertex, channel, -1);
    }
  }

  /** Channels in use, and of each kind the first that is not. */
  #openOrNext(): number[] {
    const opening = new Set<number>();
    return Array.from(this.#users.keys()).filter((channel) => {
      if (this.#users[channel]! > 0) return true;
      const kind = this.#alike[channel]!;
      if (opening.has(kind)) return false;
      opening.add(kind);
      return true;
    });
  }

  /** What the vertices left add at least: each on its cheapest channel beside those assigned. */
  #rest(depth: number): number {
    const { channels } = this.#instance;
    let sum = 0;
    for (let at = depth; at < this.#order.length; at += 1) {
      const from = this.#order[at]! * channels;
      let least = this.#costs[from]!;
      for (let channel = 1; channel < channels; channel += 1) {
        if (this.#costs[from + channel]! < least) least = this.#costs[from + channel]!;
      }
      sum += least;
    }
    return sum;
  }

  #put(vertex: number, channel: number, sign: 1 | -1): void {
    const { names, channels, weights, own } = this.#instance;
    const size = names.length;
    this.#assignment[vertex] = sign === 1 ? channel : -1;
    this.#users[channel] = this.#users[channel]! + sign;
    for (let other = 0; other < size; other += 1) {
      const at = other * channels + channel;
      // Taken away, nothing is left where nothing was: sums of differences would drift.
      const changed = this.#costs[at]! + sign * weights[vertex * size + other]!;
      this.#costs[at] = Math.max(own?.[at] ?? 0, changed);
    }
  }
}

/** The order in which DSATUR takes them. */
function orderOf(instance: Instance): number[] {
  const assignment = new Int32Array(instance.names.length).fill(-1);
  return instance.names.map(() => {
    const vertex = mostPressed(instance, assignment);
    assignment[vertex] = cheapest(costsAt(instance, assignment, vertex));
    return vertex;
  });
}
