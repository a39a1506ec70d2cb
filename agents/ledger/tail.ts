/**
 * The end of every chain of a site, verified entry by entry as they come in: what the auditor
 * answers from. An entry that comes again is passed over; one that comes early waits for its turn.
 */
import type { LedgerEntry } from '#protocols/ledger.ts';
import type { Keyring } from '#protocols/verdict.ts';
import { type ChainState, emptyChain, hashOfEntry } from './chain.ts';
import { faultOfEntry } from './verify.ts';

interface Chain {
  state: ChainState;
  fault: string | null;
  /** The newest entries, oldest first. */
  readonly kept: LedgerEntry[];
  readonly early: Map<number, LedgerEntry>;
}

const KEEP = 500;
const EARLY_AT_MOST = 1_000;

export class LedgerTail {
  readonly #keyring: Keyring;
  readonly #chains = new Map<string, Chain>();

  constructor(keyring: Keyring) {
    this.#keyring = keyring;
  }

  /**
   * `from` is who the broker says published it: an entry in another's name is passed over, so that
   * nobody makes a chain of others look broken.
   */
  take(entry: LedgerEntry, from: string = entry.writer): void {
    if (from !== entry.writer) return;
    const chain = this.#chain(entry.writer);
    if (chain.fault !== null) return;
    if (entry.index < chain.state.length) {
      const known = chain.kept.find(({ index }) => index === entry.index);
      if (known !== undefined && hashOfEntry(known) !== hashOfEntry(entry)) {
        chain.fault = `entry ${entry.index} came twice and differs`;
      }
      return;
    }
    if (entry.index > chain.state.length) {
      if (chain.early.size < EARLY_AT_MOST) chain.early.set(entry.index, entry);
      return;
    }
    this.#follow(chain, entry);
  }

  /** Newest first. */
  entries(writer: string, limit: number): readonly LedgerEntry[] {
    return this.#chains.get(writer)?.kept.slice(-limit).reverse() ?? [];
  }

  /** The newest entries of every chain, each chain from its oldest on. */
  all(): readonly LedgerEntry[] {
    return [...this.#chains.values()].flatMap(({ kept }) => kept);
  }

  /** How each chain stands, by writer. */
  chains(): { writer: string; length: number; head: string; fault: string | null }[] {
    return [...this.#chains]
      .map(([writer, { state, fault }]) => ({ writer, ...state, fault }))
      .sort((a, b) => (a.writer < b.writer ? -1 : 1));
  }

  #follow(chain: Chain, first: LedgerEntry): void {
    for (let entry: LedgerEntry | undefined = first; entry !== undefined; ) {
      const fault = faultOfEntry(entry, chain.state, entry.writer, this.#keyring);
      if (fault !== undefined) {
        chain.fault = `entry ${entry.index}: ${fault}`;
        return;
      }
      chain.state = { length: entry.index + 1, head: hashOfEntry(entry) };
      chain.kept.push(entry);
      if (chain.kept.length > KEEP) chain.kept.shift();
      entry = chain.early.get(chain.state.length);
      chain.early.delete(chain.state.length);
    }
  }

  #chain(writer: string): Chain {
    let chain = this.#chains.get(writer);
    if (chain === undefined) {
      chain = { state: emptyChain, fault: null, kept: [], early: new Map() };
      this.#chains.set(writer, chain);
    }
    return chain;
  }
}
