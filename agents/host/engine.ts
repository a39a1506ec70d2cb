/**
 * Takes actors step by step. A step is one message, from mailbox to commit: the chart consumes it,
 * the trace gets its record, the store its commit, and only then does anything leave. Whatever a
 * step causes for an actor of this host waits in a mailbox; nothing is ever re-entered.
 */
import { refuse } from '#protocols/errors.ts';
import type { ActorRecord } from './actor-record.ts';
import type { ActorSystem } from './actor-system.ts';
import type { DeadReason } from './dead-letters.ts';
import { noDeadlines } from './deadlines.ts';
import type { Effects } from './effects.ts';
import { Feeding, type Taken } from './feeding.ts';
import type { HostParts } from './host-parts.ts';
import { Inbox } from './inbox.ts';
import { Mailbox } from './mailbox.ts';
import type { CallMessage, ChartEvent, Message } from './message.ts';
import { restartWaitUs } from './supervisor.ts';
import { type Draft, Transaction } from './transaction.ts';

export class Engine {
  readonly #parts: HostParts;
  readonly #effects: Effects;
  readonly #tx: Transaction;
  readonly #inbox: Inbox;
  readonly #feeding: Feeding;
  readonly #queue: ActorRecord[] = [];
  #first = 0;
  #running = false;
  /** Steps taken. */
  steps = 0;

  constructor(parts: HostParts, effects: Effects) {
    this.#parts = parts;
    this.#effects = effects;
    this.#tx = new Transaction(parts);
    this.#inbox = new Inbox(parts);
    this.#feeding = new Feeding(parts, this.#tx);
  }

  /** Puts a message into an actor's mailbox, and works off all mailboxes unless that is going on. */
  deliver(record: ActorRecord, message: Message): void {
    if (this.#parts.over) return;
    if (record.condition === 'failed' || record.condition === 'ended') {
      this.#turnAway(record, message, 'nobody', `the actor has ${record.condition}`);
      return;
    }
    if (
      message.kind === 'call' &&
      this.#refuseCall(record, message, record.role.body.mailbox.capacity)
    ) {
      return;
    }
    if (!this.#running && record.mailbox === undefined && record.condition === 'ready') {
      // Nothing waits anywhere: the usual case, and no mailbox is made for it.
      this.work(record, message);
      return;
    }
    record.mailbox ??= new Mailbox();
    const dropped = record.mailbox.put(message, record.role.body.mailbox);
    if (dropped !== undefined) {
      this.#parts.counts.dropped += 1;
      this.#turnAway(record, dropped, 'overflow', 'the mailbox was full');
    }
    this.#enqueue(record);
    this.work();
  }

  /** Takes up an actor whose wait after a failure is over. */
  resume(record: ActorRecord): void {
    record.condition = 'ready';
    for (const running of record.running) {
      // Its answer came to a step that failed; it is told again.
      if (running.outcome !== undefined) {
        record.mailbox ??= new Mailbox();
        record.mailbox.put({ kind: 'port', running }, record.role.body.mailbox);
      }
    }
    this.#enqueue(record);
    this.work();
  }

  /** Works off all mailboxes, after the message given. */
  work(given?: ActorRecord, message?: Message): void {
    if (this.#running || this.#parts.over) return;
    this.#running = true;
    try {
      if (given !== undefined && message !== undefined) this.#take(given, message);
      for (;;) {
        const record = this.#queue[this.#first];
        if (record === undefined) break;
        this.#first += 1;
        record.queued = false;
        // Since it was queued it may have failed; then its mailbox waits.
        if (record.condition !== 'ready') continue;
        const next = record.mailbox?.take();
        if (next === undefined) continue;
        if (record.mailbox?.length === 0) record.mailbox = undefined;
        else this.#enqueue(record);
        this.#take(record, next);
      }
      this.#queue.length = 0;
      this.#first = 0;
    } catch (error) {
      // A store that does not take a commit, or a test that kills: nothing may follow.
      this.#parts.halt();
      throw error;
    } finally {
      this.#running = false;
    }
  }

  /** Lends an actor's chart for a look; one that rested rests again. */
  look<Value>(record: ActorRecord, read: (awake: ActorSystem) => Value): Value | undefined {
    if (record.condition !== 'ready' || record.seq === 0) return undefined;
    if (record.awake !== undefined) return read(record.awake);
    // A step may be going on: its transaction is not touched.
    const tx = new Transaction(this.#parts);
    tx.begin(record);
    const value = read(this.#feeding.wake(record, tx));
    this.#effects.rest.consider(record);
    return value;
  }

  #enqueue(record: ActorRecord): void {
    if (record.queued || record.condition !== 'ready') return;
    record.queued = true;
    this.#queue.push(record);
  }

  #refuseCall(record: ActorRecord, { done, invocation }: CallMessage, capacity: number): boolean {
    if (record.condition === 'restarting' && invocation.once === undefined) {
      done({ ok: false, error: refuse('unavailable', undefined, 1_000) });
      return true;
    }
    if ((record.mailbox?.length ?? 0) < capacity) return false;
    done({ ok: false, error: refuse('overloaded', undefined, 1_000) });
    return true;
  }

  #take(record: ActorRecord, message: Message): void {
    const tx = this.#tx;
    this.#parts.point('taken', record.address);
    if (this.#inbox.isRepetition(record, message)) return;
    tx.begin(record);
    let taken: Taken | undefined;
    let error: unknown;
    try {
      taken = this.#feeding.feed(record, message);
      const snapshot = record.awake?.snapshot;
      if (snapshot?.status === 'error') error = snapshot.error ?? new Error('the chart failed');
      else error = tx.fault;
    } catch (cause) {
      error = cause ?? new Error('the chart failed');
    }
    if (error !== undefined) {
      this.#fault(record, message, error);
      return;
    }
    if (taken !== undefined) this.#commit(record, message, taken);
    this.#effects.rest.consider(record);
  }

  #commit(record: ActorRecord, message: Message, taken: Taken): void {
    const tx = this.#tx;
    const parts = this.#parts;
    const { payload, type, reply } = taken;
    const stepped = payload !== undefined;
    const draft = newDraft();
    const before = record.deadlines;
    parts.point('stepped', record.address);
    if (stepped) {
      // The seq names the intents of this step, so it grows after they were given it.
      tx.settlePorts(message.kind === 'port' ? message.running : undefined);
      tx.gather(draft);
      this.#inbox.settle(message, reply, tx);
      if (tx.outgoing.length > 0) draft.outbox = tx.kept();
      record.seq += 1;
      record.value = record.awake?.snapshot.value ?? record.value;
      const { deadlines } = tx;
      if (deadlines !== undefined) {
        record.deadlines = deadlines.length === 0 ? noDeadlines : deadlines;
      }
      if (record.awake?.snapshot.status === 'done') {
        record.condition = 'ended';
        record.deadlines = noDeadlines;
      }
      record.chain.record(type, payload, record.value, record.role.loaded.shortHash);
      parts.point('traced', record.address);
    }
    if (!stepped) this.#inbox.settle(message, reply, tx);
    const { placed, counters } = record;
    if (placed?.changed === true) {
      record.counters = placed.takeCounters(counters);
      const memory = placed.takeMemory();
      if (memory !== undefined) draft.memory = memory;
    }
    if (tx.inbox.length > 0) draft.inbox = tx.inbox;
    const out = parts.outbox.takeOut();
    if (out !== undefined) draft.sent = tx.sent.length === 0 ? out : [...out, ...tx.sent];
    else if (tx.sent.length > 0) draft.sent = tx.sent;
    if (stepped || record.counters !== counters) {
      if (record.awake === undefined) this.#feeding.wake(record);
      draft.actor = tx.stored();
    }
    if (draft.actor !== undefined || isFilled(draft)) parts.store.commit(draft);
    parts.point('committed', record.address);
    if (stepped) {
      this.steps += 1;
      parts.inspected(record, type, payload);
    }
    this.#effects.leave(record, message, tx, { before, reply });
    this.#inbox.prune();
  }

  #fault(record: ActorRecord, message: Message, error: unknown): void {
    const parts = this.#parts;
    const text = error instanceof Error ? error.message : String(error);
    const event = eventOf(message);
    record.awake = undefined;
    record.placed?.undo();
    parts.counts.faults += 1;
    record.chain.record(
      'fault',
      { error: text, event: event?.type ?? message.kind },
      record.value,
      record.role.loaded.shortHash,
    );
    record.faults ??= { atUs: [], retry: undefined, restarts: 0, last: '' };
    record.faults.last = text;
    const waitUs = restartWaitUs(record.faults.atUs, parts.clock, parts.budget);
    record.condition = waitUs === undefined ? 'failed' : 'restarting';
    this.#giveBack(record, message, text);
    if (waitUs === undefined) {
      for (const left of record.mailbox?.clear() ?? []) {
        this.#turnAway(record, left, 'nobody', 'the actor has failed');
      }
      parts.failed(record, text);
    } else {
      record.faults.restarts += 1;
      const dueUs = parts.clock.monotonic() + waitUs;
      record.faults.retry = parts.clock.schedule(dueUs, () => this.resume(record), {
        target: record.address,
        source: record.address,
        seq: record.seq,
      });
    }
  }

  /** What the actor owns comes again with its restart; the rest becomes a dead letter. */
  #giveBack(record: ActorRecord, message: Message, text: string): void {
    if (message.kind === 'port') return;
    if (message.kind === 'timer' || message.kind === 'begin') {
      record.mailbox ??= new Mailbox();
      record.mailbox.put(message, record.role.body.mailbox);
      return;
    }
    this.#turnAway(record, message, 'fault', text);
  }

  #turnAway(record: ActorRecord, message: Message, reason: DeadReason, detail: string): void {
    const parts = this.#parts;
    if (message.kind === 'call') {
      message.done({ ok: false, error: refuse('unavailable', detail) });
      return;
    }
    const event = eventOf(message);
    if (event === undefined) return;
    const meta = parts.deadLetters.bury({ address: record.address, reason, detail, event });
    const sent =
      message.kind === 'event' && message.outboxId !== undefined ? [message.outboxId] : [];
    parts.store.commit({ meta, sent });
    if (message.kind === 'heard') message.consumed();
  }
}

function eventOf(message: Message): ChartEvent | undefined {
  switch (message.kind) {
    case 'event':
      return message.event;
    case 'timer':
      return message.deadline.event;
    case 'heard': {
      const { event, source, data } = message.heard;
      return { ...(data as object), type: event.name, source };
    }
    default:
      return undefined;
  }
}

function newDraft(): Draft {
  return {
    actor: undefined,
    inbox: undefined,
    outbox: undefined,
    sent: undefined,
    memory: undefined,
    meta: undefined,
  };
}

function isFilled({ inbox, outbox, sent, memory, meta }: Draft): boolean {
  return (
    inbox !== undefined ||
    outbox !== undefined ||
    sent !== undefined ||
    memory !== undefined ||
    meta !== undefined
  );
}
