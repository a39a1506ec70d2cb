/**
 * What charts emit for their host to carry out, beside the events they publish. All of it leaves
 * in the transaction of the message that caused it, or not at all.
 */
import type { Outcome } from '#protocols/errors.ts';
import type { LedgerNote } from '#protocols/ledger.ts';
import type { Approval, Verdict } from '#protocols/verdict.ts';

/** The answer to a call that the chart took its time over. */
export interface CallAnswered {
  readonly type: 'call.answered';
  readonly callId: string;
  readonly outcome: Outcome<unknown>;
}

/** Calls a tool of another actor. `call.returned` comes back with the same `callId`. */
export interface CallRequested {
  readonly type: 'call.requested';
  readonly callId: string;
  readonly target: string;
  readonly tool: string;
  readonly arguments: unknown;
  readonly verdict?: Verdict;
  readonly approval?: Approval;
  /** Of a second person, for a call that two approve. */
  readonly countersignature?: Approval;
  readonly timeoutMs: number;
}

/** What a chart receives for each `call.requested`, exactly once. */
export interface CallReturned {
  readonly type: 'call.returned';
  readonly callId: string;
  readonly outcome: Outcome<unknown>;
}

/** Hands an event to another actor of the same host. */
export interface Told {
  readonly type: 'told';
  readonly actor: string;
  readonly event: { readonly type: string; readonly [key: string]: unknown };
}

export interface LedgerNoted {
  readonly type: 'ledger.noted';
  readonly note: LedgerNote;
}

export type HostEffect = CallAnswered | CallRequested | Told | LedgerNoted;

/** How a named delay continues after a restart; declared in `meta.timers` of the machine. */
export type TimerPolicy =
  /** Starts over: only time under observation counts. */
  | 'restart'
  /** Falls due when it would have; overdue, at once. */
  | 'original'
  /** `original` while the clock can be trusted since the snapshot, else `restart`. */
  | 'original-if-trusted';

export interface MachineMeta {
  readonly timers: Readonly<Record<string, TimerPolicy>>;
}
