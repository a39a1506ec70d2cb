/** How much of the time each station gets: beside those that have most to do with it, told of each other in rounds. */
import { Contention, MEMBERS_MAX } from './contention.ts';
import { type Demand, NEGLIGIBLE } from './demand.ts';
import type { Tuning } from './tuning.ts';

/** A start takes 7.5 slots of 9 µs in the mean (IEEE 802.11-2020, table 9-155). */
const BACK_OFF_US = 67.5;
/** A radio beside more than are reckoned with keeps at least so much of what it would have. */
const LEFT_LEAST = 0.05;
/** Those weaker than this are no members, but add to what a radio hears in the mean; which is no more than that. */
const WEAK = 0.15;
const BASE_MOST = 0.9;

const members = new Int32Array(MEMBERS_MAX);
const weights = new Float64Array(MEMBERS_MAX);
const onto = new Float64Array(MEMBERS_MAX);

/** How far a change is followed: the further, the truer and the dearer. */
export interface Follow {
  /** Rounds in which shares are told around. */
  readonly rounds: number;
  /** Shares are told in such steps of 1, so that a trifle does not travel through the whole site. */
  readonly steps: number;
  /** Those that are reckoned with one by one, the radio itself among them. */
  readonly members: number;
  /** A trial looks at those alone who share the radio's spectrum before or after. */
  readonly trialsNear: boolean;
}

export class Sharing {
  /** By round: what others are told of its share. */
  readonly told: readonly Float64Array[];
  /** Share of the time it sends, and the part of its frames that arrive. */
  readonly share: Float64Array;
  readonly arriving: Float64Array;
  readonly #tuning: Tuning;
  readonly #demand: Demand;
  readonly #follow: Follow;
  readonly #contention = new Contention();

  constructor(tuning: Tuning, demand: Demand, follow: Follow) {
    this.#tuning = tuning;
    this.#demand = demand;
    this.#follow = follow;
    const { length } = tuning.ground.stations;
    this.told = Array.from({ length: follow.rounds }, () => new Float64Array(length));
    this.share = new Float64Array(length);
    this.arriving = new Float64Array(length).fill(1);
  }

  /** What others are told of its share; true when it is another than before. */
  tell(station: number): boolean {
    const share = this.#demand.inSteps(this.#demand.firstShare(station, this.#demand.wants));
    const [told] = this.told;
    if (share === told![station]) return false;
    this.#tuning.undo.put(told!, station, share);
    return true;
  }

  /** Its share of the time, beside those that have most to do with it. */
  contend(station: number, round: number): boolean {
    const told = this.told[round]!;
    const wants = this.#demand.wants[station]!;
    if (wants === 0) {
      return this.#settle(station, round, 0, 1);
    }
    const { first, other } = this.#tuning.ground.links;
    let busy = 0;
    let count = 1;
    let left = 0;
    let base = 0;
    members[0] = station;
    const { members: most, rounds } = this.#follow;
    for (let edge = first[station]!; edge < first[station + 1]!; edge += 1) {
      const at = other[edge]!;
      if (this.#demand.wants[at] === 0 || !this.#tuning.overlap(station, at)) continue;
      const here = this.#tuning.burden(station, at, edge);
      const there = this.#tuning.burden(at, station, edge);
      if (Math.max(here, there) < NEGLIGIBLE) continue;
      busy += Math.min(1, here) * this.#demand.wants[at]!;
      if (here < WEAK && there < WEAK) {
        base += here * told[at]!;
        continue;
      }
      const weight = Math.min(1, Math.max(here, there)) * (0.1 + this.#demand.wants[at]!);
      let place = count;
      while (place > 1 && weights[place - 1]! < weight) place -= 1;
      if (place === most) {
        left += Math.min(1, here) * told[at]!;
        continue;
      }
      if (count === most) {
        const last = members[most - 1]!;
        left += Math.min(1, onto[most - 1]!) * told[last]!;
      } else count += 1;
      for (let to = count - 1; to > place; to -= 1) {
        members[to] = members[to - 1]!;
        weights[to] = weights[to - 1]!;
        onto[to] = onto[to - 1]!;
      }
      members[place] = at;
      weights[place] = weight;
      onto[place] = here;
    }
    const exchange = this.#demand.exchangeUs[station]!;
    const open = this.#demand.open[station]!;
    // By Markov's inequality its medium is busy no more of the time than it is burdened with in the mean.
    if (wants <= ((open - busy) * exchange) / (exchange + BACK_OFF_US)) {
      return this.#settle(station, round, wants, 1);
    }
    this.#ask(count, open, told);
    const contention = this.#contention;
    contention.base[0] = Math.min(BASE_MOST, base);
    contention.solve(round < rounds - 1);
    if (contention.effort < 1 && left === 0) {
      const arriving = Math.min(1, contention.arriving / contention.effort);
      return this.#settle(station, round, wants, arriving);
    }
    const openBesides = open * Math.max(LEFT_LEAST, 1 - left);
    const share = Math.min(wants, openBesides * contention.share);
    return this.#settle(station, round, share, contention.arriving);
  }

  /** Puts the question to the contention: `members` beside each other. */
  #ask(count: number, open: number, told: Float64Array): void {
    const contention = this.#contention;
    const { burdens, target, exchangeUs: exchange, harms } = contention;
    const station = members[0]!;
    contention.members = count;
    for (let a = 0; a < count; a += 1) {
      const one = members[a]!;
      let inner = 0;
      burdens[a * MEMBERS_MAX + a] = 0;
      for (let b = 0; b < count; b += 1) {
        if (a === b) continue;
        const edge = this.#tuning.edgeOf(one, members[b]!);
        const here =
          edge < 0 || !this.#tuning.overlap(one, members[b]!)
            ? 0
            : this.#tuning.burden(one, members[b]!, edge);
        burdens[a * MEMBERS_MAX + b] = here < NEGLIGIBLE ? 0 : here;
        if (here >= NEGLIGIBLE) inner += 1;
      }
      exchange[a] = this.#demand.exchangeUs[one]!;
      const isOuter = a > 0 && inner < this.#demand.contenders[one]!;
      const wanted = isOuter ? told[one]! : this.#demand.wants[one]!;
      target[a] = open < 1 ? Math.min(1, wanted / (open || 1)) : wanted;
      harms[a] = a === 0 ? 0 : this.#demand.harm(station, one);
    }
  }

  /** True when others are told something else in the next round: half of it is from this one. */
  #settle(station: number, round: number, share: number, arriving: number): boolean {
    if (round < this.#follow.rounds - 1) {
      const next = this.told[round + 1]!;
      const told = this.#demand.inSteps((share + this.told[round]![station]!) / 2);
      if (told === next[station]) return false;
      this.#tuning.undo.put(next, station, told);
      return true;
    }
    if (share !== this.share[station]) this.#tuning.undo.put(this.share, station, share);
    if (arriving !== this.arriving[station])
      this.#tuning.undo.put(this.arriving, station, arriving);
    return false;
  }
}
