/**
 * The store of one host: everything it must still know after it was killed. One commit is one
 * transaction; a host acknowledges to the bus only what has been committed. Operations are
 * synchronous: an edge store is a local file, and nothing may happen between a step and its record.
 */
import type { Address } from '#protocols/ids.ts';
import type { Role } from '#protocols/roles.ts';

export const storeVersion = 1;

/** A delay of a chart that has been started. */
export interface StoredTimer {
  /** Names it within its actor: the id XState scheduled it under. */
  readonly id: string;
  /** The named delay of the chart it stands for; its policy is looked up by this. */
  readonly delay: string;
  readonly event: { readonly type: string; readonly [key: string]: unknown };
  readonly delayMs: number;
  /** When it falls due by the clock it was armed on. */
  readonly dueMonotonicUs: number;
  /** The same by the wall clock, for after a restart. */
  readonly dueWallUs: number;
}

/** A port that was started and has not answered. */
export interface StoredIntent {
  /** `<address>#<port id>#<seq of the message that started it>`; also its idempotency key. */
  readonly key: string;
  readonly portId: string;
  readonly port: string;
  readonly input: unknown;
}

export interface StoredActor {
  readonly address: Address;
  readonly role: Role;
  readonly machineHash: string;
  /**
   * The chart's snapshot, of which `ChartState` is kept; plain data when read back. Its children are
   * the intents.
   */
  readonly snapshot: unknown;
  /** Records traced and messages sent so far. */
  readonly seq: number;
  readonly sent: number;
  /** Counters of its random streams, by name. */
  readonly random: Readonly<Record<string, number>>;
  readonly timers: readonly StoredTimer[];
  readonly intents: readonly StoredIntent[];
  /** The wall and boot the snapshot was taken at: tells whether the clock can be trusted since. */
  readonly takenAtWallUs: number;
  readonly bootId: string;
}

/** A message that must go out. `id` deduplicates it on the way. */
export interface OutboxMessage {
  readonly id: string;
  /** `told` and `answer` stay inside the host: their subject is an address. */
  readonly kind: 'append' | 'publish' | 'command' | 'call' | 'told' | 'answer';
  readonly subject: string;
  readonly data: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

/** What was done about a message with a key, so that a repetition gets the same answer. */
export interface InboxRecord {
  readonly key: string;
  /** SHA-256 of what came with the key: the same key with other content is refused. */
  readonly contentHash: string;
  readonly status: 'working' | 'done';
  /** The answer, once there is one. */
  readonly answer: unknown;
  readonly expiresWallUs: number;
}

/** Everything one message changes. Absent parts stay as they are; `null` deletes. */
export interface Commit {
  readonly actor?: StoredActor;
  readonly removeActor?: Address;
  readonly inbox?: readonly InboxRecord[];
  readonly outbox?: readonly OutboxMessage[];
  readonly sent?: readonly string[];
  /** An actor's own table, by `<address> <key>`; null deletes. */
  readonly memory?: ReadonlyMap<string, unknown>;
  /** The host's own facts: ledger chain, boot, counters. */
  readonly meta?: Readonly<Record<string, unknown>>;
}

export interface Store {
  commit(change: Commit): void;
  actors(): Iterable<StoredActor>;
  actor(address: Address): StoredActor | undefined;
  inbox(key: string): InboxRecord | undefined;
  /** What has not been sent yet, oldest first. */
  outbox(): Iterable<OutboxMessage>;
  memory(address: Address): Iterable<readonly [key: string, value: unknown]>;
  meta(key: string): unknown;
  /** The actor rests: what is kept of it may be packed until it is read again. */
  pack?(address: Address): void;
  /** Why what was committed would be lost with the process; undefined while it would not. */
  readonly problem?: string | undefined;
  /** Forgets answered inbox records that expired before. */
  prune(nowWallUs: number): void;
  close(): void;
}
