/**
 * Chance, as streams. A draw is a function of (seed, stream name, counter) alone, so a draw more in
 * one stream changes nothing in another, and a stream continues after a restart from its counter.
 */
export interface Random {
  /** The stream's full name, `<parent>/<name>`. */
  readonly stream: string;
  /** How many 32-bit words have been drawn. Setting it continues the stream from there. */
  counter: number;
  /** The stream of that name under this one, always the same one for one name. */
  fork(name: string): Random;
  /** An integer in [0, 2^32). */
  uint32(): number;
  /** A number in [0, 1) with 53 random bits. */
  uniform(): number;
  /** An integer in [0, bound), without bias. */
  below(bound: number): number;
  /** A standard normal deviate. */
  normal(): number;
  /** `length` random bytes, for ids, nonces and keys. */
  bytes(length: number): Uint8Array;
}
