/** Feeds a message to its actor's chart, which is woken for it where it rests. */
import type { Outcome } from '#protocols/errors.ts';
import type { TraceType } from '#protocols/trace.ts';
import type { Call, pending } from '../body.ts';
import type { ActorRecord } from './actor-record.ts';
import { ActorSystem } from './actor-system.ts';
import type { HostParts } from './host-parts.ts';
import { heardOnce } from './inbox.ts';
import type { CallMessage, ChartEvent, HeardMessage, Message } from './message.ts';
import { revived } from './snapshots.ts';
import type { Transaction } from './transaction.ts';

/** What a step gave besides what the transaction collected. */
export interface Taken {
  readonly type: TraceType;
  readonly payload: unknown;
  /** For a call: its answer, or that it comes later. */
  readonly reply?: Outcome<unknown> | typeof pending;
}

export class Feeding {
  readonly #parts: HostParts;
  readonly #tx: Transaction;

  constructor(parts: HostParts, tx: Transaction) {
    this.#parts = parts;
    this.#tx = tx;
  }

  /** Undefined when the message no longer concerns the actor. */
  feed(record: ActorRecord, message: Message): Taken | undefined {
    switch (message.kind) {
      case 'event': {
        (record.awake ?? this.wake(record)).send(message.event);
        if (message.outboxId !== undefined) this.#tx.sent.push(message.outboxId);
        return { type: 'message', payload: message.event };
      }
      case 'timer': {
        const { deadline } = message;
        if (!record.deadlines.includes(deadline)) return undefined;
        this.#tx.cancel(deadline.id);
        (record.awake ?? this.wake(record)).send(deadline.event);
        return { type: 'timer', payload: deadline.event };
      }
      case 'port': {
        const { intent, outcome } = message.running;
        if (outcome === undefined || !record.running.includes(message.running)) return undefined;
        if (record.awake === undefined) this.wake(record);
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
        return this.#begin(record, message.input);
    }
  }

  #begin(record: ActorRecord, input: unknown): Taken {
    if (record.seq === 0) {
      const system = new ActorSystem(record, this.#tx, this.#tx.emitted, { input });
      record.awake = system;
      system.start();
      return { type: 'message', payload: { type: 'actor.started' } };
    }
    this.wake(record);
    return { type: 'message', payload: { type: 'actor.resumed' } };
  }

  /** Restores a chart from the last commit. */
  wake(record: ActorRecord, tx = this.#tx): ActorSystem {
    const { store } = this.#parts;
    const stored = store.actor(record.address);
    if (stored === undefined) throw new Error(`${record.address} has no snapshot to wake from`);
    const snapshot = revived(this.#parts.migrated(stored, record.role.loaded), stored);
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
      if (to === 'chart') chartEvent = { ...(data as object), type: event.name, source };
      else to(heard, record.place);
    }
    if (key !== undefined) {
      this.#tx.inbox.push(heardOnce(record.address, key, this.#parts.clock.now()));
    }
    if (chartEvent === undefined) return { type: 'message', payload: undefined };
    (record.awake ?? this.wake(record)).send(chartEvent);
    return { type: 'message', payload: chartEvent };
  }

  #call(record: ActorRecord, { handler, invocation }: CallMessage): Taken {
    const { call } = invocation;
    const awake = record.awake ?? this.wake(record);
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
}
