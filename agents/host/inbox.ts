/** What was done about messages with a key, so that each takes effect once. */
import type { CallAnswered } from '#machines/effects.ts';
import { type Outcome, refuse } from '#protocols/errors.ts';
import type { Address } from '#protocols/ids.ts';
import { pending } from '../body.ts';
import type { InboxRecord } from '../store/store.ts';
import type { ActorRecord } from './actor-record.ts';
import type { HostParts } from './host-parts.ts';
import type { Message } from './message.ts';
import type { Transaction } from './transaction.ts';

/** How long the key of an event is remembered: longer than any broker sends one again. */
const EVENT_KEY_US = 3_600_000_000;
const PRUNE_EVERY_US = 600_000_000;

export class Inbox {
  readonly #parts: HostParts;
  #pruneAtUs: number;

  constructor(parts: HostParts) {
    this.#parts = parts;
    this.#pruneAtUs = parts.clock.monotonic() + PRUNE_EVERY_US;
  }

  /** A durable call or event that was taken before is answered from its record. */
  isRepetition(record: ActorRecord, message: Message): boolean {
    const { store } = this.#parts;
    if (message.kind === 'heard') {
      const { key, consumed } = message;
      if (key === undefined) return false;
      if (store.inbox(eventKey(record.address, key)) === undefined) return false;
      consumed();
      return true;
    }
    if (message.kind !== 'call') return false;
    const { invocation, done } = message;
    const { callId } = invocation.call;
    if (invocation.once === undefined) {
      if (!this.#parts.answers.isAwaited(callId)) return false;
      done({ ok: false, error: refuse('key_reused') });
      return true;
    }
    const known = store.inbox(callId);
    if (known === undefined) return false;
    if (known.contentHash !== invocation.once.contentHash) {
      done({ ok: false, error: refuse('key_reused') });
    } else if (known.status === 'done') {
      // Only outcomes are stored as answers of calls.
      done(known.answer as Outcome<unknown>);
    } else {
      this.#parts.answers.wait(callId, done);
      invocation.accepted?.();
    }
    return true;
  }

  /** Turns the answers of this step into inbox records. */
  settle(
    message: Message,
    reply: Outcome<unknown> | typeof pending | undefined,
    tx: Transaction,
  ): void {
    // Those that are stored are taken out of the list.
    for (const answered of tx.answers.length === 0 ? nothing : [...tx.answers]) {
      const known = this.#parts.store.inbox(answered.callId);
      if (known?.status !== 'working') continue;
      tx.inbox.push({ ...known, status: 'done', answer: answered.outcome });
      tx.answerDurably(answered);
    }
    if (message.kind !== 'call' || message.invocation.once === undefined) return;
    const { call, once } = message.invocation;
    const atOnce =
      reply === pending ? tx.answers.find(({ callId }) => callId === call.callId)?.outcome : reply;
    const record: InboxRecord = {
      key: call.callId,
      contentHash: once.contentHash,
      status: atOnce === undefined ? 'working' : 'done',
      answer: atOnce ?? null,
      expiresWallUs: once.expiresWallUs,
    };
    tx.inbox.push(record);
  }

  prune(): void {
    const { clock, store } = this.#parts;
    if (clock.monotonic() < this.#pruneAtUs) return;
    this.#pruneAtUs = clock.monotonic() + PRUNE_EVERY_US;
    store.prune(clock.now());
  }
}

/** The record of an event that an actor has consumed. */
export function heardOnce(address: Address, key: string, nowWallUs: number): InboxRecord {
  return {
    key: eventKey(address, key),
    contentHash: '',
    status: 'done',
    answer: null,
    expiresWallUs: nowWallUs + EVENT_KEY_US,
  };
}

const nothing: readonly CallAnswered[] = [];

function eventKey(address: Address, key: string): string {
  return `${address} ${key}`;
}
