/** Ed25519 (RFC 8032) by node:crypto, from and to raw 32-byte keys. */
import * as crypto from 'node:crypto';
import type { Keyring, Signer } from '#protocols/verdict.ts';

export const SEED_BYTES = 32;
export const PUBLIC_KEY_BYTES = 32;
export const SIGNATURE_BYTES = 64;

/** DER before a raw seed: a PKCS #8 private key (RFC 8410 section 7). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
/** DER before a raw public key: its SubjectPublicKeyInfo (RFC 8410 section 4). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** Signs under the private key that the seed is; the same seed signs the same bytes again. */
export function signerFromSeed(keyId: string, seed: Uint8Array): Signer {
  expectLength('an Ed25519 seed', seed, SEED_BYTES);
  const privateKey = crypto.createPrivateKey({
    key: Buffer.concat([PKCS8_PREFIX, seed]),
    format: 'der',
    type: 'pkcs8',
  });
  const spki = crypto.createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  const publicKey = new Uint8Array(spki.subarray(SPKI_PREFIX.length));
  return {
    keyId,
    publicKey,
    sign: (message) => new Uint8Array(crypto.sign(null, message, privateKey)),
  };
}

/** Verifies under pinned public keys, by the ids they are known under. */
export function keyringOf(publicKeys: Readonly<Record<string, Uint8Array>>): Keyring {
  const keys = new Map(
    Object.entries(publicKeys).map(([keyId, raw]) => {
      expectLength(`the public key '${keyId}'`, raw, PUBLIC_KEY_BYTES);
      const key = crypto.createPublicKey({
        key: Buffer.concat([SPKI_PREFIX, raw]),
        format: 'der',
        type: 'spki',
      });
      return [keyId, key] as const;
    }),
  );
  const keyIds = [...keys.keys()].sort();
  return {
    keyIds: () => keyIds,
    verify(keyId, message, signature) {
      const key = keys.get(keyId);
      if (key === undefined || signature.length !== SIGNATURE_BYTES) return false;
      return crypto.verify(null, message, key, signature);
    },
  };
}

/** A new seed from the operating system's entropy: for a key that no run has to repeat. */
export function newSeed(): Uint8Array {
  const { privateKey } = crypto.generateKeyPairSync('ed25519');
  const pkcs8 = privateKey.export({ format: 'der', type: 'pkcs8' });
  return new Uint8Array(pkcs8.subarray(PKCS8_PREFIX.length));
}

function expectLength(what: string, bytes: Uint8Array, length: number): void {
  if (bytes.length !== length) {
    throw new RangeError(`${what}: expected ${length} bytes, came ${bytes.length}`);
  }
}
