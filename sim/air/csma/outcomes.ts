/**
 * What becomes of the frames of a radio with one receiver, one rate and fixed rules: how many are lost since
 * the receiver reads another frame or cannot make out the preamble, since somebody began in the same
 * slot, or since somebody who does not hear it began in the middle.
 */
import { exp } from '#protocols/math.ts';
import type { Outcomes, Played } from './sharing.ts';

/** A radio and its receiver; powers in mW. */
export interface Link {
  readonly signalMw: number;
  /** What arrives at the receiver from another radio of the scene. */
  fromMw(other: number): number;
}

export interface LinkRules {
  readonly noiseMw: number;
  /** Preambles from this on are read, if they are so much above all else. */
  readonly preambleMw: number;
  readonly preambleRatio: number;
  /** Below this ratio of signal to interference and noise the payload is lost. */
  readonly payloadRatio: number;
  /** How long a frame is open to what begins in the middle, µs. */
  readonly frameUs: number;
  /** One loss takes the whole frame; else only what was under way then. */
  readonly isWhole: boolean;
  /** Starts a µs of radios of which such a part of the frames fail. */
  readonly startRate: (failing: number) => number;
}

/** Losses are known in these steps; half of a new value is taken a round, since they feed on themselves. */
const STEPS = 256;
const DAMPING = 0.5;

export class LinkOutcomes implements Outcomes {
  readonly inTiesAlone = false;
  readonly #links: readonly Link[];
  readonly #rules: LinkRules;

  constructor(links: readonly Link[], rules: LinkRules) {
    this.#links = links;
    this.#rules = rules;
  }

  startRate(_: number, failing: number): number {
    return this.#rules.startRate(failing);
  }

  harms(radio: number, other: number): number {
    const { signalMw } = this.#links[radio]!;
    const { noiseMw, preambleRatio, payloadRatio } = this.#rules;
    const ratio = Math.max(preambleRatio, payloadRatio);
    return signalMw < ratio * (noiseMw + this.#links[radio]!.fromMw(other)) ? 1 : 0;
  }

  of(place: number, scene: Played) {
    const { members } = scene.hood;
    const radio = members[place]!;
    const link = this.#links[radio]!;
    const fromMw = Float64Array.from(members, (other) => link.fromMw(other));
    const missed = this.#missedPart(place, link, fromMw, scene);
    const { cleanPart, spoilRate } = this.#disturbance(place, link, fromMw, scene);
    const tied = Math.min(1, scene.harmed[place]! / (scene.share[place]! || 1));
    const { isWhole, frameUs } = this.#rules;
    const survives = isWhole ? exp(-spoilRate * frameUs) : 1;
    const lost = 1 - (1 - missed) * (1 - tied) * survives;
    const before = scene.failedBefore[radio]!;
    const failing = Math.round((before + (lost - before) * DAMPING) * STEPS) / STEPS;
    // What is disturbed from its start on counts as missed already.
    const within = isWhole ? 1 : Math.min(1, cleanPart / (1 - missed || 1));
    return { failing, arriving: (1 - failing) * within };
  }

  /** Of its starts, those whose receiver does not take up the frame. */
  #missedPart(place: number, link: Link, fromMw: Float64Array, scene: Played): number {
    const { sets } = scene.hood;
    const { noiseMw, preambleRatio, payloadRatio, isWhole } = this.#rules;
    const ratio = isWhole ? Math.max(preambleRatio, payloadRatio) : preambleRatio;
    const locked = this.#lockedParts(place, fromMw, scene);
    let starts = 0;
    let missed = 0;
    for (let set = 0; set < sets.count; set += 1) {
      if ((sets.free[set]! & (1 << place)) === 0) continue;
      const time = scene.occupancy[set]!;
      let disturbance = noiseMw;
      let listens = 1;
      for (let rest = sets.masks[set]!; rest !== 0; rest &= rest - 1) {
        const other = 31 - Math.clz32(rest & -rest);
        disturbance += fromMw[other]!;
        listens *= 1 - locked[other]!;
      }
      starts += time;
      missed += time * (link.signalMw < ratio * disturbance ? 1 : 1 - listens);
    }
    return starts === 0 ? 0 : missed / starts;
  }

  /**
   * By member: of the time that it sends and the radio itself may begin, how much the receiver reads the
   * member's frame. It does so if it listened when the frame began, and as long as the radio's own
   * frame did not begin before: balance of four states, read or not, radio free or held.
   */
  #lockedParts(place: number, fromMw: Float64Array, scene: Played): Float64Array {
    const { sets } = scene.hood;
    const { members, burdens } = sets;
    const parts = new Float64Array(members);
    for (let other = 0; other < members; other += 1) {
      if (other === place || fromMw[other]! < this.#rules.preambleMw) continue;
      const keepsQuiet = Math.max(
        burdens[place * members + other]!,
        burdens[other * members + place]!,
      );
      if (keepsQuiet < 1) parts[other] = this.#lockedPart(place, other, fromMw, scene);
    }
    return parts;
  }

  #lockedPart(place: number, other: number, fromMw: Float64Array, scene: Played): number {
    const { sets } = scene.hood;
    const { members, burdens, heard } = sets;
    const { startRate, exchangeUs } = scene.pace;
    const row = place * members;
    const self = 1 << place;
    const it = 1 << other;
    // Flows into read and not read, while the radio is free and while it is held.
    const read = { free: 0, held: 0 };
    const unread = { free: 0, held: 0 };
    const time = { free: 0, held: 0 };
    let becomesFree = 0;
    for (let set = 0; set < sets.count; set += 1) {
      const mask = sets.masks[set]!;
      const share = scene.occupancy[set]!;
      const burden = heard[set * members + place]!;
      if ((mask & it) === 0) {
        if ((mask & self) !== 0 || (sets.free[set]! & it) === 0) continue;
        const state = burden + burdens[row + other]! < 1 ? 'free' : 'held';
        const flow = this.#reads(mask, other, fromMw) ? read : unread;
        flow[state] += share * startRate[other]!;
        continue;
      }
      const state = burden < 1 ? 'free' : 'held';
      if ((mask & self) !== 0) {
        unread[state] += share / exchangeUs[place]!;
        continue;
      }
      time[state] += share;
      if (state === 'free') continue;
      for (let rest = mask & ~it; rest !== 0; rest &= rest - 1) {
        const third = 31 - Math.clz32(rest & -rest);
        if (burden - burdens[row + third]! < 1) becomesFree += share / exchangeUs[third]!;
      }
    }
    if (time.free === 0) return 0;
    const ends = 1 / exchangeUs[other]!;
    const frees = time.held === 0 ? 0 : becomesFree / time.held;
    const leavesHeld = ends + frees;
    // Read or not, "free" is left at one rate, which cancels out of the ratio.
    const isRead = read.free * leavesHeld + read.held * frees;
    const isUnread = unread.free * leavesHeld + unread.held * frees;
    return isRead === 0 ? 0 : isRead / (isRead + isUnread);
  }

  /** Whether a receiver that nobody sends to would read a frame that begins now. */
  #reads(mask: number, other: number, fromMw: Float64Array): boolean {
    const { noiseMw, preambleMw, preambleRatio } = this.#rules;
    let disturbance = noiseMw;
    for (let rest = mask; rest !== 0; rest &= rest - 1) {
      const mw = fromMw[31 - Math.clz32(rest & -rest)]!;
      if (mw >= preambleMw) return false;
      disturbance += mw;
    }
    return fromMw[other]! >= preambleRatio * disturbance;
  }

  /** While it sends: the part of the time that is clean, and how often a clean frame is spoilt, a µs. */
  #disturbance(place: number, link: Link, fromMw: Float64Array, scene: Played) {
    const { sets } = scene.hood;
    const { noiseMw, payloadRatio } = this.#rules;
    let all = 0;
    let clean = 0;
    let spoils = 0;
    for (let set = 0; set < sets.count; set += 1) {
      const mask = sets.masks[set]!;
      if ((mask & (1 << place)) === 0) continue;
      const time = scene.occupancy[set]!;
      let disturbance = noiseMw;
      for (let rest = mask & ~(1 << place); rest !== 0; rest &= rest - 1) {
        disturbance += fromMw[31 - Math.clz32(rest & -rest)]!;
      }
      all += time;
      if (link.signalMw < payloadRatio * disturbance) continue;
      clean += time;
      for (let rest = sets.free[set]!; rest !== 0; rest &= rest - 1) {
        const other = 31 - Math.clz32(rest & -rest);
        if (link.signalMw >= payloadRatio * (disturbance + fromMw[other]!)) continue;
        spoils += time * scene.pace.startRate[other]!;
      }
    }
    if (all === 0) return { cleanPart: 1, spoilRate: 0 };
    return { cleanPart: clean / all, spoilRate: clean === 0 ? 0 : spoils / clean };
  }
}
