/** Verifies chains: rewriting, gaps and swaps show in the chain, cut ends against anchored heads. */

import * as z from 'zod';
import { LedgerEntry as Entry, type LedgerEntry, LedgerHead } from '#protocols/ledger.ts';
import { Sha256 } from '#protocols/units.ts';
import type { Keyring } from '#protocols/verdict.ts';
import { isSignedBy } from '../regulation/signed.ts';
import { type ChainState, emptyChain, hashOfEntry } from './chain.ts';

/** How long a chain was, and how it ended, as somebody else remembers it. */
export const Anchor = z.object({
  writer: z.string(),
  length: z.number().int().min(0),
  head: Sha256,
});
export type Anchor = z.infer<typeof Anchor>;

export type ChainVerdict =
  | {
      readonly holds: true;
      readonly writer: string;
      readonly length: number;
      readonly head: string;
    }
  | {
      readonly holds: false;
      readonly writer: string;
      /** The first entry that is wrong or missing. */
      readonly index: number;
      readonly reason: string;
    };

/** What is wrong with an entry that should follow `state`; undefined when it does follow. */
export function faultOfEntry(
  value: unknown,
  state: ChainState,
  writer: string,
  keyring: Keyring,
): string | undefined {
  const parsed = Entry.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return `it is no ledger entry: ${issue?.path.join('.') || 'the whole'}: ${issue?.message}`;
  }
  const entry = parsed.data;
  if (entry.writer !== writer) return `its writer is '${entry.writer}', expected '${writer}'`;
  if (entry.index !== state.length) {
    return `its index is ${entry.index}, expected ${state.length}: an entry is missing, doubled or out of place`;
  }
  if (entry.previous !== state.head) {
    return 'it does not follow the entry before it, which was rewritten or replaced';
  }
  // The value as it came is what was signed.
  return isSignedBy(writer, value as LedgerEntry, keyring)
    ? undefined
    : `its signature is not that of '${writer}': it was rewritten, or the key is not trusted`;
}

/** Verifies one chain from its first entry on. Anchors of other writers are left out. */
export function verifyChain(
  writer: string,
  entries: Iterable<unknown>,
  { keyring, anchors = [] }: { readonly keyring: Keyring; readonly anchors?: readonly Anchor[] },
): ChainVerdict {
  const mine = anchors.filter((anchor) => anchor.writer === writer);
  let state = emptyChain;
  for (const value of entries) {
    const broken = (reason: string) =>
      ({ holds: false, writer, index: state.length, reason }) as const;
    const fault = faultOfEntry(value, state, writer, keyring);
    if (fault !== undefined) return broken(fault);
    // faultOfEntry has parsed it.
    const head = hashOfEntry(value as LedgerEntry);
    const length = state.length + 1;
    const anchor = mine.find((known) => known.length === length && known.head !== head);
    if (anchor !== undefined) return broken('a head anchored elsewhere has another entry here');
    state = { length, head };
  }
  const longest = Math.max(0, ...mine.map(({ length }) => length));
  if (longest > state.length) {
    return {
      holds: false,
      writer,
      index: state.length,
      reason: `it is missing: a head anchored elsewhere has ${longest} entries, here are ${state.length}`,
    };
  }
  return { holds: true, writer, ...state };
}

/** The heads that entries of kind `heads` recorded: anchors for the chains of others. */
export function anchorsIn(entries: Iterable<unknown>): Anchor[] {
  const found: Anchor[] = [];
  for (const value of entries) {
    const entry = Entry.safeParse(value);
    if (!entry.success || entry.data.kind !== 'heads') continue;
    const heads = z.array(Anchor).safeParse(entry.data.body.heads);
    if (heads.success) found.push(...heads.data);
  }
  return found;
}

/** The writer that records the others' heads: the cloud process. */
export const HUB_WRITER = 'cloud';

/**
 * Verifies all chains of a site together. Heads recorded in the hub's chain anchor the others, once
 * that chain itself holds; a chain that is anchored but not there is broken at its first entry.
 */
export function verifyLedger(
  chains: ReadonlyMap<string, readonly unknown[]>,
  { keyring, anchors = [] }: { readonly keyring: Keyring; readonly anchors?: readonly Anchor[] },
): ChainVerdict[] {
  const hub = chains.get(HUB_WRITER) ?? [];
  const hubHolds = verifyChain(HUB_WRITER, hub, { keyring, anchors }).holds;
  const all = [...anchors, ...(hubHolds ? anchorsIn(hub) : [])];
  const writers = new Set([
    ...chains.keys(),
    ...all.filter(({ length }) => length > 0).map(({ writer }) => writer),
  ]);
  return [...writers]
    .sort()
    .map((writer) => verifyChain(writer, chains.get(writer) ?? [], { keyring, anchors: all }));
}

/** Whether a head is signed by its writer. */
export function isHeadSigned(value: unknown, keyring: Keyring): value is LedgerHead {
  const head = LedgerHead.safeParse(value);
  return head.success && isSignedBy(head.data.writer, head.data, keyring);
}
