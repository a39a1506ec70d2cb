/**
 * Takes actors step by step. A step is one message, from mailbox to commit: the chart consumes it,
 * the trace gets its record, the store its commit, and only then does anything leave. Whatever a
 * step causes for an actor of this host waits in a mailbox; nothing is ever re-entered.
 */
import { type Outcome, refuse } from '#protocols/errors.ts';
import type { Address } from '#protocols/ids.ts';
import type { TraceType } from '#protocols/trace.ts';
import { pending, type Call } from '../body.ts';
import type { InboxRecord } from '../store/store.ts';
import type { ActorRecord } from './actor-record.ts';
import { ActorSystem } from './actor-system.ts';
import type { DeadReason } from './dead-letters.ts';
import { type Deadline, noDeadlines } from './deadlines.ts';
import type { Effects } from './effects.ts';
import type { HostParts } from './host-parts.ts';
import type { CallMessage, ChartEvent, HeardMessage, Message } from './message.ts';
import { Mailbox } from './mailbox.ts';
import { revived } from './snapshots.ts';
import { restartWaitUs } from './supervisor.ts';
import { type Draft, Transaction } from './transaction.ts';

/** How long the key of an event is remembered: longer than any broker sends one again. */
const EVENT_KEY_US = 3_600_000_000;
const PRUNE_EVERY_US = 600_000_000;

/** What a step gave besides what the transaction collected. */
interface Taken {
  readonly type: TraceType;
  readonly payload: unknown;
  /** For a call: its answer, or that it comes later. */
  readonly reply?: Outcome<unknown> | typeof pending;
}

export class Engine {
  readonly #parts: HostParts;
  readonly #effects: Effects;
  readonly #tx: Transaction;
  readonly #queue: ActorRecord[] = [];
  #first = 0;
  #running = false;
  #pruneAtUs: number;
  /** Steps taken. */
  steps = 0;

  constructor(parts: HostParts, effects: Effects) {
    this.#parts = parts;
    this.#effects = effects;
    this.#tx = new Transaction(parts);
    this.#pruneAtUs = parts.clock.monotonic() + PRUNE_EVERY_US;
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
    const value = read(this.#wake(record, tx));
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
    if (this.#isRepetition(record, message)) return;
    tx.begin(record);
    let taken: Taken | undefined;
    let error: unknown;
    try {
      taken = this.#feed(record, message);
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

  /** Undefined when the message no longer concerns the actor. */
  #feed(record: ActorRecord, message: Message): Taken | undefined {
    switch (message.kind) {
      case 'event': {
        (record.awake ?? this.#wake(record)).send(message.event);
        if (message.outboxId !== undefined) this.#tx.sent.push(message.outboxId);
        return { type: 'message', payload: message.event };
      }
      case 'timer': {
        const { deadline } = message;
        if (!record.deadlines.includes(deadline)) return undefined;
        this.#tx.cancel(deadline.id);
        (record.awake ?? this.#wake(record)).send(deadline.event);
        return { type: 'timer', payload: deadline.event };
      }
      case 'port': {
        const { intent, outcome } = message.running;
        if (outcome === undefined || !record.running.includes(message.running)) return undefined;
        if (record.awake === undefined) this.#wake(record);
        const { key, port } = intent;
        // Waking gives the port another place in the chart.
        const { child } = message.running;
        if (outcome.ok) child.send({ type: 'port.done', output: outcome.value });
        else child.send({ type: 'port.failed', error: outcome.error });
        return { type: 'port', payload: { key, port, outcome } };
      }
      case 'heard':
        return this.#hear(record, message);
      case 'call':
        return this.#call(record, message);
      case 'begin':
        return this.#begin(record);
    }
  }

  #begin(record: ActorRecord): Taken {
    if (record.seq === 0) {
      const system = new ActorSystem(record, this.#tx, this.#tx.emitted, { input: record.input });
      record.awake = system;
      system.start();
      return { type: 'message', payload: { type: 'actor.started' } };
    }
    this.#wake(record);
    return { type: 'message', payload: { type: 'actor.resumed' } };
  }

  #wake(record: ActorRecord, tx = this.#tx): ActorSystem {
    const { store, migrated } = this.#parts;
    const stored = store.actor(record.address);
    if (stored === undefined) throw new Error(`${record.address} has no snapshot to wake from`);
    const snapshot = revived(migrated(stored, record.role.loaded), stored);
    const system = new ActorSystem(record, tx, this.#tx.emitted, { snapshot });
    record.awake = system;
    tx.wake(() => system.start());
    if (system.snapshot.status === 'error') throw system.snapshot.error;
    return system;
  }

  #hear(record: ActorRecord, { heard, key }: HeardMessage): Taken | undefined {
    const { event, source, data } = heard;
    let chartEvent: ChartEvent | undefined;
    for (const { to } of record.role.hears.get(event.name) ?? []) {
      if (to === 'chart') chartEvent = { type: event.name, source, ...(data as object) };
      else to(heard, record.place);
    }
    if (key !== undefined) {
      const expiresWallUs = this.#parts.clock.now() + EVENT_KEY_US;
      const once = { key: eventKey(record.address, key), contentHash: '', answer: null };
      this.#tx.inbox.push({ ...once, status: 'done', expiresWallUs });
    }
    if (chartEvent === undefined) return { type: 'message', payload: undefined };
    (record.awake ?? this.#wake(record)).send(chartEvent);
    return { type: 'message', payload: chartEvent };
  }

  #call(record: ActorRecord, { handler, invocation }: CallMessage): Taken {
    const { call } = invocation;
    const awake = record.awake ?? this.#wake(record);
    let event: ChartEvent | undefined;
    if (handler.event !== undefined) {
      // EventObject is any object with a type.
      event = handler.event(call, awake.snapshot, record.place) as ChartEvent;
      awake.send(event);
      // A chart that failed has nothing to be read from; the caller of this finds the failure.
      if (awake.snapshot.status === 'error') return { type: 'message', payload: event };
    }
    const reply = handler.reply(awake.snapshot, call as Call<never>, record.place);
    return { type: 'message', payload: event, reply };
  }

  /** A durable call or event that was taken before is answered from its record. */
  #isRepetition(record: ActorRecord, message: Message): boolean {
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

  #commit(record: ActorRecord, message: Message, taken: Taken): void {
    const tx = this.#tx;
    const parts = this.#parts;
    const { payload, type, reply } = taken;
    const stepped = payload !== undefined;
    const draft: Draft = {};
    let dropped: readonly Deadline[] = noDeadlines;
    parts.point('stepped', record.address);
    if (stepped) {
      // The seq names the intents of this step, so it grows after they were given it.
      tx.settlePorts(message.kind === 'port' ? message.running : undefined);
      tx.gather(draft);
      record.seq += 1;
      record.value = record.awake?.snapshot.value ?? record.value;
      const { deadlines } = tx;
      if (deadlines !== undefined) {
        dropped = record.deadlines;
        record.deadlines = deadlines.length === 0 ? noDeadlines : deadlines;
      }
      if (record.awake?.snapshot.status === 'done') {
        record.condition = 'ended';
        dropped = record.deadlines;
        record.deadlines = noDeadlines;
      }
      parts.trace.record(record.address, type, payload, record.value, record.role.loaded.shortHash);
      parts.point('traced', record.address);
    }
    const durable = this.#settleCalls(message, reply);
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
      if (record.awake === undefined) this.#wake(record);
      draft.actor = tx.stored();
    }
    if (!isEmpty(draft)) parts.store.commit(draft);
    parts.point('committed', record.address);
    if (stepped) {
      this.steps += 1;
      parts.inspected(record, type, payload);
    }
    this.#effects.leave(record, message, tx, { dropped, reply, durable });
    this.#prune();
  }

  /** Turns the answers of this step into inbox records. */
  #settleCalls(message: Message, reply: Taken['reply']): ReadonlySet<string> | undefined {
    const tx = this.#tx;
    const parts = this.#parts;
    let durable: Set<string> | undefined;
    for (const { callId, outcome } of tx.answers) {
      const known = parts.store.inbox(callId);
      if (known?.status !== 'working') continue;
      tx.inbox.push({ ...known, status: 'done', answer: outcome });
      durable ??= new Set();
      durable.add(callId);
    }
    if (message.kind !== 'call' || message.invocation.once === undefined) return durable;
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
    return durable;
  }

  #fault(record: ActorRecord, message: Message, error: unknown): void {
    const parts = this.#parts;
    const text = error instanceof Error ? error.message : String(error);
    const event = eventOf(message);
    record.awake = undefined;
    record.placed?.undo();
    parts.counts.faults += 1;
    parts.trace.record(
      record.address,
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
    const sent = message.kind === 'event' && message.outboxId !== undefined ? [message.outboxId] : [];
    parts.store.commit({ meta, sent });
    if (message.kind === 'heard') message.consumed();
  }

  #prune(): void {
    const { clock, store } = this.#parts;
    if (clock.monotonic() < this.#pruneAtUs) return;
    this.#pruneAtUs = clock.monotonic() + PRUNE_EVERY_US;
    store.prune(clock.now());
  }
}

export function eventKey(address: Address, key: string): string {
  return `${address} ${key}`;
}

function eventOf(message: Message): ChartEvent | undefined {
  switch (message.kind) {
    case 'event':
      return message.event;
    case 'timer':
      return message.deadline.event;
    case 'heard': {
      const { event, source, data } = message.heard;
      return { type: event.name, source, ...(data as object) };
    }
    default:
      return undefined;
  }
}

function isEmpty(draft: Draft): boolean {
  for (const _ in draft) return false;
  return true;
}
