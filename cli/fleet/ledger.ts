/** A host's ledger: its chain continues from what the store knows, and each entry goes on the bus. */
import type { LedgerWriter as HostLedger } from '#agents/host/transaction.ts';
import { type ChainState, emptyChain, LedgerWriter } from '#agents/ledger/chain.ts';
import { address } from '#protocols/ids.ts';
import { LedgerEntry } from '#protocols/ledger.ts';
import { everySubject, parseSubject, subjectOf } from '#protocols/subjects.ts';
import type { Signer } from '#protocols/verdict.ts';
import type { NodeParts } from './parts.ts';

/** Where the chain stands, among the host's own facts. */
const metaKey = 'ledger';

export interface HostChain extends HostLedger {
  readonly writer: LedgerWriter;
}

export function openLedger(
  { site, store, pseudonyms }: Pick<NodeParts, 'site' | 'store' | 'pseudonyms'>,
  name: string,
  signer: Signer,
): HostChain {
  const state = (store.meta(metaKey) as ChainState | undefined) ?? emptyChain;
  const writer = new LedgerWriter({ writer: name, signer, pseudonyms, state });
  const subject = subjectOf('ledger', address(site, name, 'ledger'), 'entry');
  return {
    writer,
    append(note, atMs) {
      const entry = writer.append(note, atMs);
      return {
        id: `${name}-ledger-${entry.index}`,
        subject,
        data: Buffer.from(JSON.stringify(entry)),
        meta: { [metaKey]: writer.state },
      };
    },
  };
}

/** Calls back for each entry that was committed and stored, of one writer or of all. */
export function followLedger(
  { site, bus }: Pick<NodeParts, 'site' | 'bus'>,
  durable: string,
  writer: string | undefined,
  /** `writer` is the one whose subject it came on, which the broker guards. */
  onEntry: (entry: LedgerEntry, writer: string) => void,
): { close(): void } {
  const filter = everySubject('ledger', writer === undefined ? { site } : { site, node: writer });
  // A reader of all chains begins anew each time, so its place need not be kept.
  const kept = writer === undefined ? { forgetAfterMs: 3_600_000 } : {};
  return bus.consume({ stream: 'LEDGER', durable, filter, ...kept }, (message) => {
    const { buffer, byteOffset, byteLength } = message.data;
    const entry = LedgerEntry.safeParse(
      parsed(Buffer.from(buffer, byteOffset, byteLength).toString()),
    );
    const from = parseSubject(message.subject)?.node;
    if (entry.success && from !== undefined) onEntry(entry.data, from);
    message.ack();
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
