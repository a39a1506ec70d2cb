/**
 * The keys of a running site, in `<dir>/keys`: a signing seed and an NKEY for every principal, and
 * for every node the secret by which its broker signs in at the hub.
 */
import * as fs from 'node:fs';
import { join } from 'node:path';
import { createNkey } from '#agents/bus/nats-key.ts';
import { fromBase64url, toBase64url } from '#agents/keys/base64url.ts';
import { newSeed } from '#agents/keys/ed25519.ts';
import { type KeyPairs, loadKeys, loadTrust, makeOrLoadKeys } from '#agents/keys/key-files.ts';
import { PSEUDONYM_KEY_BYTES, Pseudonyms } from '#agents/ledger/pseudonym.ts';
import { InputError } from '#protocols/errors.ts';

/** Who holds keys besides the nodes. */
export const sitePrincipals = [
  'auditor',
  'coordinator',
  'cloud',
  'cloud-reader',
  'operator',
  'telemetry',
  'air',
] as const;

/** Who makes the streams and consumers of one broker, and may do everything there and nothing elsewhere. */
export function setupOf(domain: string): string {
  return `setup-${domain}`;
}

export interface SiteKeys {
  readonly of: (principal: string) => KeyPairs;
  /** The public NKEY of anyone, from `trust.json`. */
  readonly nkeyOf: (principal: string) => string;
  readonly leafSecret: (node: string) => string;
  /** The site's own; erasing its file makes the pseudonyms of the ledger nobody's. */
  readonly pseudonyms: () => Pseudonyms;
}

export function keysDirectory(dir: string): string {
  return join(dir, 'keys');
}

/** All keys of a site, made where they are missing. */
export function makeSiteKeys(dir: string, nodes: readonly string[]): SiteKeys {
  const directory = keysDirectory(dir);
  fs.mkdirSync(dir, { recursive: true });
  const pairs = makeOrLoadKeys(directory, [
    ...sitePrincipals,
    ...nodes,
    ...['hub', ...nodes].map(setupOf),
  ]);
  // Such a secret has the entropy of a key: it is the public half of one that nobody keeps.
  for (const node of nodes) makeSecret(leafFile(directory, node), () => createNkey().publicKey);
  makeSecret(pseudonymFile(directory), () => toBase64url(newSeed()));
  return {
    of: (principal) => {
      const found = pairs.get(principal);
      if (found === undefined) throw new Error(`no keys were made for '${principal}'`);
      return found;
    },
    nkeyOf: (principal) => nkeyIn(directory, principal),
    leafSecret: (node) => readLeafSecret(directory, node),
    pseudonyms: () => readPseudonyms(directory),
  };
}

/** Keys that were made before: a node's own computer holds no others than its own. */
export function openSiteKeys(dir: string): SiteKeys {
  const directory = keysDirectory(dir);
  return {
    of: (principal) => loadKeys(directory, principal),
    nkeyOf: (principal) => nkeyIn(directory, principal),
    leafSecret: (node) => readLeafSecret(directory, node),
    pseudonyms: () => readPseudonyms(directory),
  };
}

function nkeyIn(directory: string, principal: string): string {
  const found = loadTrust(directory).principals[principal];
  if (found !== undefined) return found.nkey;
  throw new InputError(
    `${join(directory, 'trust.json')}: expected the keys of '${principal}'; make them with \`airguard keys\``,
  );
}

function leafFile(directory: string, node: string): string {
  return join(directory, `${node}.leaf`);
}

function pseudonymFile(directory: string): string {
  return join(directory, 'pseudonym.key');
}

function makeSecret(path: string, make: () => string): void {
  try {
    fs.writeFileSync(path, `${make()}\n`, { mode: 0o600, flag: 'wx', flush: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function readLeafSecret(directory: string, node: string): string {
  const path = leafFile(directory, node);
  const text = readSecret(path, `the secret for the link of ${node}`);
  if (!/^[A-Z0-9]{40,}$/.test(text)) throw new InputError(`${path}: expected the secret of a link`);
  return text;
}

function readPseudonyms(directory: string): Pseudonyms {
  const path = pseudonymFile(directory);
  const key = fromBase64url(readSecret(path, 'the key of pseudonyms'));
  if (key?.length === PSEUDONYM_KEY_BYTES) return new Pseudonyms(key);
  throw new InputError(`${path}: expected ${PSEUDONYM_KEY_BYTES} bytes in base64url`);
}

function readSecret(path: string, what: string): string {
  try {
    const { mode } = fs.statSync(path);
    if ((mode & 0o077) !== 0) {
      throw new InputError(`${path}: expected mode 600, came ${(mode & 0o777).toString(8)}`);
    }
    return fs.readFileSync(path, 'utf8').trim();
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    throw new InputError(`no key: expected to read ${what} from ${path}`, 'usage', { cause });
  }
}
