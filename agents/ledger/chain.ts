/** Writes one chain of ledger entries: each holds the hash of the one before it, and is signed. */
import { sha256OfJson } from '#protocols/canonical-json.ts';
import {
  type LedgerEntry,
  type LedgerHead,
  type LedgerNote,
  ledgerVersion,
} from '#protocols/ledger.ts';
import type { Signer } from '#protocols/verdict.ts';
import { signed } from '../regulation/signed.ts';
import { conceal, type Pseudonyms } from './pseudonym.ts';

/** Where a chain stands. The host keeps it with its own facts, in the transaction of the entry. */
export interface ChainState {
  readonly length: number;
  /** Hash of the last entry. */
  readonly head: string;
}

/** Before the first entry. */
export const emptyChain: ChainState = { length: 0, head: '0'.repeat(64) };

/** What an entry is known by: the hash of all of it, its signature included. */
export function hashOfEntry(entry: LedgerEntry): string {
  return sha256OfJson(entry);
}

export interface ChainParts {
  /** A node's name, or `cloud`. */
  readonly writer: string;
  readonly signer: Signer;
  /** Hides what would name a device or a person. */
  readonly pseudonyms: Pseudonyms;
  readonly state?: ChainState;
}

export class LedgerWriter {
  readonly writer: string;
  readonly #signer: Signer;
  readonly #pseudonyms: Pseudonyms;
  #state: ChainState;

  constructor({ writer, signer, pseudonyms, state = emptyChain }: ChainParts) {
    this.writer = writer;
    this.#signer = signer;
    this.#pseudonyms = pseudonyms;
    this.#state = state;
  }

  get state(): ChainState {
    return this.#state;
  }

  /** Takes the chain back to where it stood, when the transaction of the entry failed. */
  restore(state: ChainState): void {
    this.#state = state;
  }

  append(note: LedgerNote, atMs: number): LedgerEntry {
    const { kind, subject, reason, body } = conceal(note, this.#pseudonyms);
    const entry = signed(
      {
        version: ledgerVersion,
        writer: this.writer,
        index: this.#state.length,
        previous: this.#state.head,
        at: atMs,
        kind,
        subject,
        reason,
        body,
      } as const,
      this.#signer,
    );
    this.#state = { length: entry.index + 1, head: hashOfEntry(entry) };
    return entry;
  }

  /** A signed statement of how the chain ends now, to be kept elsewhere. */
  head(atMs: number): LedgerHead {
    const { length, head } = this.#state;
    return signed(
      { version: ledgerVersion, writer: this.writer, length, head, at: atMs } as const,
      this.#signer,
    );
  }
}
