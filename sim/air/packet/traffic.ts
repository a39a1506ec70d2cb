/** What flows have to send: always something, or packets that come by a law. */
import { log } from '#protocols/math.ts';
import type { Random } from '#protocols/random.ts';

/** Rates are of payload, in Mb/s. */
export type Traffic =
  | { readonly kind: 'saturated' }
  /** At equal distances. */
  | { readonly kind: 'cbr'; readonly mbps: number }
  /** At exponential distances. */
  | { readonly kind: 'poisson'; readonly mbps: number }
  /** At equal distances during times that last `onMs` on average, with `offMs` of silence between; both exponential. */
  | {
      readonly kind: 'on-off';
      readonly mbps: number;
      readonly onMs: number;
      readonly offMs: number;
    };

/** Packets that wait at a sender; more are dropped. */
const QUEUE_MAX = 400;

const NS_PER_MS = 1e6;

/** The queue of one flow, and when its next packet comes. */
export class Source {
  readonly isSaturated: boolean;
  readonly #traffic: Traffic;
  readonly #random: Random;
  readonly #gapNs: number;
  /** Arrivals of what waits, oldest first, in a ring. */
  readonly #arrivals = new Float64Array(QUEUE_MAX);
  #first = 0;
  #onUntilNs = 0;
  #held = 0;
  /** Packets that came, those that found the queue full among them. */
  offered = 0;
  /** Packets that are done with, and their time from arrival on, in all. */
  taken = 0;
  waitedNs = 0;

  constructor(traffic: Traffic, payloadBits: number, random: Random) {
    this.#traffic = traffic;
    this.#random = random;
    this.isSaturated = traffic.kind === 'saturated';
    this.#gapNs = traffic.kind === 'saturated' ? 0 : (payloadBits * 1_000) / traffic.mbps;
  }

  /** Packets that can be sent now. */
  get held(): number {
    return this.isSaturated ? QUEUE_MAX : this.#held;
  }

  /** When the next packet comes after one at `now`; the first comes within one gap. */
  nextAt(now: number): number {
    const traffic = this.#traffic;
    if (traffic.kind === 'poisson') return now + this.#exponential(this.#gapNs);
    if (traffic.kind !== 'on-off') return now + this.#gapNs;
    const next = now + this.#gapNs;
    if (next <= this.#onUntilNs) return next;
    const begin = Math.max(now, this.#onUntilNs) + this.#exponential(traffic.offMs * NS_PER_MS);
    this.#onUntilNs = begin + this.#exponential(traffic.onMs * NS_PER_MS);
    return begin;
  }

  /** Somewhere in the first gap, so that flows of one rate do not march in step. */
  firstAt(): number {
    return this.#random.uniform() * this.#gapNs;
  }

  arrive(now: number): void {
    this.offered += 1;
    if (this.#held === QUEUE_MAX) return;
    this.#arrivals[(this.#first + this.#held) % QUEUE_MAX] = now;
    this.#held += 1;
  }

  /** So many of the oldest are done with: they have arrived, or were given up. */
  take(count: number, now: number): void {
    if (this.isSaturated) return;
    this.taken += count;
    for (let index = 0; index < count; index += 1) {
      this.waitedNs += now - this.#arrivals[this.#first]!;
      this.#first = (this.#first + 1) % QUEUE_MAX;
    }
    this.#held -= count;
  }

  /** Whole nanoseconds, and never none. */
  #exponential(mean: number): number {
    return Math.ceil(-mean * log(1 - this.#random.uniform())) + 1;
  }
}
