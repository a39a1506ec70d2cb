/**
 * A ledger as one file that is handed on: JSON lines, a header with the public keys of the writers,
 * then every chain from its first entry. Whoever holds one key need not believe the others: the chain
 * it signs names the heads of the rest.
 */
import * as fs from 'node:fs';
import * as z from 'zod';
import { InputError } from '#protocols/errors.ts';
import type { Keyring } from '#protocols/verdict.ts';
import { toBase64url } from '../keys/base64url.ts';
import { keyringOf } from '../keys/ed25519.ts';
import { emptyChain } from './chain.ts';
import { type Anchor, anchorsIn, type ChainVerdict, faultOfEntry, verifyChain } from './verify.ts';

export const exportVersion = 1;

export const ExportHeader = z.strictObject({
  format: z.literal('airguard-ledger'),
  version: z.literal(exportVersion),
  /** Raw Ed25519 public keys in base64url, by writer. */
  keys: z.record(z.string(), z.string()),
});
export type ExportHeader = z.infer<typeof ExportHeader>;

export type Chains = ReadonlyMap<string, readonly unknown[]>;

/** The same ledger gives the same bytes. */
export function exportText(chains: Chains, keys: Readonly<Record<string, Uint8Array>>): string {
  const header: ExportHeader = {
    format: 'airguard-ledger',
    version: exportVersion,
    keys: Object.fromEntries(
      Object.entries(keys)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([writer, key]) => [writer, toBase64url(key)]),
    ),
  };
  const entries = [...chains].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, chain]) => chain);
  return [header, ...entries].map((value) => `${JSON.stringify(value)}\n`).join('');
}

export interface Exported {
  readonly header: ExportHeader;
  readonly chains: Chains;
}

export function isExport(path: string): boolean {
  const file = fs.openSync(path, 'r');
  try {
    const start = Buffer.alloc(64);
    return start
      .subarray(0, fs.readSync(file, start, 0, start.length, 0))
      .toString('latin1')
      .startsWith('{"format":"airguard-ledger"');
  } finally {
    fs.closeSync(file);
  }
}

export function readExport(path: string): Exported {
  let text: string;
  try {
    text = fs.readFileSync(path, 'utf8');
  } catch (cause) {
    throw new InputError(`${path}: expected an exported ledger, but it cannot be read`, 'usage', {
      cause,
    });
  }
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  const header = ExportHeader.safeParse(parsed(lines[0] ?? ''));
  if (!header.success) {
    throw new InputError(
      `${path}: expected a ledger that \`airguard ledger export\` wrote, whose first line is its header`,
    );
  }
  const chains = new Map<string, unknown[]>();
  for (const line of lines.slice(1)) {
    const value = parsed(line);
    const writer =
      typeof value === 'object' && value !== null && 'writer' in value ? `${value.writer}` : '';
    const chain = chains.get(writer);
    if (chain === undefined) chains.set(writer, [value]);
    else chain.push(value);
  }
  return { header: header.data, chains };
}

/** How a chain stands, and who says so. */
export type Vouched = ChainVerdict & {
  /** By the signatures of its writer, whose key was given; by a head in such a chain; by nobody. */
  readonly by: 'signature' | 'anchor' | 'nobody';
  /** How many of its entries that covers. */
  readonly covered: number;
};

/**
 * Verifies an exported ledger with the keys of whoever asks. A chain of another writer holds as far
 * as a chain that they do verify names its head.
 */
export function verifyExport(chains: Chains, keyring: Keyring): Vouched[] {
  const trusted = new Set(keyring.keyIds());
  const anchors: Anchor[] = [];
  for (const [writer, entries] of chains) {
    if (trusted.has(writer) && verifyChain(writer, entries, { keyring }).holds) {
      anchors.push(...anchorsIn(entries));
    }
  }
  // The links of a chain hold or not whoever signed it.
  const linksAlone: Keyring = {
    keyIds: () => keyring.keyIds(),
    verify: (id, message, signature) =>
      trusted.has(id) ? keyring.verify(id, message, signature) : true,
  };
  const writers = new Set([
    ...chains.keys(),
    ...trusted,
    ...anchors.filter(({ length }) => length > 0).map(({ writer }) => writer),
  ]);
  return [...writers].sort().map((writer) => {
    const entries = chains.get(writer) ?? [];
    const verdict = verifyChain(writer, entries, { keyring: linksAlone, anchors });
    if (trusted.has(writer)) {
      const covered = verdict.holds ? verdict.length : verdict.index;
      if (entries.length > 0) return { ...verdict, by: 'signature' as const, covered };
      const reason = 'it is missing: there are no entries of the writer whose key was given';
      return { holds: false as const, writer, index: 0, reason, by: 'signature' as const, covered };
    }
    const longest = Math.max(
      0,
      ...anchors.filter((anchor) => anchor.writer === writer).map(({ length }) => length),
    );
    const covered = verdict.holds ? longest : Math.min(longest, verdict.index);
    return { ...verdict, by: longest > 0 ? ('anchor' as const) : ('nobody' as const), covered };
  });
}

/** A keyring of one key, for the writer whose first entry it verifies. */
export function keyringFor(key: Uint8Array, chains: Chains): Keyring | undefined {
  for (const [writer, [first]] of chains) {
    const keyring = keyringOf({ [writer]: key });
    if (faultOfEntry(first, emptyChain, writer, keyring) === undefined) return keyring;
  }
  return undefined;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return line;
  }
}
