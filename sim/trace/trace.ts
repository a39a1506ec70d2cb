/**
 * The trace of a run. Each actor's records form a chain, `head = SHA-256(head ‖ record)` from 32
 * zero bytes on, over the record in canonical CBOR; the trace hash is over all heads. Two runs with
 * one hash did the same things in the same order, actor by actor.
 */
import * as crypto from 'node:crypto';
import { CborWriter, encodeCanonicalCbor } from '#protocols/canonical-cbor.ts';
import type { Address } from '#protocols/ids.ts';
import type { TraceChain, TraceRecord, TraceSink, TraceType } from '#protocols/trace.ts';
import type { TraceFile } from './trace-file.ts';

const HASH_BYTES = 32;
const FIRST = '\0'.repeat(HASH_BYTES);

export type TraceListener = (record: TraceRecord) => void;

export class Trace implements TraceSink {
  readonly #chains = new Map<Address, Chain>();
  readonly #listeners: TraceListener[] = [];
  readonly #parts: ChainParts;
  readonly #file: TraceFile | undefined;
  #count = 0;

  /** `now` is the world's time in microseconds, never a host's. */
  constructor(now: () => number, file?: TraceFile) {
    this.#file = file;
    this.#parts = { now, writer: new CborWriter(4096), taken: this.#taken };
  }

  /** Records so far, of all actors. */
  get count(): number {
    return this.#count;
  }

  /** Listeners are called in the order they were added, right after the record was chained. */
  listen(listener: TraceListener): void {
    this.#listeners.push(listener);
  }

  chain(address: Address): TraceChain {
    let chain = this.#chains.get(address);
    if (chain === undefined) {
      chain = new Chain(this.#parts, address);
      this.#chains.set(address, chain);
    }
    return chain;
  }

  readonly #taken = (record: TraceRecord, bytes: Uint8Array): void => {
    this.#count += 1;
    this.#file?.append(bytes);
    for (const listener of this.#listeners) listener(record);
  };

  traceHash(): string {
    return hashOfHeads(this.heads());
  }

  /** Where each actor's chain stands. */
  heads(): TraceHead[] {
    const begun = [...this.#chains.values()].filter(({ seq }) => seq > 0);
    return begun.map(({ address, head }) => ({
      address,
      head: Buffer.from(head, 'binary').toString('hex'),
    }));
  }
}

interface ChainParts {
  readonly now: () => number;
  readonly writer: CborWriter;
  readonly taken: (record: TraceRecord, bytes: Uint8Array) => void;
}

class Chain implements TraceChain {
  readonly address: Address;
  readonly #parts: ChainParts;
  seq = 0;
  /** 32 bytes, one a character: half as dear as a Buffer for each record. */
  head = FIRST;

  constructor(parts: ChainParts, address: Address) {
    this.#parts = parts;
    this.address = address;
  }

  record(type: TraceType, payload: unknown, stateValue: unknown, machineHash: string): void {
    const { address, seq } = this;
    const { now, writer, taken } = this.#parts;
    const record = { tUs: now(), address, seq, type, payload, stateValue, machineHash };
    writer.reset();
    writer.latin1(this.head);
    writeRecord(writer, record);
    const bytes = writer.bytes();
    this.seq = seq + 1;
    this.head = crypto.hash('sha256', bytes, 'binary');
    taken(record, bytes.subarray(HASH_BYTES));
  }
}

/** The end of one actor's chain, in hex. */
export interface TraceHead {
  readonly address: Address;
  readonly head: string;
}

/**
 * SHA-256 over [[address, head], …] in canonical CBOR, by address in order of code units; so it does
 * not matter where and in which order the actors ran.
 */
export function hashOfHeads(heads: readonly TraceHead[]): string {
  const writer = new CborWriter();
  writer.write(
    heads
      .toSorted((a, b) => (a.address < b.address ? -1 : 1))
      .map(({ address, head }) => [address, new Uint8Array(Buffer.from(head, 'hex'))]),
  );
  return crypto.hash('sha256', writer.bytes(), 'hex');
}

/**
 * The same bytes as `writer.write(record)`. A record always has these keys, and this is their order
 * in canonical CBOR, so neither need be found out anew.
 */
function writeRecord(writer: CborWriter, record: TraceRecord): void {
  const { payload, stateValue } = record;
  // What is undefined is left out.
  writer.mapHead(5 + (payload === undefined ? 0 : 1) + (stateValue === undefined ? 0 : 1));
  writer.short(keys.seq);
  writer.write(record.seq);
  writer.short(keys.tUs);
  writer.write(record.tUs);
  writer.short(keys.type);
  writer.write(record.type);
  writer.short(keys.address);
  writer.write(record.address);
  if (payload !== undefined) {
    writer.short(keys.payload);
    writer.write(payload);
  }
  if (stateValue !== undefined) {
    writer.short(keys.stateValue);
    writer.write(stateValue);
  }
  writer.short(keys.machineHash);
  writer.write(record.machineHash);
}

const keys = {
  seq: encodeCanonicalCbor('seq'),
  tUs: encodeCanonicalCbor('tUs'),
  type: encodeCanonicalCbor('type'),
  address: encodeCanonicalCbor('address'),
  payload: encodeCanonicalCbor('payload'),
  stateValue: encodeCanonicalCbor('stateValue'),
  machineHash: encodeCanonicalCbor('machineHash'),
} as const satisfies Record<keyof TraceRecord, Uint8Array>;
