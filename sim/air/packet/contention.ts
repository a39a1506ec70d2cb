/**
 * Whose turn it is: for each radio what its medium access knows of the medium, and its back-off
 * (IEEE 802.11-2020, 10.3.4 for DCF, 10.23.2 for EDCA). Times in ns.
 */
import type { Random } from '#protocols/random.ts';
import { START_NS } from './event-heap.ts';
import type { Rules } from './scene.ts';

export class Contention {
  /** Ends of the last reception, and whether it could not be read. */
  readonly rxEnd: Float64Array;
  readonly rxFailed: Uint8Array;
  /** Until when something else than a reception kept the medium busy. */
  readonly busyEnd: Float64Array;
  readonly navEnd: Float64Array;
  readonly txEnd: Float64Array;
  /** Until when an answer is waited for. */
  readonly timeoutEnd: Float64Array;
  readonly #randoms: readonly Random[];
  readonly #slots: Int32Array;
  readonly #start: Float64Array;
  readonly #cw: Int32Array;
  /** Attempts at what is sent next, by flow. */
  readonly #tries: Int32Array;
  readonly #rules: readonly Rules[];
  // Of these, what is asked for so often, by node.
  readonly #slotNs: Float64Array;
  readonly #ifsNs: Float64Array;
  readonly #eifsExtraNs: Float64Array;

  /** Under the rules of each radio. */
  constructor(rules: readonly Rules[], flows: number, random: Random) {
    const nodes = rules.length;
    this.#rules = rules;
    this.#slotNs = Float64Array.from(rules, ({ slotNs }) => slotNs);
    this.#ifsNs = Float64Array.from(rules, ({ sifsNs, aifsn, slotNs }) => sifsNs + aifsn * slotNs);
    this.#eifsExtraNs = Float64Array.from(rules, ({ eifsExtraNs }) => eifsExtraNs);
    this.#randoms = rules.map((_, node) => random.fork(String(node)));
    this.rxEnd = new Float64Array(nodes).fill(START_NS);
    this.rxFailed = new Uint8Array(nodes);
    this.busyEnd = new Float64Array(nodes);
    this.navEnd = new Float64Array(nodes);
    this.txEnd = new Float64Array(nodes).fill(-1);
    this.timeoutEnd = new Float64Array(nodes);
    this.#slots = new Int32Array(nodes);
    this.#start = new Float64Array(nodes);
    this.#cw = Int32Array.from(rules, ({ cwMin }) => cwMin);
    this.#tries = new Int32Array(flows);
  }

  /** Draws a new back-off. */
  draw(node: number, now: number): void {
    this.#slots[node] = this.#randoms[node]!.below(this.#cw[node]! + 1);
    this.#start[node] = now;
  }

  succeeded(node: number, flow: number): void {
    this.#tries[flow] = 0;
    this.#cw[node] = this.#rules[node]!.cwMin;
  }

  /** The window doubles. True after the last attempt: the frame is dropped, and the next begins anew. */
  failed(node: number, flow: number, attempts: number): boolean {
    const { cwMin, cwMax } = this.#rules[node]!;
    const tries = this.#tries[flow]! + 1;
    const isDropped = tries >= attempts;
    this.#tries[flow] = isDropped ? 0 : tries;
    this.#cw[node] = isDropped ? cwMin : Math.min(2 * this.#cw[node]! + 1, cwMax);
    return isDropped;
  }

  /** No slot of back-off is left. */
  isDone(node: number): boolean {
    return this.#slots[node] === 0;
  }

  /** Nothing of what it knows keeps the medium busy at this time. */
  isIdle(node: number, now: number): boolean {
    const { rxEnd, busyEnd, txEnd, navEnd } = this;
    const until = Math.max(rxEnd[node]!, busyEnd[node]!, txEnd[node]!, navEnd[node]!);
    return until <= now;
  }

  /** When it may send, as far as is known now. */
  accessAt(node: number, now: number): number {
    return this.#countFrom(node, now) + this.#slots[node]! * this.#slotNs[node]!;
  }

  /** Takes off the slots that have passed: to be called before anything makes the medium busy. */
  freeze(node: number, now: number): void {
    const from = this.#countFrom(node, now);
    if (from > now) return;
    const { countsBusySlot } = this.#rules[node]!;
    const slotNs = this.#slotNs[node]!;
    const idle = Math.floor((now - from) / slotNs);
    const passed = Math.min(countsBusySlot ? idle + 1 : idle, this.#slots[node]!);
    this.#slots[node] = this.#slots[node]! - passed;
    this.#start[node] = from + passed * slotNs;
  }

  #countFrom(node: number, now: number): number {
    let from = this.rxEnd[node]!;
    if (this.rxFailed[node] === 1 && from <= now) from += this.#eifsExtraNs[node]!;
    if (this.busyEnd[node]! > from) from = this.busyEnd[node]!;
    if (this.txEnd[node]! > from) from = this.txEnd[node]!;
    if (this.navEnd[node]! > from) from = this.navEnd[node]!;
    if (this.timeoutEnd[node]! > from) from = this.timeoutEnd[node]!;
    return Math.max(from + this.#ifsNs[node]!, this.#start[node]!);
  }
}
