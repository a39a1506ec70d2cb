/**
 * Who gets how much of the time: for each radio from its neighbourhood, in a fixed number of rounds.
 * In each round, radios at the fringe of a neighbourhood start as often as gives them the share that
 * their own neighbourhoods gave them the round before, and radios that want less than they could get
 * as often as gives them that. As a share after k rounds depends only on what lies within reach
 * of k rounds, a change is followed only as far as it makes a difference, and gives to the bit what a
 * fresh start would give.
 */
import { balance } from './balance.ts';
import type { BurdenGraph } from './burden-graph.ts';
import { type Effort, effortFor } from './effort.ts';
import { MEMBERS_MAX } from './feasible-sets.ts';
import { type Neighbourhood, neighbourhoodOf } from './neighbourhood.ts';
import type { Pace } from './occupancy.ts';
import { airtimeOf } from './ties.ts';

const STEPS = 0x10_0000;
/** Shares are told in these steps, so that a trifle does not travel through a whole campus. */
const TOLD_STEPS = 256;

/** Down to the step below: sums of such shares are exact in any order. */
export function wholeSteps(share: number): number {
  return Math.floor(share * STEPS) / STEPS;
}

/** What becomes of the frames of radios. */
export interface Outcomes {
  /** Frames are lost in ties alone: who gets what it wants loses none worth counting. */
  readonly inTiesAlone: boolean;
  /** How often a radio starts, a µs, when so much of its frames fail. */
  startRate(radio: number, failing: number): number;
  /** Of two that begin in one slot: the part of the first one's frames that are lost. */
  harms(radio: number, other: number): number;
  /** The part of its frames that fail, and the part of their payload that arrives. */
  of(place: number, scene: Played): { readonly failing: number; readonly arriving: number };
}

/** A neighbourhood in a round. */
export interface Played {
  readonly hood: Neighbourhood;
  readonly pace: Pace;
  /** Share of the time of each feasible set. */
  readonly occupancy: Float64Array;
  /** By member: share of the time, and share in ties that harm. */
  readonly share: Float64Array;
  readonly harmed: Float64Array;
  /** By radio: the part of its frames that failed the round before. */
  readonly failedBefore: Float64Array;
}

interface Round {
  readonly share: Float64Array;
  /** What neighbourhoods are told of it where it is at their fringe: half of it is from the round before. */
  readonly told: Float64Array;
  readonly failing: Float64Array;
  readonly arriving: Float64Array;
}

const roundKeys = ['share', 'told', 'failing', 'arriving'] as const;

function emptyRound(radios: number): Round {
  return {
    share: new Float64Array(radios),
    told: new Float64Array(radios),
    failing: new Float64Array(radios),
    arriving: new Float64Array(radios).fill(1),
  };
}

interface Kept {
  readonly hood: Neighbourhood;
  /** Whose shares it gives. */
  readonly serves: readonly number[];
  isGone: boolean;
}

const intact = { failing: 0, arriving: 1 };

const startRate = new Float64Array(MEMBERS_MAX);
const exchangeUs = new Float64Array(MEMBERS_MAX);
const pace: Pace = { startRate, exchangeUs };
const target = new Float64Array(MEMBERS_MAX);

export class Sharing {
  /** How much of the time each radio wants. */
  wants: Float64Array;
  /** How long its exchanges take on average, gaps around them among it. */
  exchangeUs: Float64Array;
  /** How much of the time nothing else than radios keeps each quiet; all who are kept so, are at once. */
  idle: Float64Array;
  readonly #graph: BurdenGraph;
  readonly #slotUs: number;
  #effort: Effort;
  readonly #outcomes: Outcomes;
  #rounds: readonly Round[];
  /** Nothing of what was reckoned before holds. */
  #isStale = false;
  /** By radio. */
  readonly #own: (Kept | undefined)[];
  readonly #member: Kept[][];

  /** For at most so many radios. */
  constructor(graph: BurdenGraph, radios: number, slotUs: number, outcomes: Outcomes) {
    this.#graph = graph;
    this.#slotUs = slotUs;
    this.#effort = effortFor(radios);
    this.#outcomes = outcomes;
    this.wants = new Float64Array(radios);
    this.exchangeUs = new Float64Array(radios);
    this.idle = new Float64Array(radios).fill(1);
    this.#rounds = Array.from({ length: this.#effort.rounds + 1 }, () => emptyRound(radios));
    this.#own = [];
    this.#member = Array.from({ length: radios }, () => []);
  }

  /** Makes room for more radios. */
  widen(radios: number): void {
    this.wants = widened(this.wants, radios);
    this.exchangeUs = widened(this.exchangeUs, radios);
    this.idle = widened(this.idle, radios, 1);
    this.#rounds = this.#rounds.map((round) => {
      const wider = emptyRound(radios);
      for (const key of roundKeys) wider[key].set(round[key]);
      return wider;
    });
    while (this.#member.length < radios) this.#member.push([]);
    const effort = effortFor(radios);
    if (effort === this.#effort) return;
    // All begins anew.
    this.#effort = effort;
    this.#rounds = Array.from({ length: effort.rounds + 1 }, () => emptyRound(radios));
    for (const lists of this.#member) for (const kept of lists) kept.isGone = true;
    this.#isStale = true;
  }

  /** What each radio has in the end. */
  get share(): Float64Array {
    return this.#rounds.at(-1)!.share;
  }

  get failing(): Float64Array {
    return this.#rounds.at(-1)!.failing;
  }

  get arriving(): Float64Array {
    return this.#rounds.at(-1)!.arriving;
  }

  /**
   * Shares the time out anew. `moved` are radios with other burdens than before, `touched` those that want
   * another share or have other exchanges. Returns the radios with another result than before.
   */
  solve(moved: Iterable<number>, touched: Iterable<number>): number[] {
    const first = new Set<number>();
    if (this.#isStale) for (const radio of this.#graph.burdens.keys()) first.add(radio);
    this.#isStale = false;
    for (const radio of moved) {
      this.#addDependents(radio, first);
      for (const kept of this.#member[radio]!) kept.isGone = true;
    }
    for (const radio of touched) this.#addDependents(radio, first);
    let changed: number[] = [];
    const zeroth = this.#rounds[0]!;
    for (const radio of first) {
      const share = firstShare(this.#graph, this.wants, radio);
      if (share === zeroth.share[radio]) continue;
      zeroth.share[radio] = share;
      zeroth.told[radio] = share;
      changed.push(radio);
    }
    for (let round = 1; round < this.#rounds.length; round += 1) {
      const concerned = new Set(first);
      for (const radio of changed) {
        for (const { serves } of this.#member[radio]!) for (const one of serves) concerned.add(one);
      }
      changed = this.#play(concerned, round);
    }
    return changed;
  }

  /** The radio, those it burdens or that burden it, and those whose neighbourhood it is in. */
  #addDependents(radio: number, into: Set<number>): void {
    into.add(radio);
    for (const { other } of this.#graph.burdens[radio]!) into.add(other);
    for (const { serves } of this.#member[radio]!) for (const one of serves) into.add(one);
  }

  #play(concerned: ReadonlySet<number>, round: number): number[] {
    const changed: number[] = [];
    const played = new Set<Kept>();
    for (const radio of concerned) {
      if (this.#outcomes.inTiesAlone && this.#isAtEase(radio)) {
        if (this.#set(round, radio, wholeSteps(this.wants[radio]!), 0, 1)) changed.push(radio);
        continue;
      }
      const kept = this.#neighbourhood(radio);
      if (played.has(kept)) continue;
      played.add(kept);
      const before = this.#rounds[round - 1]!;
      let scene: Played | undefined;
      let open = 0;
      for (const served of kept.serves) {
        if (this.#outcomes.inTiesAlone && this.#isAtEase(served)) continue;
        const idle = this.idle[served]!;
        // Of the time that is open to it; mostly that is all for all of them.
        if (scene === undefined || idle !== open) scene = this.#playOne(kept.hood, before, idle);
        open = idle;
        const place = kept.hood.isWhole ? kept.hood.members.indexOf(served) : 0;
        // How hard it tries; below 1 it has what it wants, and can send again what is lost.
        const effort = startRate[place]! / this.#rateOf(served, round - 1);
        const isEnough = effort < 1;
        const share = isEnough ? this.wants[served]! : idle * scene.share[place]!;
        // What is lost is looked at once the shares are known roughly.
        const { failing, arriving: once } = round === 1 ? intact : this.#outcomes.of(place, scene);
        const arriving = isEnough ? Math.min(1, once / effort) : once;
        if (this.#set(round, served, wholeSteps(share), failing, arriving)) changed.push(served);
      }
    }
    return changed;
  }

  /**
   * It gets what it wants whatever the others do: by Markov's inequality its medium is busy no more of the
   * time than it is burdened with on average.
   */
  #isAtEase(radio: number): boolean {
    const wants = this.wants[radio]!;
    if (wants === 0) return true;
    let busy = 0;
    for (const { other, here } of this.#graph.burdens[radio]!) {
      busy += Math.min(1, here) * this.wants[other]!;
      if (busy >= 1) return false;
    }
    const exchange = this.exchangeUs[radio]!;
    const left = this.idle[radio]! - busy;
    return wants <= (left * exchange) / (exchange + 1 / this.#outcomes.startRate(radio, 0));
  }

  #neighbourhood(radio: number): Kept {
    const known = this.#own[radio];
    if (known !== undefined && !known.isGone) return known;
    const hood = neighbourhoodOf(this.#graph, radio, this.#effort.sets);
    const kept: Kept = { hood, serves: hood.isWhole ? hood.members : [radio], isGone: false };
    for (const served of kept.serves) {
      this.#drop(served);
      this.#own[served] = kept;
    }
    for (const member of hood.members) this.#member[member]!.push(kept);
    return kept;
  }

  #drop(radio: number): void {
    const old = this.#own[radio];
    if (old === undefined) return;
    for (const member of old.hood.members) {
      const list = this.#member[member]!;
      const at = list.indexOf(old);
      if (at >= 0) list.splice(at, 1);
    }
  }

  #rateOf(radio: number, round: number): number {
    const failing = this.#rounds[round]!.failing[radio]!;
    return this.#outcomes.startRate(radio, failing);
  }

  #playOne(hood: Neighbourhood, before: Round, open: number): Played {
    const { members, sets, isFringe } = hood;
    members.forEach((radio, place) => {
      const failing = before.failing[radio]!;
      startRate[place] = this.#outcomes.startRate(radio, failing);
      exchangeUs[place] = this.exchangeUs[radio]!;
      if (this.wants[radio] === 0) startRate[place] = 0;
      const isOuter = isFringe[place] === 1 && place > 0;
      const told = isOuter ? before.told[radio]! : this.wants[radio]!;
      // Who is kept quiet with it has all it gets in the same part of the time.
      target[place] = this.idle[radio]! < 1 ? Math.min(1, told / (open || 1)) : told;
    });
    const occupancy = balance(hood.sets, pace, target, this.#effort);
    const harms = this.#harmsIn(hood);
    const airtime = airtimeOf(sets, pace, this.#slotUs, occupancy, harms);
    return { hood, pace, occupancy, ...airtime, failedBefore: before.failing };
  }

  #harmsIn({ members, sets }: Neighbourhood): Float64Array {
    const count = members.length;
    const harms = new Float64Array(count * count);
    for (let a = 0; a < count; a += 1) {
      for (let b = 0; b < count; b += 1) {
        // Who is not heard takes no frames.
        if (sets.burdens[a * count + b] === 0) continue;
        harms[a * count + b] = this.#outcomes.harms(members[a]!, members[b]!);
      }
    }
    return harms;
  }

  #set(index: number, radio: number, share: number, failing: number, arriving: number): boolean {
    const round = this.#rounds[index]!;
    const before = this.#rounds[index - 1]!;
    const told = Math.round(((share + before.told[radio]!) / 2) * TOLD_STEPS) / TOLD_STEPS;
    const isSame =
      round.share[radio] === share &&
      round.told[radio] === told &&
      round.failing[radio] === failing &&
      round.arriving[radio] === arriving;
    round.share[radio] = share;
    round.told[radio] = told;
    round.failing[radio] = failing;
    round.arriving[radio] = arriving;
    return !isSame;
  }
}

function widened(values: Float64Array, length: number, fill = 0): Float64Array {
  const wider = new Float64Array(length).fill(fill);
  wider.set(values);
  return wider;
}

/** Before anything is reckoned: an equal part among its rivals, or what they leave, or what it wants. */
export function firstShare(graph: BurdenGraph, wants: Float64Array, radio: number): number {
  let rivals = 0;
  let busy = 0;
  for (const { other, here } of graph.burdens[radio]!) {
    const wanted = wants[other]!;
    busy += Math.min(1, here) * wanted;
    if (here >= 1) rivals += wanted;
  }
  return wholeSteps(Math.min(wants[radio]!, Math.max(1 / (1 + rivals), 1 - busy)));
}
