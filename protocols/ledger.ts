/**
 * The ledger: per writer one chain of signed entries. An entry holds the hash of the one before it,
 * so rewriting shows; a head that was anchored elsewhere shows what was cut off.
 */
import * as z from 'zod';
import { EpochMs, Sha256 } from './units.ts';

export const ledgerVersion = 1;

export const LedgerKind = z.literal([
  'decision',
  'verdict',
  'approval',
  'refusal',
  'actuation',
  'radar',
  'heads',
]);
export type LedgerKind = z.infer<typeof LedgerKind>;

export const LedgerEntry = z.strictObject({
  version: z.literal(ledgerVersion),
  /** A node's name, or `cloud`. Its key signs. */
  writer: z.string(),
  /** Counts from 0 without gaps. */
  index: z.number().int().min(0),
  /** SHA-256 of the RFC 8785 form of the entry before; 64 zeros for the first. */
  previous: Sha256,
  at: EpochMs,
  kind: LedgerKind,
  /** Who or what it is about; an address, or a pseudonym where it would name a device or person. */
  subject: z.string(),
  /** A sentence for a person. */
  reason: z.string(),
  /** What was decided and on what evidence, as plain JSON. */
  body: z.record(z.string(), z.unknown()),
  signature: z.string(),
});
export type LedgerEntry = z.infer<typeof LedgerEntry>;

/** What an actor hands in; the host's writer adds the chain. */
export type LedgerNote = Pick<LedgerEntry, 'kind' | 'subject' | 'reason' | 'body'>;

/** A signed statement of how long a chain is and how it ends. */
export const LedgerHead = z.strictObject({
  version: z.literal(ledgerVersion),
  writer: z.string(),
  length: z.number().int().min(0),
  /** Hash of the last entry; 64 zeros when there is none. */
  head: Sha256,
  at: EpochMs,
  signature: z.string(),
});
export type LedgerHead = z.infer<typeof LedgerHead>;
