/** What a node learned in one round, small enough for one message. */

/** No update is longer on the wire, signature and all. */
export const UPDATE_BYTES_MAX = 4_096;

export const flCodecs = ['sign', 'random-k'] as const;
export type FlCodecName = (typeof flCodecs)[number];

export interface FlUpdate {
  /** SHA-256 of the weights that it changes. */
  readonly modelHash: Uint8Array;
  readonly round: number;
  readonly codec: FlCodecName;
  /** What a step of the payload stands for. */
  readonly scale: number;
  /** Which parameters a random codec took; 0 where it takes all. */
  readonly seed: number;
  readonly payload: Uint8Array;
  /** How many examples it was learned from. */
  readonly samples: number;
  /** Ed25519 over the message without it, by the node's key. */
  readonly signature: Uint8Array;
}
