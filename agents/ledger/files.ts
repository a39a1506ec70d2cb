/**
 * A ledger in a directory: `<writer>.jsonl` holds a chain, one entry a line, and `trust.json` the
 * public keys of the writers. The same `trust.json` stands beside the keys of a running site.
 */
import * as fs from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { InputError } from '#protocols/errors.ts';
import { isToken } from '#protocols/ids.ts';
import type { LedgerEntry } from '#protocols/ledger.ts';
import type { Keyring, Signer } from '#protocols/verdict.ts';
import { fromBase64url, toBase64url } from '../keys/base64url.ts';
import { Anchor, isHeadSigned } from './verify.ts';

/** Appends entries of one writer; its caller has committed them. */
export function appendEntries(directory: string, entries: readonly LedgerEntry[]): void {
  fs.mkdirSync(directory, { recursive: true });
  for (const entry of entries) {
    fs.appendFileSync(join(directory, `${entry.writer}.jsonl`), `${JSON.stringify(entry)}\n`);
  }
}

/** Writes `trust.json` for a ledger that is taken away from its site, or that a simulation left. */
export function writeWriterKeys(
  directory: string,
  signers: ReadonlyMap<string, Pick<Signer, 'publicKey'>>,
): void {
  fs.mkdirSync(directory, { recursive: true });
  const principals = Object.fromEntries(
    [...signers].map(([writer, { publicKey }]) => [writer, { ed25519: toBase64url(publicKey) }]),
  );
  const text = JSON.stringify({ version: 1, principals }, undefined, 2);
  fs.writeFileSync(join(directory, 'trust.json'), `${text}\n`);
}

/** Lines of every chain of a directory, by writer. A line that is no JSON stays text: no entry. */
export function readChains(directory: string): Map<string, unknown[]> {
  let names: string[];
  try {
    names = fs.readdirSync(directory);
  } catch (cause) {
    throw new InputError(
      `no ledger at ${directory}: expected a directory with <writer>.jsonl files; name it with --dir`,
      'usage',
      { cause },
    );
  }
  const writers = names
    .filter((name) => name.endsWith('.jsonl'))
    .map((name) => name.slice(0, -'.jsonl'.length))
    .filter(isToken)
    .sort();
  if (writers.length === 0) {
    throw new InputError(`no ledger at ${directory}: expected <writer>.jsonl files, came none`);
  }
  return new Map(
    writers.map((writer) => [writer, readLines(join(directory, `${writer}.jsonl`))] as const),
  );
}

function readLines(path: string): unknown[] {
  const text = fs.readFileSync(path, 'utf8');
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line) => {
    try {
      return JSON.parse(line) as unknown;
    } catch {
      return line;
    }
  });
}

const WriterKeys = z.looseObject({
  principals: z.record(
    z.string(),
    z.looseObject({
      ed25519: z.string().refine((text) => fromBase64url(text)?.length === 32, {
        message: 'expected 32 bytes in base64url',
      }),
    }),
  ),
});

/** The public keys in `trust.json`, by writer. */
export function readPublicKeys(path: string): Readonly<Record<string, Uint8Array>> {
  const keys = WriterKeys.safeParse(readJson(path, 'the public keys of the writers'));
  if (!keys.success) {
    const issue = keys.error.issues[0];
    throw new InputError(
      `${path}: expected {principals: {<writer>: {ed25519}}}, but ${issue?.path.join('.') || 'the whole'}: ${issue?.message}`,
    );
  }
  return Object.fromEntries(
    Object.entries(keys.data.principals).map(([writer, { ed25519 }]) => [
      writer,
      // The schema has seen to it that this decodes.
      fromBase64url(ed25519) as Uint8Array,
    ]),
  );
}

/**
 * Heads kept elsewhere: one, a list, or `{heads: […]}`. A head that bears a signature must be signed
 * by its writer; one without is taken at the word of whoever kept the file.
 */
export function readAnchors(path: string, keyring: Keyring): Anchor[] {
  const value = readJson(path, 'anchored heads');
  const list = Array.isArray(value)
    ? value
    : typeof value === 'object' && value !== null && 'heads' in value && Array.isArray(value.heads)
      ? value.heads
      : [value];
  return list.map((head: unknown, index) => {
    const anchor = Anchor.safeParse(head);
    if (!anchor.success) {
      throw new InputError(
        `${path}: expected heads {writer, length, head}, but head ${index} has no valid ${anchor.error.issues[0]?.path.join('.') || 'form'}`,
      );
    }
    const bearsSignature = typeof head === 'object' && head !== null && 'signature' in head;
    if (bearsSignature && !isHeadSigned(head, keyring)) {
      throw new InputError(
        `${path}: head ${index} is not signed by its writer '${anchor.data.writer}'; take another copy of it`,
        'invariantBroke',
      );
    }
    return anchor.data;
  });
}

function readJson(path: string, what: string): unknown {
  let text: string;
  try {
    text = fs.readFileSync(path, 'utf8');
  } catch (cause) {
    throw new InputError(`${path}: expected ${what}, but it cannot be read`, 'usage', { cause });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new InputError(`${path}: expected ${what} as JSON, but it is not JSON`, 'usage', {
      cause,
    });
  }
}
