/**
 * What one step changes, collected while the chart takes it, committed as one, and only then let
 * out. There is one for a host, used again for each step, since a host takes one step at a time.
 */
import type { AnyActorRef } from 'xstate';
import type { CallAnswered, CallRequested, LedgerNoted, Told } from '#machines/effects.ts';
import type { Clock } from '#protocols/clock.ts';
import type { EventKind } from '#protocols/event.ts';
import { partsOf } from '#protocols/ids.ts';
import type { LedgerNote } from '#protocols/ledger.ts';
import { encode } from '../store/packing.ts';
import type {
  Commit,
  InboxRecord,
  OutboxMessage,
  StoredActor,
  StoredIntent,
} from '../store/store.ts';
import type { ActorRecord } from './actor-record.ts';
import { noIntents, noRunning } from './actor-record.ts';
import type { Collector } from './actor-system.ts';
import { Deadline } from './deadlines.ts';
import { encodeEnvelope, eventSubject } from './event-codec.ts';
import type { ChartEvent } from './message.ts';
import { Running } from './running.ts';

/** The host's writer of its ledger: chains a note and says what to send and to remember. */
export interface LedgerWriter {
  append(
    note: LedgerNote,
    atMs: number,
  ): {
    readonly subject: string;
    readonly data: Uint8Array;
    readonly id: string;
    readonly meta: Readonly<Record<string, unknown>>;
  };
}

/** A commit that is filled in as the step goes on. */
export type Draft = { -readonly [Part in keyof Commit]: Commit[Part] };

const noHeaders: Readonly<Record<string, string>> = Object.freeze({});

export interface TransactionContext {
  readonly clock: Clock;
  readonly bootId: string;
  readonly ledger: LedgerWriter | undefined;
}

export class Transaction implements Collector {
  readonly #context: TransactionContext;
  #record: ActorRecord | undefined;
  /** While an actor wakes, its ports find the runs they had. */
  #waking = false;
  readonly #emitted: ChartEvent[] = [];
  #deadlines: Deadline[] | undefined;
  /** What would end the actor, found where XState would have taken it for a mere failure. */
  fault: unknown = undefined;
  readonly answers: CallAnswered[] = [];
  readonly started: Running[] = [];
  readonly abandoned: Running[] = [];
  readonly outgoing: OutboxMessage[] = [];
  readonly inbox: InboxRecord[] = [];
  readonly sent: string[] = [];

  constructor(context: TransactionContext) {
    this.#context = context;
  }

  begin(record: ActorRecord): void {
    this.#record = record;
    this.#deadlines = undefined;
    this.fault = undefined;
    empty(this.#emitted);
    empty(this.answers);
    empty(this.started);
    empty(this.abandoned);
    empty(this.outgoing);
    empty(this.inbox);
    empty(this.sent);
  }

  wake(task: () => void): void {
    this.#waking = true;
    try {
      task();
    } finally {
      this.#waking = false;
    }
  }

  /** Shared by all actors of the host: only the one that takes a step can emit. */
  readonly emitted = (event: ChartEvent): void => {
    this.#emitted.push(event);
  };

  schedule(id: string | undefined, event: ChartEvent, delayMs: number): void {
    const record = this.#record!;
    const delay = id === undefined ? undefined : record.role.loaded.delayOf(id);
    if (id === undefined || delay === undefined) {
      this.fault = new Error(
        `'${event.type}' was scheduled as '${id}': expected the name of a delay, or <delay>/<id>`,
      );
      return;
    }
    const kept = (this.#deadlines ?? record.deadlines).filter((deadline) => deadline.id !== id);
    kept.push(Deadline.from(this.#context.clock, { id, delay, event, delayMs }));
    this.#deadlines = kept;
  }

  cancel(id: string): void {
    const deadlines = this.#deadlines ?? this.#record!.deadlines;
    for (const deadline of deadlines) {
      if (deadline.id !== id) continue;
      this.#deadlines = deadlines.filter((kept) => kept !== deadline);
      return;
    }
  }

  portStarted(name: string, self: AnyActorRef, input: unknown): void {
    const record = this.#record!;
    const known = record.running.find(({ intent }) => intent.portId === self.id);
    if (this.#waking && known !== undefined) {
      known.child = self;
      return;
    }
    if (this.#waking) {
      const intent = record.intents.find(({ portId }) => portId === self.id);
      if (intent !== undefined) this.started.push(new Running(intent, false, self));
      return;
    }
    if (record.ports[name] === undefined) {
      this.fault = new Error(`port '${name}' was entered but nobody filled it`);
      return;
    }
    const key = `${record.address}#${self.id}#${record.seq}`;
    this.started.push(new Running({ key, portId: self.id, port: name, input }, true, self));
  }

  /** The table of deadlines after the step, or undefined when it did not change. */
  get deadlines(): readonly Deadline[] | undefined {
    return this.#deadlines;
  }

  /** Sorts what was emitted into messages that leave, answers, and the ledger's entries. */
  gather(draft: Draft): void {
    for (const event of this.#emitted) {
      switch (event.type) {
        case 'call.answered':
          // The chart's types say what else an event of this name holds.
          this.answers.push(event as unknown as CallAnswered);
          break;
        case 'call.requested':
          this.#request(event as unknown as CallRequested);
          break;
        case 'told':
          this.#tell(event as unknown as Told);
          break;
        case 'ledger.noted':
          this.#note((event as unknown as LedgerNoted).note, draft);
          break;
        default: {
          const kind = this.#record!.role.publishes.get(event.type);
          if (kind !== undefined) this.#publish(kind, event);
        }
      }
    }
  }

  /** The answer of a durable call leaves like a message, until somebody was told. */
  answerDurably({ callId, outcome }: CallAnswered): void {
    this.outgoing.push({
      id: `answer:${callId}`,
      kind: 'answer',
      subject: this.#record!.address,
      data: encode({ callId, outcome }),
      headers: noHeaders,
    });
    this.answers.splice(
      this.answers.findIndex((answer) => answer.callId === callId),
      1,
    );
  }

  /** What must not be lost of what leaves. */
  kept(): readonly OutboxMessage[] {
    return this.outgoing.filter(({ kind }) => kind !== 'publish');
  }

  /** Finds the ports whose states were left, and what is under way after the step. */
  settlePorts(answered: Running | undefined): void {
    const record = this.#record!;
    const { running } = record;
    if (running.length === 0 && this.started.length === 0) return;
    const children = record.awake?.snapshot.children ?? {};
    const kept: Running[] = [];
    for (const run of running) {
      if (run === answered) continue;
      if (children[run.intent.portId] === run.child) kept.push(run);
      else this.abandoned.push(run);
    }
    for (const run of this.started) {
      // Entered and left within one step: never begun.
      if (children[run.intent.portId] === run.child) kept.push(run);
    }
    record.running = kept.length === 0 ? noRunning : kept;
    record.intents = kept.length === 0 ? noIntents : kept.map(({ intent }): StoredIntent => intent);
  }

  /** The actor as it is after the step. */
  stored(): StoredActor {
    const record = this.#record!;
    const { loaded, body } = record.role;
    return {
      address: record.address,
      role: body.role,
      machineHash: loaded.hash,
      snapshot: record.awake?.snapshot,
      seq: record.seq,
      sent: record.sent,
      random: record.counters,
      timers: record.deadlines,
      intents: record.intents,
      takenAtWallUs: this.#context.clock.now(),
      bootId: this.#context.bootId,
    };
  }

  #request({ type: _, ...request }: CallRequested): void {
    const { address } = this.#record!;
    this.outgoing.push({
      id: `call:${address}#${request.callId}`,
      kind: request.verdict === undefined && request.approval === undefined ? 'call' : 'command',
      subject: address,
      data: encode(request),
      headers: noHeaders,
    });
  }

  #tell({ actor, event }: Told): void {
    const record = this.#record!;
    const { site, node } = partsOf(record.address);
    this.outgoing.push({
      id: `told:${record.address}#${record.sent}`,
      kind: 'told',
      subject: actor.includes('/') ? actor : `${site}/${node}/${actor}`,
      data: encode(event),
      headers: noHeaders,
    });
    record.sent += 1;
  }

  #note(note: LedgerNote, draft: Draft): void {
    const { ledger, clock } = this.#context;
    if (ledger === undefined) return;
    const { subject, data, id, meta } = ledger.append(note, Math.floor(clock.now() / 1_000));
    this.outgoing.push({ id, kind: 'append', subject, data, headers: noHeaders });
    draft.meta = { ...draft.meta, ...meta };
  }

  #publish(kind: EventKind, { type, ...data }: ChartEvent): void {
    const record = this.#record!;
    const { address } = record;
    const id = `${address}#${record.sent}`;
    record.sent += 1;
    const atMs = Math.floor(this.#context.clock.now() / 1_000);
    this.outgoing.push({
      id,
      kind: kind === 'event' ? 'append' : 'publish',
      subject: eventSubject(kind, address, type),
      data: encodeEnvelope(kind, { id, type, source: address, atMs, seq: record.seq, data }),
      headers: noHeaders,
    });
  }
}

/** Most steps leave most lists empty, and to set a length costs a call into the runtime. */
function empty(list: unknown[]): void {
  if (list.length > 0) list.length = 0;
}
