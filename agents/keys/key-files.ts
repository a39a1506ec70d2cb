/**
 * A directory of keys, one pair of files a principal, made at first start: `<name>.seed` signs,
 * `<name>.nkey` opens the broker's door, and `trust.json` holds the public halves of all. Secrets are
 * mode 0600 in a directory of mode 0700; one that others can read is refused, not repaired, since it
 * may be known by now. No secret is ever part of a message.
 */
import * as fs from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { InputError } from '#protocols/errors.ts';
import { isToken } from '#protocols/ids.ts';
import type { Keyring, Signer } from '#protocols/verdict.ts';
import { createNkey, publicNkey } from '../bus/nats-key.ts';
import { fromBase64url, toBase64url } from './base64url.ts';
import { keyringOf, newSeed, PUBLIC_KEY_BYTES, SEED_BYTES, signerFromSeed } from './ed25519.ts';

export interface KeyPairs {
  readonly signer: Signer;
  /** The NKEY seed, `SU…`: for the connection's authenticator alone. */
  readonly natsSeed: string;
  readonly natsPublicKey: string;
}

/** What may be shown and handed on: public keys by principal. */
export const Trust = z.strictObject({
  version: z.literal(1),
  principals: z.record(
    z.string().refine(isToken, 'a lower-case token'),
    z.strictObject({
      ed25519: z.string().refine((text) => fromBase64url(text)?.length === PUBLIC_KEY_BYTES, {
        message: '32 bytes in base64url',
      }),
      nkey: z.string().regex(/^U[A-Z2-7]{55}$/, 'a public user NKEY'),
    }),
  ),
});
export type Trust = z.infer<typeof Trust>;

/**
 * The keys of these principals, made where they are missing, and `trust.json` brought up to date;
 * principals that it knows already stay in it.
 */
export function makeOrLoadKeys(
  directory: string,
  principals: readonly string[],
): ReadonlyMap<string, KeyPairs> {
  openDirectory(directory);
  const keys = new Map(principals.map((name) => [name, makeOrLoad(directory, name)]));
  const path = join(directory, 'trust.json');
  const before = fs.existsSync(path) ? loadTrust(directory).principals : {};
  const added = Object.fromEntries(
    keys
      .entries()
      .map(([name, { signer, natsPublicKey }]) => [
        name,
        { ed25519: toBase64url(signer.publicKey), nkey: natsPublicKey },
      ]),
  );
  const trust: Trust = { version: 1, principals: { ...before, ...added } };
  const text = `${JSON.stringify(trust, undefined, 2)}\n`;
  if (!fs.existsSync(path) || fs.readFileSync(path, 'utf8') !== text) {
    replaceFile(path, text, 0o644);
  }
  return keys;
}

/** The keys of one principal that must be there. */
export function loadKeys(directory: string, principal: string): KeyPairs {
  openDirectory(directory, true);
  return load(directory, principal);
}

export function loadTrust(directory: string): Trust {
  const path = join(directory, 'trust.json');
  let text: string;
  try {
    text = fs.readFileSync(path, 'utf8');
  } catch (cause) {
    throw new InputError(`no trusted keys: expected to read ${path}`, 'usage', { cause });
  }
  try {
    return Trust.parse(JSON.parse(text));
  } catch (cause) {
    const problem = cause instanceof z.ZodError ? z.prettifyError(cause) : 'it is not JSON';
    const line = problem.replace(/\s+/g, ' ');
    throw new InputError(`${path}: expected public keys by principal, but ${line}`, 'usage', {
      cause,
    });
  }
}

export function keyringOfTrust(trust: Trust): Keyring {
  const publicKeys = Object.entries(trust.principals).map(
    // The schema has seen to it that these decode.
    ([name, { ed25519 }]) => [name, fromBase64url(ed25519) as Uint8Array] as const,
  );
  return keyringOf(Object.fromEntries(publicKeys));
}

function openDirectory(directory: string, mustExist = false): void {
  if (!mustExist) fs.mkdirSync(directory, { recursive: true, mode: 0o700 });
  const stat = fs.statSync(directory, { throwIfNoEntry: false });
  if (stat === undefined || !stat.isDirectory()) {
    throw new InputError(
      `no keys: expected the directory ${directory}; make them with \`airguard keys\`, or take over those of this node`,
    );
  }
  refuseOthers(directory, stat.mode, '700');
}

function makeOrLoad(directory: string, name: string): KeyPairs {
  expectName(name);
  create(join(directory, `${name}.seed`), () => toBase64url(newSeed()));
  create(join(directory, `${name}.nkey`), () => createNkey().seed);
  return load(directory, name);
}

function load(directory: string, name: string): KeyPairs {
  expectName(name);
  const seedPath = join(directory, `${name}.seed`);
  const seed = fromBase64url(readSecret(seedPath));
  if (seed?.length !== SEED_BYTES) {
    throw new InputError(`${seedPath}: expected an Ed25519 seed, ${SEED_BYTES} bytes in base64url`);
  }
  const nkeyPath = join(directory, `${name}.nkey`);
  const natsSeed = readSecret(nkeyPath);
  const natsPublicKey = publicOf(natsSeed);
  if (!natsPublicKey?.startsWith('U')) {
    throw new InputError(`${nkeyPath}: expected the seed of a user NKEY`);
  }
  return { signer: signerFromSeed(name, seed), natsSeed, natsPublicKey };
}

/** Undefined when the text is no seed; what the library says of it might quote it. */
function publicOf(natsSeed: string): string | undefined {
  try {
    return publicNkey(natsSeed);
  } catch {
    return undefined;
  }
}

/** Names make file names. */
function expectName(name: string): void {
  if (!isToken(name)) {
    throw new InputError(`a key's name: expected a lower-case token like 'ap12', came '${name}'`);
  }
}

function readSecret(path: string): string {
  let file: number;
  try {
    file = fs.openSync(path, 'r');
  } catch (cause) {
    throw new InputError(`no key: expected to read ${path}`, 'usage', { cause });
  }
  try {
    refuseOthers(path, fs.fstatSync(file).mode, '600');
    return fs.readFileSync(file, 'utf8').trim();
  } finally {
    fs.closeSync(file);
  }
}

function refuseOthers(path: string, mode: number, wanted: string): void {
  if ((mode & 0o077) === 0) return;
  const came = (mode & 0o777).toString(8);
  throw new InputError(
    `${path}: expected mode ${wanted}, came ${came}, so others may know these keys; ` +
      `delete them to have new ones made, or run chmod ${wanted} if you are sure`,
  );
}

/** Writes a new secret, whole or not at all; of two processes that try, one wins and both read it. */
function create(path: string, make: () => string): void {
  if (fs.existsSync(path)) return;
  const desk = `${path}.${process.pid}`;
  fs.writeFileSync(desk, `${make()}\n`, { mode: 0o600, flush: true });
  try {
    fs.linkSync(desk, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    fs.unlinkSync(desk);
  }
}

function replaceFile(path: string, text: string, mode: number): void {
  const desk = `${path}.${process.pid}`;
  fs.writeFileSync(desk, text, { mode, flush: true });
  fs.renameSync(desk, path);
}
