/**
 * How much of the time one radio gets beside a few others: which of them can be on the air together, and how
 * long each such set is, as states of a Markov chain (Boorstyn, Kershenbaum, Maglaris and Sahin, IEEE
 * Trans. Commun. 35(3), 1987) in its product form. Radios that begin in one slot send together, as in
 * Bianchi, IEEE JSAC 18(3), 2000.
 */
import { log } from '#protocols/math.ts';

export const MEMBERS_MAX = 8;
const SETS_MAX = 1 << MEMBERS_MAX;

/** Slots of 9 µs, a first window of 0 to 15 of them: IEEE 802.11-2020, table 9-155 and 10.23.2. */
const SLOT_US = 9;
const START_RATE = 1 / (7.5 * SLOT_US);
/** That one which may begin does so in a certain slot. */
const ODDS = START_RATE * SLOT_US;

/** Rounds in which those that want less are slowed down to it, and by how much at most each time. */
const TRIMS = 6;
const STEP_MAX = 10;
const STILL = 0.02;

/**
 * The members, the radio in question first. What is asked is written into its fields; `solve` leaves the answer
 * in `share` and `arriving`.
 */
export class Contention {
  members = 0;
  /** `burdens[a · MEMBERS_MAX + b]`: of `b` on `a`; 1 keeps it quiet. */
  readonly burdens = new Float64Array(MEMBERS_MAX * MEMBERS_MAX);
  readonly exchangeUs = new Float64Array(MEMBERS_MAX);
  /** Share of the time each is to have at most; from 1 on all it gets. */
  readonly target = new Float64Array(MEMBERS_MAX);
  /** Part of the first one's frames lost when the other begins with it. */
  readonly harms = new Float64Array(MEMBERS_MAX);
  /** What others that are no members burden each with, in the mean. */
  readonly base = new Float64Array(MEMBERS_MAX);
  /** Of the first one: share of the time it sends, and the part of its frames that arrive. */
  share = 0;
  arriving = 1;
  /** How hard the first one tries; below 1 it has what it wants. */
  effort = 1;

  readonly #rate = new Float64Array(MEMBERS_MAX);
  readonly #sent = new Float64Array(MEMBERS_MAX);
  readonly #place = new Int16Array(SETS_MAX);
  readonly #mask = new Int32Array(SETS_MAX);
  readonly #free = new Int32Array(SETS_MAX);
  readonly #weight = new Float64Array(SETS_MAX);
  readonly #heard = new Float64Array(SETS_MAX * MEMBERS_MAX);
  #sets = 1;

  /** Roughly: without ties. */
  solve(isRough: boolean): void {
    this.#build();
    const { members, target, exchangeUs } = this;
    const rate = this.#rate;
    let isTrimmed = false;
    for (let a = 0; a < members; a += 1) {
      rate[a] = target[a]! === 0 ? 0 : START_RATE * exchangeUs[a]!;
      if (target[a]! < 1) isTrimmed = true;
    }
    this.#weigh();
    for (let round = 0; isTrimmed && round < TRIMS; round += 1) {
      if (this.#trim()) break;
      this.#weigh();
    }
    this.effort = target[0]! === 0 ? 0 : rate[0]! / (START_RATE * exchangeUs[0]!);
    if (isRough) this.#sum();
    else this.#tie();
  }

  #sum(): void {
    this.share = 0;
    this.arriving = 1;
    for (let set = 1; set < this.#sets; set += 1) {
      if ((this.#mask[set]! & 1) !== 0) this.share += this.#weight[set]!;
    }
  }

  /** The sets that can come about, by their number of members. */
  #build(): void {
    const { members, burdens } = this;
    const place = this.#place;
    const heard = this.#heard;
    place.fill(-1, 0, 1 << members);
    place[0] = 0;
    this.#mask[0] = 0;
    for (let a = 0; a < members; a += 1) heard[a] = this.base[a]!;
    this.#sets = 1;
    for (let set = 0; set < this.#sets; set += 1) {
      const mask = this.#mask[set]!;
      let free = 0;
      for (let a = 0; a < members; a += 1) {
        if ((mask & (1 << a)) !== 0 || heard[set * MEMBERS_MAX + a]! >= 1) continue;
        free |= 1 << a;
        const joined = mask | (1 << a);
        if (place[joined]! >= 0) continue;
        const at = this.#sets;
        this.#sets += 1;
        place[joined] = at;
        this.#mask[at] = joined;
        for (let b = 0; b < members; b += 1) {
          heard[at * MEMBERS_MAX + b] =
            heard[set * MEMBERS_MAX + b]! + burdens[b * MEMBERS_MAX + a]!;
        }
      }
      this.#free[set] = free;
    }
  }

  /** How long each set is, all together 1. */
  #weigh(): void {
    const weight = this.#weight;
    const rate = this.#rate;
    weight[0] = 1;
    let sum = 1;
    for (let set = 1; set < this.#sets; set += 1) {
      const mask = this.#mask[set]!;
      let size = 0;
      let value = 0;
      for (let rest = mask; rest !== 0; rest &= rest - 1) {
        const a = 31 - Math.clz32(rest & -rest);
        size += 1;
        const before = this.#place[mask & ~(1 << a)]!;
        if (before < 0 || (this.#free[before]! & (1 << a)) === 0) continue;
        value += rate[a]! * weight[before]!;
      }
      weight[set] = value / size;
      sum += value / size;
    }
    for (let set = 0; set < this.#sets; set += 1) weight[set] = weight[set]! / sum;
  }

  /** True when nobody had to change. */
  #trim(): boolean {
    const { members, target, exchangeUs } = this;
    const sent = this.#sent;
    const rate = this.#rate;
    sent.fill(0, 0, members);
    for (let set = 1; set < this.#sets; set += 1) {
      const time = this.#weight[set]!;
      for (let rest = this.#mask[set]!; rest !== 0; rest &= rest - 1) {
        const a = 31 - Math.clz32(rest & -rest);
        sent[a] = sent[a]! + time;
      }
    }
    let isStill = true;
    for (let a = 0; a < members; a += 1) {
      if (target[a]! >= 1 || target[a]! === 0) continue;
      const want = target[a]!;
      const has = Math.max(sent[a]!, 1e-9);
      // By odds, since a share follows from the rate as r / (1 + r) does; and half the way in logarithms, since all change
      // at once: whoever stands between two others would swing between their silence and their rush.
      const factor = Math.sqrt((want * (1 - has)) / (has * Math.max(1e-9, 1 - want)));
      const bounded = Math.max(1 / STEP_MAX, Math.min(STEP_MAX, factor));
      const wanted = Math.min(START_RATE * exchangeUs[a]!, rate[a]! * bounded);
      if (Math.abs(wanted - rate[a]!) > STILL * wanted) isStill = false;
      rate[a] = wanted;
    }
    return isStill;
  }

  /** Ties add time to the set that they begin from, and take frames. */
  #tie(): void {
    const { members, burdens, harms } = this;
    let total = 0;
    let share = 0;
    let harmed = 0;
    for (let set = 0; set < this.#sets; set += 1) {
      const time = this.#weight[set]!;
      const may = this.#free[set]!;
      let mass = time;
      for (let rest = (may & (may - 1)) === 0 ? 0 : may; rest !== 0; rest &= rest - 1) {
        const a = 31 - Math.clz32(rest & -rest);
        let any = 1;
        let harmless = 1;
        for (let others = may & ~(1 << a); others !== 0; others &= others - 1) {
          const b = 31 - Math.clz32(others & -others);
          const burden = this.#heard[set * MEMBERS_MAX + a]! + burdens[a * MEMBERS_MAX + b]!;
          if (burden < 1) continue;
          const odds = ODDS * this.#paceOf(b);
          any *= 1 + odds;
          if (a === 0) harmless *= 1 + odds * (1 - harms[b]!);
        }
        if (any === 1) continue;
        const alone = time * this.#rate[a]!;
        mass += alone * ((any - 1) / log(any) - 1);
        if (a !== 0) continue;
        share += alone * (any - 1);
        harmed += alone * (any - harmless);
      }
      total += mass;
      if ((this.#mask[set]! & 1) !== 0) share += mass;
    }
    this.share = members === 0 ? 0 : share / total;
    this.arriving = share === 0 ? 1 : 1 - Math.min(1, harmed / share);
  }

  /** How often it starts, over how often it could. */
  #paceOf(member: number): number {
    return this.#rate[member]! / (START_RATE * this.exchangeUs[member]!);
  }
}
