/** What the parts of one host share. */
import type { Clock } from '#protocols/clock.ts';
import type { Random } from '#protocols/random.ts';
import type { TraceSink, TraceType } from '#protocols/trace.ts';
import type { Bus } from '../bus/bus.ts';
import type { ChartState } from '../store/chart-state.ts';
import type { Store, StoredActor } from '../store/store.ts';
import type { ToolCaller } from './actor-host.ts';
import type { ActorRecord } from './actor-record.ts';
import type { Answers } from './answers.ts';
import type { DeadLetters } from './dead-letters.ts';
import type { LoadedMachine } from './machine-load.ts';
import type { Outbox } from './outbox.ts';
import type { RestartBudget } from './supervisor.ts';
import type { LedgerWriter } from './transaction.ts';

/** A boundary of a step or an actuation, in the order they are passed. */
export type Point =
  | 'taken'
  | 'stepped'
  | 'traced'
  | 'committed'
  | 'armed'
  | 'sent'
  | 'answered'
  | 'begun'
  | 'reading'
  | 'read'
  | 'acting'
  | 'acted'
  | 'checked';

export interface HostCounts {
  dropped: number;
  faults: number;
  malformed: number;
  readonly refused: Record<string, number>;
}

export interface HostParts {
  readonly site: string;
  readonly node: string;
  readonly bus: Bus;
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly trace: TraceSink;
  readonly bootId: string;
  readonly ledger: LedgerWriter | undefined;
  readonly caller: ToolCaller;
  readonly budget: RestartBudget;
  readonly passivateAfterMs: number | null;
  readonly answers: Answers;
  readonly outbox: Outbox;
  readonly deadLetters: DeadLetters;
  readonly counts: HostCounts;
  /** The host was halted: nothing may happen any more. */
  readonly over: boolean;
  halt(): void;
  /** A test may throw here; the host is then dead, as if killed at this point. */
  point(point: Point, address: string): void;
  migrated(stored: StoredActor, loaded: LoadedMachine): ChartState;
  inspected(record: ActorRecord, type: TraceType, payload: unknown): void;
  /** An actor was given up. */
  failed(record: ActorRecord, error: string): void;
  records(): Iterable<ActorRecord>;
  record(address: string): ActorRecord | undefined;
}
