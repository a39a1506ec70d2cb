/**
 * The bus: what hosts talk over. Nothing here throws for what a network does; operations call back
 * once with an outcome. `memory.ts` and `nats.ts` implement it, and one conformance suite holds
 * both to what is written here.
 */
import type { Outcome } from '#protocols/errors.ts';

export type BusErrorCode =
  /** Nobody is subscribed to the subject: known at once. */
  | 'no_responders'
  /** No answer in time. */
  | 'timed_out'
  /** The broker is not there, or the connection was lost with the operation under way. */
  | 'disconnected'
  /** The broker refused it. */
  | 'not_permitted'
  /** Compare-and-set lost, or the key exists already. */
  | 'conflict'
  /** No such key or object. */
  | 'not_found'
  /** A limit of the broker: size, storage. */
  | 'limit'
  | 'closed';

export interface BusError {
  readonly code: BusErrorCode;
  readonly message: string;
}
export type BusDone<Value> = (outcome: Outcome<Value, BusError>) => void;

export type Headers = Readonly<Record<string, string>>;

export interface BusMessage {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly headers: Headers;
  /** Answers a request; does nothing when the message asks for no answer. May be called many times. */
  respond(data: Uint8Array, headers?: Headers): void;
  /** True when an answer is expected. */
  readonly wantsReply: boolean;
}

export interface Subscription {
  /** Takes no further messages. */
  close(): void;
}

export interface RequestOptions {
  readonly timeoutMs: number;
  readonly headers?: Headers;
  /** Says whether an answer is an interim one (progress), after which more follow. */
  readonly isInterim?: (message: BusMessage) => boolean;
  readonly onInterim?: (message: BusMessage) => void;
}

export interface PubAck {
  readonly stream: string;
  readonly seq: number;
  readonly duplicate: boolean;
}

/** A message of a stream. It comes again until it is acknowledged. */
export interface StreamMessage {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly headers: Headers;
  /** Its place in the stream it was read from. */
  readonly seq: number;
  /** 1 the first time. */
  readonly deliveries: number;
  ack(): void;
  /** Asks for it again after a while. */
  nak(delayMs?: number): void;
  /** Still at it: puts the next delivery off. */
  working(): void;
  /** Never again: it cannot be handled. */
  term(reason: string): void;
}

export interface ConsumeOptions {
  readonly stream: string;
  /** Stable name: the position outlives the process. */
  readonly durable: string;
  /** Subject filter, with wildcards. */
  readonly filter: string;
  readonly ackWaitMs?: number;
  readonly maxInFlight?: number;
  /** The broker may forget the position once nobody has read for so long; never when left out. */
  readonly forgetAfterMs?: number;
}

export interface Consumer {
  close(): void;
}

export interface KeyValueEntry {
  readonly key: string;
  readonly value: Uint8Array;
  readonly revision: number;
}

export interface KeyValue {
  get(key: string, done: BusDone<KeyValueEntry>): void;
  put(key: string, value: Uint8Array, done: BusDone<number>): void;
  /** Fails with `conflict` when the key exists. */
  create(key: string, value: Uint8Array, done: BusDone<number>): void;
  /** Fails with `conflict` unless the key is at `revision`. */
  update(key: string, value: Uint8Array, revision: number, done: BusDone<number>): void;
  delete(key: string, done: BusDone<void>): void;
  keys(done: BusDone<readonly string[]>): void;
  /** Calls `onEntry` for what is there and for every later change; value is empty when deleted. */
  watch(onEntry: (entry: KeyValueEntry) => void): Subscription;
}

export interface ObjectStore {
  put(name: string, data: Uint8Array, done: BusDone<{ readonly bytes: number }>): void;
  /**
   * The same for what is too large to be held in memory. Where `chunks` throws or the link breaks,
   * there is no object.
   */
  putStream(
    name: string,
    chunks: AsyncIterable<Uint8Array>,
    done: BusDone<{ readonly bytes: number }>,
  ): void;
  get(name: string, done: BusDone<Uint8Array>): void;
  delete(name: string, done: BusDone<void>): void;
  /**
   * Removes each put that has not become an object and of which there are as many pieces as `before`:
   * it broke off. Tells how many pieces there are of the others, and how many were removed.
   */
  sweep(before: Leftovers, done: BusDone<Swept>): void;
}

export interface Swept {
  readonly left: Leftovers;
  readonly removed: number;
}

/** Pieces by the put that they are of. */
export type Leftovers = ReadonlyMap<string, number>;

export type BusStatus =
  | { readonly type: 'connected' }
  | { readonly type: 'disconnected' }
  /** The link between this side's broker and the hub. */
  | { readonly type: 'link.lost' }
  | { readonly type: 'link.restored' }
  | { readonly type: 'slow_consumer'; readonly subject: string }
  | { readonly type: 'not_permitted'; readonly message: string };

export interface Bus {
  /** This client's name: the last token of what it calls, and its inbox. */
  readonly client: string;
  publish(subject: string, data: Uint8Array, headers?: Headers): void;
  subscribe(
    subject: string,
    onMessage: (message: BusMessage) => void,
    options?: { readonly queue?: string },
  ): Subscription;
  request(
    subject: string,
    data: Uint8Array,
    options: RequestOptions,
    done: BusDone<BusMessage>,
  ): { cancel(): void };
  /**
   * Stores a message in the stream of the local domain that takes its subject. Acknowledged once
   * it is stored there, whether or not the link to the hub stands. Messages of one `id` are stored once.
   */
  append(
    subject: string,
    data: Uint8Array,
    options: { id: string; headers?: Headers },
    done: BusDone<PubAck>,
  ): void;
  consume(options: ConsumeOptions, onMessage: (message: StreamMessage) => void): Consumer;
  keyValue(bucket: string): KeyValue;
  objects(store: string): ObjectStore;
  onStatus(listener: (status: BusStatus) => void): Subscription;
  /** Lets what is under way finish, then closes. */
  drain(done: () => void): void;
}
