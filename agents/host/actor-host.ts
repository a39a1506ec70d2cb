/** What the door, the callers and a process see of a host. */

import type { CallRequested } from '#machines/effects.ts';
import type { Outcome } from '#protocols/errors.ts';
import type { RadioLegalState } from '#protocols/events/radio.ts';
import type { Address } from '#protocols/ids.ts';
import type { Caller } from '#protocols/roles.ts';
import type { Body, Call, Heard } from '../body.ts';
import type { InboxRecord } from '../store/store.ts';

export interface Invocation {
  readonly call: Call<unknown>;
  /**
   * Set on the durable lane: the key's record is committed with the chart's step, so the call takes
   * effect once. A repetition is answered from the record and never reaches the chart.
   */
  readonly once?: { readonly contentHash: string; readonly expiresWallUs: number };
  /** Called after the commit when the answer is not there yet: the call is taken, and will be answered. */
  readonly accepted?: () => void;
}

export interface ActorHost {
  readonly site: string;
  readonly node: string;
  addresses(): readonly Address[];
  body(address: Address): Body | undefined;
  /** Hands a call that has passed the door to its actor. Calls back once, after the commit. */
  invoke(address: Address, invocation: Invocation, done: (outcome: Outcome<unknown>) => void): void;
  /** Hands over an event of another actor. `consumed` is called once it is committed. */
  hear(address: Address, heard: Heard, key: string | undefined, consumed: () => void): void;
  /** What is known of a durable call, by its call id. */
  inbox(key: string): InboxRecord | undefined;
  /**
   * Hears the answers of durable calls that nobody waits for any more, as after a restart. One that
   * the host was killed on is told again, so that none is lost.
   */
  onAnswered(listener: (address: Address, key: string, outcome: Outcome<unknown>) => void): void;
  /**
   * Commits an inbox record by itself, without a step of a chart: a refusal at the door, so that a
   * repetition is refused alike, or the mark that a call was cancelled before it came.
   */
  remember(record: InboxRecord): void;
  legalState(address: Address): RadioLegalState | undefined;
  baseVersion(address: Address): number | null;
  /** Traces a decision at the door and counts refusals by code. */
  noteCall(
    address: Address,
    note: { tool: string; caller: Caller; callId: string; refused?: string },
  ): void;
}

/** Carries out `call.requested`. The outcome comes once, also for a call that outlives a restart. */
export interface ToolCaller {
  call(
    from: { readonly actor: Address; readonly caller: Caller },
    request: Omit<CallRequested, 'type'>,
    done: (outcome: Outcome<unknown>) => void,
    onProgress?: (progress: { progress: number; total?: number; message?: string }) => void,
  ): { cancel(): void };
}
