/**
 * What comes of radios that hear each other and begin in the same slot, as in Bianchi, IEEE JSAC 18(3), 2000:
 * they send together, as a tie, whatever each hears of the other, and end together. While a tie lasts all
 * around keep quiet, so it returns to the set it began from, and adds time to it without changing the
 * balance between the sets.
 */
import { log } from '#protocols/math.ts';
import type { FeasibleSets } from './feasible-sets.ts';
import type { Pace } from './occupancy.ts';

export interface Airtime {
  /** By member: share of the time it sends, ties among it. */
  readonly share: Float64Array;
  /** By member: share of the time it sends in ties which harm its frame. */
  readonly harmed: Float64Array;
}

/**
 * `harms[a · members + b]`: the part of the frames of `a` that are lost when `b` begins with them. Where radios `a` of a set may begin with
 * odds `x` a slot, exactly the ties with it and `k` others have the odds of all in them; each counts
 * as 1/(k + 1) for each member, which is the integral of Π (1 + x t) over t from 0 to 1, taken as that
 * of (Π (1 + x)) to the power of t.
 */
export function airtimeOf(
  sets: FeasibleSets,
  { startRate, exchangeUs }: Pace,
  slotUs: number,
  occupancy: Float64Array,
  harms: Float64Array,
): Airtime {
  const { members, count, masks, free, heard, burdens } = sets;
  const share = new Float64Array(members);
  const harmed = new Float64Array(members);
  let total = 0;
  for (let set = 0; set < count; set += 1) {
    const mask = masks[set]!;
    const may = free[set]!;
    const base = set * members;
    const time = occupancy[set]!;
    let mass = time;
    // A tie takes two.
    const isAlone = (may & (may - 1)) === 0;
    for (let rest = isAlone ? 0 : may; rest !== 0; rest &= rest - 1) {
      const a = 31 - Math.clz32(rest & -rest);
      let any = 1;
      let harmless = 1;
      for (let others = may & ~(1 << a); others !== 0; others &= others - 1) {
        const b = 31 - Math.clz32(others & -others);
        if (heard[base + a]! + burdens[a * members + b]! < 1) continue;
        const odds = startRate[b]! * slotUs;
        any *= 1 + odds;
        harmless *= 1 + odds * (1 - harms[a * members + b]!);
      }
      if (any === 1) continue;
      const alone = time * startRate[a]! * exchangeUs[a]!;
      mass += alone * ((any - 1) / log(any) - 1);
      share[a] = share[a]! + alone * (any - 1);
      harmed[a] = harmed[a]! + alone * (any - harmless);
    }
    total += mass;
    for (let rest = mask; rest !== 0; rest &= rest - 1) {
      const a = 31 - Math.clz32(rest & -rest);
      share[a] = share[a]! + mass;
    }
  }
  for (let a = 0; a < members; a += 1) {
    share[a] = share[a]! / total;
    harmed[a] = harmed[a]! / total;
  }
  return { share, harmed };
}
