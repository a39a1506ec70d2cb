/** Lets out what a step caused, after its commit. */
import type { CallAnswered } from '#machines/effects.ts';
import type { Outcome } from '#protocols/errors.ts';
import type { Address } from '#protocols/ids.ts';
import { pending } from '../body.ts';
import { decode } from '../store/packing.ts';
import type { OutboxMessage } from '../store/store.ts';
import type { ActorRecord } from './actor-record.ts';
import { Calls } from './calls.ts';
import type { Deadline } from './deadlines.ts';
import type { HostParts } from './host-parts.ts';
import type { ChartEvent, Message } from './message.ts';
import { Ports } from './ports.ts';
import { Rest } from './rest.ts';
import type { Transaction } from './transaction.ts';

/** What the step gave beside what its transaction holds. */
export interface Committed {
  /** The deadlines before the step. */
  readonly before: readonly Deadline[];
  readonly reply: Outcome<unknown> | typeof pending | undefined;
}

type Answered = Pick<CallAnswered, 'callId' | 'outcome'>;

export class Effects {
  readonly rest: Rest;
  readonly ports: Ports;
  readonly calls: Calls;
  readonly #parts: HostParts;
  readonly #deliver: (record: ActorRecord, message: Message) => void;

  constructor(parts: HostParts, deliver: (record: ActorRecord, message: Message) => void) {
    this.#parts = parts;
    this.#deliver = deliver;
    this.rest = new Rest(parts);
    this.ports = new Ports(parts, deliver);
    this.calls = new Calls(parts, deliver);
  }

  leave(record: ActorRecord, message: Message, tx: Transaction, committed: Committed): void {
    const { address } = record;
    const parts = this.#parts;
    const { before } = committed;
    if (record.deadlines !== before) {
      for (const deadline of before) if (!record.deadlines.includes(deadline)) deadline.disarm();
      for (const deadline of record.deadlines) {
        if (!before.includes(deadline)) this.arm(record, deadline);
      }
      parts.point('armed', address);
    }
    for (const running of tx.abandoned) this.ports.abandon(running);
    if (tx.outgoing.length > 0) {
      for (const outgoing of tx.outgoing) this.send(record, outgoing);
      parts.point('sent', address);
    }
    this.#answer(record, message, tx, committed);
    if (tx.started.length === 0) return;
    // A port that answers at once is delivered after this step, but may start another actor's.
    for (const running of [...tx.started]) {
      if (record.running.includes(running)) this.ports.begin(record, running);
    }
  }

  /** Waits for a deadline on the host's clock. */
  arm(record: ActorRecord, deadline: Deadline): void {
    tie.target = record.address;
    tie.source = record.address;
    tie.seq = record.seq;
    const due = () => this.#deliver(record, { kind: 'timer', deadline });
    deadline.arm(this.#parts.clock, due, tie);
  }

  send(record: ActorRecord, message: OutboxMessage): void {
    switch (message.kind) {
      case 'append':
        this.#parts.outbox.add(message);
        break;
      case 'publish':
        this.#parts.bus.publish(message.subject, message.data);
        break;
      case 'told':
        this.tell(message);
        break;
      case 'answer': {
        const { id, data } = message;
        // Encoded by the transaction that answered.
        const { callId, outcome } = decode(data) as Answered;
        const told = () => this.#parts.outbox.isOut(id);
        this.#parts.answers.answer(record.address, callId, outcome, told);
        break;
      }
      case 'call':
      case 'command':
        this.calls.begin(record, message);
        break;
    }
  }

  tell({ id, subject, data }: OutboxMessage): void {
    // Encoded by the transaction that told it.
    const event = decode(data) as ChartEvent;
    const record = this.#parts.records.get(subject);
    if (record !== undefined) {
      this.#deliver(record, { kind: 'event', event, outboxId: id });
      return;
    }
    const meta = this.#parts.deadLetters.bury({
      address: subject as Address,
      reason: 'nobody',
      detail: 'no such actor on this host',
      event,
    });
    this.#parts.store.commit({ meta, sent: [id] });
  }

  #answer(record: ActorRecord, message: Message, tx: Transaction, { reply }: Committed): void {
    const { answers } = this.#parts;
    const own = message.kind === 'call' ? message.invocation.call.callId : undefined;
    let outcome = reply === pending ? undefined : reply;
    for (const { callId, outcome: later } of tx.answers) {
      if (callId === own && reply === pending) outcome = later;
      else answers.answer(record.address, callId, later);
    }
    if (message.kind === 'call') {
      if (outcome !== undefined) message.done(outcome);
      else {
        answers.wait(message.invocation.call.callId, message.done);
        message.invocation.accepted?.();
      }
    } else if (message.kind === 'heard') {
      message.consumed();
    }
    if (message.kind === 'call' || message.kind === 'heard' || tx.answers.length > 0) {
      this.#parts.point('answered', record.address);
    }
  }
}

/** The clock reads a tie at once and does not keep it. */
const tie = { target: '', source: '', seq: 0 };
