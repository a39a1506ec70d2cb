import type { FlCodecName, FlUpdate } from '#protocols/learning/fl-update.ts';

export type Coded = Pick<FlUpdate, 'scale' | 'seed' | 'payload'>;

/**
 * Packs a change of weights into a payload. What is lost on the way is the node's to keep: it adds it
 * to its next change, without which small changes of many weights never arrive (Seide et al.,
 * Interspeech 2014; Karimireddy et al., ICML 2019).
 */
export interface FlCodec {
  readonly name: FlCodecName;
  readonly source: string;
  /** The most weights that fit. */
  readonly sizeMax: number;
  encode(change: Float32Array, seed: number): Coded;
  /** Undefined where the payload is not one of so many weights. */
  decode(coded: Coded, size: number): Float32Array | undefined;
}

/** What a message holds beside its payload: hash, signature, numbers and their tags, rounded up. */
export const PAYLOAD_BYTES_MAX = 3_960;
