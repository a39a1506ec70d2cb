/**
 * How much of the time each feasible set is on the air: the stationary distribution of a Markov chain
 * whose states they are (Boorstyn, Kershenbaum, Maglaris and Sahin, "Throughput analysis in multihop
 * CSMA packet radio networks", IEEE Trans. Commun. 35(3), 1987). A radio that may begin does so at its
 * rate, and one that sends ends at the rate of one over its exchange. As radios also keep quiet for the
 * sum of what they hear, the chain is not reversible and has no product form: it starts from one and
 * is swept by Gauss and Seidel's method.
 */
import type { FeasibleSets } from './feasible-sets.ts';

/** How often each member starts while it may, a µs, and how long its exchanges take, µs. */
export interface Pace {
  readonly startRate: Float64Array;
  readonly exchangeUs: Float64Array;
}

/** What leaves a set goes at these rates: by a member that begins, or `members +` one that ends. */
export function ratesOf({ members }: FeasibleSets, pace: Pace, into: Float64Array): void {
  for (let a = 0; a < members; a += 1) {
    into[a] = pace.startRate[a]!;
    into[members + a] = 1 / pace.exchangeUs[a]!;
  }
}

/** The product form where there is one, and near it elsewhere: a first guess, unnormalised. */
export function guess(sets: FeasibleSets, rates: Float64Array, into: Float64Array): void {
  const { members, count, first, from, by, masks } = sets;
  into[0] = 1;
  for (let set = 1; set < count; set += 1) {
    let weight = 0;
    let size = 0;
    for (let rest = masks[set]!; rest !== 0; rest &= rest - 1) size += 1;
    for (let edge = first[set]!; edge < first[set + 1]!; edge += 1) {
      const radio = by[edge]!;
      if (radio < members) weight += (rates[radio]! / rates[members + radio]!) * into[from[edge]!]!;
    }
    into[set] = weight / size;
  }
}

/** The rates at which sets are left. */
export function leavingRates(sets: FeasibleSets, rates: Float64Array, into: Float64Array): void {
  const { members, count, masks, free } = sets;
  for (let set = 0; set < count; set += 1) {
    let rate = 0;
    for (let rest = free[set]!; rest !== 0; rest &= rest - 1) {
      rate += rates[31 - Math.clz32(rest & -rest)]!;
    }
    for (let rest = masks[set]!; rest !== 0; rest &= rest - 1) {
      rate += rates[members + 31 - Math.clz32(rest & -rest)]!;
    }
    into[set] = rate;
  }
}

/** One sweep over the balance of every set. Brings the sum to 1 and returns how much moved. */
export function sweep(
  { count, first, from, by }: FeasibleSets,
  rates: Float64Array,
  leaving: Float64Array,
  isDown: boolean,
  shares: Float64Array,
): number {
  let sum = 0;
  let moved = 0;
  for (let step = 0; step < count; step += 1) {
    const set = isDown ? count - 1 - step : step;
    let into = 0;
    const end = first[set + 1]!;
    for (let edge = first[set]!; edge < end; edge += 1) {
      into += rates[by[edge]!]! * shares[from[edge]!]!;
    }
    const share = into / leaving[set]!;
    moved += Math.abs(share - shares[set]!);
    shares[set] = share;
    sum += share;
  }
  for (let set = 0; set < count; set += 1) shares[set] = shares[set]! / sum;
  return moved / sum;
}
