import { nkeys } from '@nats-io/transport-node';

/** An NKEY: the Ed25519 key by which a broker knows a client. */
export interface Nkey {
  /** `SU…`: a secret, kept in a file that its owner alone may read, and never logged. */
  readonly seed: string;
  /** `U…`. */
  readonly publicKey: string;
}

/** A new one, from the system's randomness: a broker's door is real, also around a seeded world. */
export function createNkey(): Nkey {
  const pair = nkeys.createUser();
  return { seed: new TextDecoder().decode(pair.getSeed()), publicKey: pair.getPublicKey() };
}

/** The public half of a seed. */
export function publicNkey(seed: string): string {
  return nkeys.fromSeed(new TextEncoder().encode(seed)).getPublicKey();
}
