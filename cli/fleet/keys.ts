/** The keys of a simulated fleet: every one is a function of the run's seed. */
import { keyringOf, signerFromSeed } from '#agents/keys/ed25519.ts';
import { Pseudonyms } from '#agents/ledger/pseudonym.ts';
import { createRandom } from '#agents/random/philox.ts';
import type { Keyring, Signer } from '#protocols/verdict.ts';

export interface FleetKeys {
  signer(keyId: string): Signer;
  readonly keyring: Keyring;
  readonly pseudonyms: Pseudonyms;
}

/** The principals beside the nodes. */
const principals = ['auditor', 'coordinator', 'operator', 'cloud'];

export function seededKeys(seed: number, nodes: readonly string[]): FleetKeys {
  const random = createRandom(seed).fork('keys');
  const signers = new Map(
    [...principals, ...nodes].map((name) => [
      name,
      signerFromSeed(name, random.fork(name).bytes(32)),
    ]),
  );
  return {
    signer(keyId) {
      const signer = signers.get(keyId);
      if (signer === undefined) throw new Error(`no key was made for '${keyId}'`);
      return signer;
    },
    keyring: keyringOf(
      Object.fromEntries([...signers].map(([name, { publicKey }]) => [name, publicKey])),
    ),
    pseudonyms: new Pseudonyms(random.fork('pseudonyms').bytes(32)),
  };
}
