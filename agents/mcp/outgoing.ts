/** What both lanes of a caller share. */
import type { CallRequested } from '#machines/effects.ts';
import type { Clock } from '#protocols/clock.ts';
import { type Refusal, refuse } from '#protocols/errors.ts';
import type { Address } from '#protocols/ids.ts';
import type { Random } from '#protocols/random.ts';
import type { Caller } from '#protocols/roles.ts';
import type { Tool } from '#protocols/tool.ts';
import type { Bus, BusError } from '../bus/bus.ts';

export interface CallerOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly random: Random;
  readonly site: string;
  /** How often the receiver of a durable call is asked, beside the task events it sends. */
  readonly pollEveryMs?: number;
}

export type Progress = { progress: number; total?: number; message?: string };

/** A call that was sent. */
export interface SentCall {
  /** Nobody waits for it any more, and nothing calls back. What was sent on the durable lane stands. */
  cancel(): void;
  /**
   * Asks for it not to be carried out. On the live lane it ends as `cancelled`; on the durable lane
   * the receiver decides, and a call that it has begun ends as it ends.
   */
  revoke(): void;
}

/** A call whose arguments fit, on its way out. */
export interface Outgoing {
  readonly caller: Caller;
  readonly target: Address;
  readonly tool: Tool;
  readonly request: Omit<CallRequested, 'type'>;
  readonly deadlineMs: number;
  readonly issuedMs: number;
  /** The request as it travels. */
  readonly data: Uint8Array;
}

export function refusalOf({ code, message }: BusError, target: string): Refusal {
  switch (code) {
    case 'no_responders':
      return refuse('not_reachable', `Address: ${target}.`);
    case 'timed_out':
      return refuse('timed_out', `Address: ${target}.`);
    case 'not_permitted':
      return refuse('not_granted', 'The broker turned it down.');
    default:
      return refuse('not_reachable', message);
  }
}
