/** What a host is made of, and what it tells of itself. */
import type { Clock } from '#protocols/clock.ts';
import type { Address } from '#protocols/ids.ts';
import type { Random } from '#protocols/random.ts';
import type { TraceSink, TraceType } from '#protocols/trace.ts';
import type { Body, Port } from '../body.ts';
import type { Bus } from '../bus/bus.ts';
import type { Store } from '../store/store.ts';
import type { ToolCaller } from './actor-host.ts';
import type { Migration } from './snapshots.ts';
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

/** What was wrong with reports of one node. */
export interface Doubted {
  readonly count: number;
  /** Of the last: one line. */
  readonly last: string;
}

export interface HostCounts {
  dropped: number;
  faults: number;
  malformed: number;
  /** Reports that were turned away at the door, by the node that sent them. */
  readonly doubted: Record<string, Doubted>;
  readonly refused: Record<string, number>;
}

export interface HostOptions {
  readonly site: string;
  readonly node: string;
  readonly bus: Bus;
  readonly store: Store;
  readonly clock: Clock;
  /** The process's root stream; the host takes `host/<node>` of it. */
  readonly random: Random;
  readonly trace: TraceSink;
  readonly caller: ToolCaller;
  readonly ledger?: LedgerWriter;
  /** Actors rest after idling so long: 0 at once, null never. */
  readonly passivateAfterMs: number | null;
  /** The same for as long as `clock.monotonic()` goes on, processes in between included. */
  readonly bootId: string;
  /** Says whether the wall can be believed; asked when actors are taken up. */
  readonly clockTrusted?: () => boolean;
  readonly migrations?: readonly Migration[];
  readonly restarts?: RestartBudget;
  /** Called at each boundary of a step and of an actuation; throwing there kills the host. */
  readonly step?: (point: Point, address: string) => void;
}

export interface ActorStart {
  readonly body: Body;
  readonly actor: string;
  /** Taken when the actor is new; one that is taken up again has its snapshot. */
  readonly input: unknown;
  readonly ports: Readonly<Record<string, Port>>;
}

/** One record of what an actor did, for whoever watches. */
export interface Inspected {
  readonly address: Address;
  readonly seq: number;
  readonly type: TraceType;
  readonly payload: unknown;
  readonly value: unknown;
}

export interface ActorHealth {
  readonly actor: string;
  /** `awake`, `resting`, `restarting`, `failed` or `ended`. */
  readonly status: string;
  readonly restarts: number;
}

export interface HostHealth extends Readonly<HostCounts> {
  readonly actors: ActorHealth[];
  /** What actors failed on last, by address. */
  readonly errors: Record<string, string>;
  readonly waiting: number;
  readonly unsent: number;
  readonly unanswered: number;
  readonly calls: number;
  readonly deadLetters: number;
  readonly steps: number;
}

export type ActorFailed = (failed: { readonly address: Address; readonly error: string }) => void;
