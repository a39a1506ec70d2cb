/**
 * What is known of durable calls, by caller and key. The host's inbox is the record; a key belongs
 * to its caller, so nobody can take, read or cancel another's.
 */
import { sha256OfJson } from '#protocols/canonical-json.ts';
import { type Outcome, type Refusal, refuse } from '#protocols/errors.ts';
import type { Caller } from '#protocols/roles.ts';
import type { ActorHost } from '../host/actor-host.ts';
import type { InboxRecord } from '../store/store.ts';

/** The content of a call that was cancelled before it came: it may have been anything. */
const UNSEEN = '';

/** The name of a call at its receiver: also its `callId` there. */
export function recordKey(caller: Caller, key: string): string {
  return `${caller}/${key}`;
}

export class CallRecords {
  readonly #host: ActorHost;

  constructor(host: ActorHost) {
    this.#host = host;
  }

  find(caller: Caller, key: string): InboxRecord | undefined {
    return this.#host.inbox(recordKey(caller, key));
  }

  /** What the door knows before the call is let through: `fresh`, `again` with the same content, or `reused`. */
  compare(record: InboxRecord | undefined, contentHash: string): 'fresh' | 'again' | 'reused' {
    if (record === undefined) return 'fresh';
    return record.contentHash === contentHash || record.contentHash === UNSEEN ? 'again' : 'reused';
  }

  refuse(
    caller: Caller,
    key: string,
    contentHash: string,
    refusal: Refusal,
    expiresWallUs: number,
  ): void {
    this.#remember(caller, key, contentHash, refusal, expiresWallUs);
  }

  /** Marks a call that has not come: when it does, it is refused. */
  cancel(caller: Caller, key: string, expiresWallUs: number): void {
    this.#remember(caller, key, UNSEEN, refuse('cancelled'), expiresWallUs);
  }

  #remember(
    caller: Caller,
    key: string,
    contentHash: string,
    error: Refusal,
    expiresWallUs: number,
  ): void {
    const answer: Outcome<never> = { ok: false, error };
    this.#host.remember({
      key: recordKey(caller, key),
      contentHash,
      status: 'done',
      answer,
      expiresWallUs,
    });
  }
}

/** What one key stands for: the arguments as they came, or the reference to them. */
export function contentHashOf(call: {
  readonly target: string;
  readonly tool: string;
  readonly caller: Caller;
  readonly arguments: unknown;
}): string {
  return sha256OfJson(call);
}

/** The answer in a record; records are written by the host and by the door, as outcomes. */
export function answerIn(record: InboxRecord): Outcome<unknown> {
  return record.answer as Outcome<unknown>;
}
