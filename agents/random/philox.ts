/**
 * Philox4x32-10, the counter-based generator of Salmon, Moraes, Dror and Shaw, "Parallel random
 * numbers: as easy as 1, 2, 3" (SC'11). A block of four words is a keyed permutation of a counter,
 * so a stream holds no state but how far it has come.
 */
import { hash } from 'node:crypto';
import { cos, log } from '#protocols/math.ts';
import type { Random } from '#protocols/random.ts';

/**
 * The root stream of a seed; its name is empty. The seed `1` and the seed `'1'` are the same.
 *
 * A stream is known by its full name alone: `fork('a').fork('b')` is `fork('a/b')`. SHA-256 of seed
 * and name gives the 64 bits of key and the upper 64 of the counter, so that two of a million
 * streams share numbers with a probability below 2^-88.
 */
export function createRandom(seed: string | number): Random {
  return new PhiloxStream(String(seed), '');
}

/**
 * Words drawn: `uint32` 1, `uniform` 2, `normal` 4, `bytes(n)` ⌈n / 4⌉; `below` 1 (2 above 2^32)
 * each time it tries, which is fewer than 2 times on average.
 */
class PhiloxStream implements Random {
  readonly stream: string;
  readonly #seed: string;
  // All words are kept as signed 32-bit integers, which V8 stores without allocating.
  readonly #key0: number;
  readonly #key1: number;
  readonly #counter2: number;
  readonly #counter3: number;
  /** The block that comes after the words at hand, and how many of these are gone. */
  #block = 0;
  #gone = 4;
  #word0 = 0;
  #word1 = 0;
  #word2 = 0;
  #word3 = 0;

  constructor(seed: string, stream: string) {
    this.#seed = seed;
    this.stream = stream;
    const digest = hash('sha256', `airguard philox 1\0${seed}\0${stream}`, 'buffer');
    this.#key0 = digest.readInt32LE(0);
    this.#key1 = digest.readInt32LE(4);
    this.#counter2 = digest.readInt32LE(8);
    this.#counter3 = digest.readInt32LE(12);
  }

  fork(name: string): Random {
    return new PhiloxStream(this.#seed, this.stream === '' ? name : `${this.stream}/${name}`);
  }

  uint32(): number {
    return this.#next() >>> 0;
  }

  uniform(): number {
    const high = this.#next() >>> 5;
    const low = this.#next() >>> 6;
    return (high * 0x400_0000 + low) / 0x20_0000_0000_0000;
  }

  below(bound: number): number {
    if (!Number.isSafeInteger(bound) || bound < 1) {
      throw new RangeError(`below(${bound}): expected an integer from 1 to 2^53 - 1`);
    }
    // Draws beyond the last whole multiple of the bound would favour small numbers: draw again.
    const wide = bound > TWO_TO_32;
    const range = wide ? TWO_TO_53 : TWO_TO_32;
    const end = range - (range % bound);
    for (;;) {
      const draw = wide ? this.uniform() * TWO_TO_53 : this.uint32();
      if (draw < end) return draw % bound;
    }
  }

  /** Box and Muller (Ann. Math. Statist. 29, 1958): exact, and always the same number of words. */
  normal(): number {
    const radius = Math.sqrt(-2 * log(1 - this.uniform()));
    return radius * cos(2 * Math.PI * this.uniform());
  }

  bytes(length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    for (let start = 0; start < length; start += 4) {
      const word = this.#next();
      const end = Math.min(start + 4, length);
      for (let at = start; at < end; at++) bytes[at] = word >>> (8 * (at - start));
    }
    return bytes;
  }

  get counter(): number {
    return 4 * this.#block - 4 + this.#gone;
  }

  set counter(words: number) {
    this.#block = Math.floor(words / 4);
    this.#gone = 4;
    const gone = words % 4;
    if (gone === 0) return;
    this.#fill();
    this.#gone = gone;
  }

  #next(): number {
    if (this.#gone === 4) this.#fill();
    switch (this.#gone++) {
      case 0:
        return this.#word0;
      case 1:
        return this.#word1;
      case 2:
        return this.#word2;
      default:
        return this.#word3;
    }
  }

  #fill(): void {
    const block = this.#block;
    philox4x32(
      block | 0,
      (block / TWO_TO_32) | 0,
      this.#counter2,
      this.#counter3,
      this.#key0,
      this.#key1,
    );
    this.#block = block + 1;
    this.#gone = 0;
    this.#word0 = out[0]!;
    this.#word1 = out[1]!;
    this.#word2 = out[2]!;
    this.#word3 = out[3]!;
  }
}

const TWO_TO_32 = 0x1_0000_0000;
const TWO_TO_53 = 0x20_0000_0000_0000;

/** Multipliers and key increments of the paper's section 4.3. */
const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
const WEYL_0 = 0x9e3779b9;
const WEYL_1 = 0xbb67ae85;
const ROUNDS = 10;

const out = new Int32Array(4);

/** One block: four words of counter under two words of key. The result is valid until the next. */
export function philox4x32(
  c0: number,
  c1: number,
  c2: number,
  c3: number,
  k0: number,
  k1: number,
): Int32Array {
  for (let round = 0; round < ROUNDS; round++) {
    const high0 = multiplyHigh(MULTIPLIER_0, c0);
    const high1 = multiplyHigh(MULTIPLIER_1, c2);
    const low0 = Math.imul(MULTIPLIER_0, c0);
    const low1 = Math.imul(MULTIPLIER_1, c2);
    c0 = high1 ^ c1 ^ k0;
    c1 = low1;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 = (k0 + WEYL_0) | 0;
    k1 = (k1 + WEYL_1) | 0;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
  return out;
}

/** The upper 32 of the 64 bits of an unsigned product, from products of 16-bit halves. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const carry = aHigh * bLow + ((aLow * bLow) >>> 16);
  const middle = aLow * bHigh + (carry & 0xffff);
  return (aHigh * bHigh + (carry >>> 16) + (middle >>> 16)) | 0;
}
