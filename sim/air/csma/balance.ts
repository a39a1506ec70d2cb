/**
 * The time of a neighbourhood in balance, where some of its radios are to have less of it than they could:
 * these start less often.
 */
import type { Effort } from './effort.ts';
import { type FeasibleSets, MEMBERS_MAX, SETS_MAX } from './feasible-sets.ts';
import { guess, leavingRates, type Pace, ratesOf, sweep } from './occupancy.ts';

/** Start rates change by this factor at most, after every other sweep. */
const STEP_MAX = 10;

const rates = new Float64Array(2 * MEMBERS_MAX);
const leaving = new Float64Array(SETS_MAX);
const full = new Float64Array(MEMBERS_MAX);
const sent = new Float64Array(MEMBERS_MAX);

/**
 * Share of the time of each feasible set. `target[a]` is what radio `a` is to have at most, from 1 on all it
 * gets; its start rate in `pace` is lowered to that.
 */
export function balance(
  sets: FeasibleSets,
  pace: Pace,
  target: Float64Array,
  { sweeps, still }: Effort,
): Float64Array {
  const { members } = sets;
  full.set(pace.startRate);
  const isTrimmed = target.subarray(0, members).some((most) => most < 1);
  const occupancy = new Float64Array(sets.count);
  ratesOf(sets, pace, rates);
  leavingRates(sets, rates, leaving);
  guess(sets, rates, occupancy);
  for (let step = 0; step < sweeps; step += 1) {
    const isDone = sweep(sets, rates, leaving, step % 2 === 0, occupancy) < still;
    if (isTrimmed && (step % 2 === 1 || isDone)) {
      if (trim(sets, pace, target, occupancy, still) && isDone) break;
      ratesOf(sets, pace, rates);
      leavingRates(sets, rates, leaving);
    } else if (isDone) break;
  }
  return occupancy;
}

/** Up again too, where too much was taken. True when nobody had to change. */
function trim(
  { members, count, masks }: FeasibleSets,
  { startRate }: Pace,
  target: Float64Array,
  occupancy: Float64Array,
  still: number,
): boolean {
  sent.fill(0, 0, members);
  for (let set = 0; set < count; set += 1) {
    const time = occupancy[set]!;
    for (let rest = masks[set]!; rest !== 0; rest &= rest - 1) {
      const radio = 31 - Math.clz32(rest & -rest);
      sent[radio] = sent[radio]! + time;
    }
  }
  let isStill = true;
  for (let radio = 0; radio < members; radio += 1) {
    if (target[radio]! >= 1 || full[radio] === 0) continue;
    // By odds, since a share follows from the rate as r / (1 + r) does.
    const [want, has] = [target[radio]!, Math.max(sent[radio]!, 1e-9)];
    const factor = (want * (1 - has)) / (has * (1 - want));
    const bounded = Math.max(1 / STEP_MAX, Math.min(STEP_MAX, factor));
    const rate = Math.min(full[radio]!, startRate[radio]! * bounded);
    if (Math.abs(rate - startRate[radio]!) > still * rate) isStill = false;
    startRate[radio] = rate;
  }
  return isStill;
}
