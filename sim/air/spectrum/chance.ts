/**
 * Chance that may be asked in any order: a draw is a function of the stream and of two counters,
 * such as a time slot and what is drawn in it. Nothing is kept, so looking or not changes nothing.
 */
import { philox4x32 } from '#agents/random/philox.ts';
import type { Random } from '#protocols/random.ts';

const TWO_TO_32 = 0x1_0000_0000;

export class Chance {
  readonly #key0: number;
  readonly #key1: number;
  readonly #counter3: number;

  /** Takes three words of the stream. */
  constructor(random: Random) {
    this.#key0 = random.uint32() | 0;
    this.#key1 = random.uint32() | 0;
    this.#counter3 = random.uint32() | 0;
  }

  /** Four words for a counter from 0 to 2^53; valid until the next call. */
  words(counter: number, lane = 0): Int32Array {
    const high = Math.floor(counter / TWO_TO_32) | 0;
    return philox4x32(counter | 0, high, lane, this.#counter3, this.#key0, this.#key1);
  }

  /** A number in [0, 1). */
  uniform(counter: number, lane = 0): number {
    return (this.words(counter, lane)[0]! >>> 0) / TWO_TO_32;
  }

  /** An integer in [0, bound), of a bound far below 2^32. */
  below(bound: number, counter: number, lane = 0): number {
    return Math.floor(this.uniform(counter, lane) * bound);
  }
}
