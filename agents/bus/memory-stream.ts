/** A stream of one broker in memory: its messages, the ids it has seen, and its consumers. */
import type { Clock } from '#protocols/clock.ts';
import { US_PER_MS } from '#protocols/clock.ts';
import type { Headers, StreamMessage } from './bus.ts';
import { ACK_WAIT_MS, DEDUPE_WINDOW_MS } from './streams.ts';
import { subjectFilter } from './subject-index.ts';

export interface Stored {
  readonly seq: number;
  readonly subject: string;
  readonly data: Uint8Array;
  readonly headers: Headers;
  readonly id: string;
}

export interface StreamLimits {
  /** The oldest are dropped beyond this, consumed or not. */
  readonly maxMessages: number;
  /** How many are kept for consumers still to come, once all that are known are past them. */
  readonly history: number;
}

/** Takes what is stored, at once and in order. It keeps what it still needs by itself. */
export type Reader = (message: Stored) => void;

export class MemoryStream {
  readonly name: string;
  readonly consumers = new Map<string, MemoryConsumer>();
  lastSeq = 0;
  readonly #clock: Clock;
  readonly #limits: StreamLimits;
  readonly #readers: Reader[] = [];
  /** Picks the reader of a message where there are too many to ask each: COMMANDS, by node. */
  readonly #readersByNode = new Map<string, Reader>();
  #kept: Stored[] = [];
  #firstSeq = 1;
  #trimAt: number;
  readonly #ids = new Map<string, { seq: number; atUs: number }>();

  constructor(name: string, clock: Clock, limits: StreamLimits) {
    this.name = name;
    this.#clock = clock;
    this.#limits = limits;
    this.#trimAt = limits.history * 2 + 64;
  }

  append(
    subject: string,
    data: Uint8Array,
    headers: Headers,
    id: string,
    node: string,
  ): { seq: number; duplicate: boolean } {
    const nowUs = this.#clock.monotonic();
    if (id !== '') {
      const seen = this.#ids.get(id);
      const oldest = nowUs - DEDUPE_WINDOW_MS * US_PER_MS;
      if (seen !== undefined && seen.atUs >= oldest) return { seq: seen.seq, duplicate: true };
      for (const [old, { atUs }] of this.#ids) {
        if (atUs >= oldest) break;
        this.#ids.delete(old);
      }
    }
    this.lastSeq += 1;
    const seq = this.lastSeq;
    if (id !== '') this.#ids.set(id, { seq, atUs: nowUs });
    const stored = { seq, subject, data, headers, id };
    this.#kept.push(stored);
    if (this.#kept.length >= this.#trimAt) this.#trim();
    this.#readersByNode.get(node)?.(stored);
    for (const reader of this.#readers) reader(stored);
    for (const consumer of this.consumers.values()) consumer.offer(stored);
    return { seq, duplicate: false };
  }

  get firstSeq(): number {
    return this.#firstSeq;
  }

  get(seq: number): Stored | undefined {
    return this.#kept[seq - this.#firstSeq];
  }

  addReader(reader: Reader, node?: string): void {
    if (node === undefined) this.#readers.push(reader);
    else this.#readersByNode.set(node, reader);
  }

  /** Drops what nobody needs any more; runs once the stream has doubled since the last time. */
  #trim(): void {
    let needed = this.lastSeq - this.#limits.history + 1;
    for (const consumer of this.consumers.values()) needed = Math.min(needed, consumer.needs());
    const floor = this.lastSeq - this.#limits.maxMessages + 1;
    const drop = Math.min(Math.max(needed, floor) - this.#firstSeq, this.#kept.length);
    if (drop > 0) {
      this.#kept = this.#kept.slice(drop);
      this.#firstSeq += drop;
    }
    this.#trimAt = Math.min(this.#kept.length * 2, this.#limits.maxMessages * 1.25) + 64;
  }
}

/** One process that pulls for a consumer. */
export interface Member {
  readonly client: string;
  readonly maxInFlight: number;
  readonly onMessage: (message: StreamMessage) => void;
  isOpen: boolean;
}

interface Flight {
  readonly stored: Stored;
  readonly deliveries: number;
  dueUs: number;
}

/** What a consumer asks of the broker it lives on. */
export interface ConsumerPlace {
  readonly clock: Clock;
  isUp(): boolean;
  /** Runs `task` when a delivery has reached `client`, or not at all when the broker dies first. */
  deliver(client: string, task: () => void): void;
  /** Runs `task` at the broker after a while, whatever happens to it meanwhile. */
  later(delayUs: number, task: () => void): void;
  /** Whether a delivery gets lost, and whether it comes twice. */
  isLost(): boolean;
  isRepeated(): boolean;
}

export class MemoryConsumer {
  readonly filter: string;
  ackWaitMs = ACK_WAIT_MS;
  readonly #takes: (subject: string) => boolean;
  readonly #place: ConsumerPlace;
  readonly #stream: MemoryStream;
  readonly #members: Member[] = [];
  #turn = 0;
  #next: number;
  /** In the order in which they fall due, since all wait for the same time. */
  readonly #inFlight = new Map<number, Flight>();
  readonly #again: Flight[] = [];
  #isWatching = false;

  constructor(stream: MemoryStream, filter: string, place: ConsumerPlace) {
    this.#stream = stream;
    this.filter = filter;
    this.#takes = subjectFilter(filter);
    this.#place = place;
    this.#next = stream.firstSeq;
  }

  join(member: Member): void {
    this.#members.push(member);
    this.pump();
  }

  leave(member: Member): void {
    member.isOpen = false;
    this.#members.splice(this.#members.indexOf(member), 1);
  }

  offer(stored: Stored): void {
    if (this.#next !== stored.seq || this.#takes(stored.subject)) this.pump();
    else this.#next += 1;
  }

  /** The first sequence it will ask the stream for; it holds what is in flight itself. */
  needs(): number {
    return this.#next;
  }

  /** Hands out as much as members have room for. */
  pump(): void {
    if (!this.#place.isUp()) return;
    for (;;) {
      const member = this.#members[this.#turn % this.#members.length];
      if (member === undefined || this.#inFlight.size >= member.maxInFlight) return;
      const again = this.#again.shift();
      const stored = again?.stored ?? this.#take();
      if (stored === undefined) return;
      this.#turn += 1;
      this.#send(member, stored, (again?.deliveries ?? 0) + 1);
    }
  }

  settle(seq: number, deliveries: number): boolean {
    const flight = this.#inFlight.get(seq);
    if (flight === undefined || flight.deliveries !== deliveries || !this.#place.isUp())
      return false;
    this.#inFlight.delete(seq);
    return true;
  }

  nak(seq: number, deliveries: number, delayMs: number): void {
    const flight = this.#inFlight.get(seq);
    if (flight === undefined || !this.settle(seq, deliveries)) return;
    this.#place.later(delayMs * US_PER_MS, () => {
      this.#again.push(flight);
      this.pump();
    });
  }

  putOff(seq: number, deliveries: number): void {
    const flight = this.#inFlight.get(seq);
    if (flight === undefined || !this.settle(seq, deliveries)) return;
    flight.dueUs = this.#place.clock.monotonic() + this.ackWaitMs * US_PER_MS;
    this.#inFlight.set(seq, flight);
  }

  #take(): Stored | undefined {
    this.#next = Math.max(this.#next, this.#stream.firstSeq);
    for (;;) {
      const stored = this.#stream.get(this.#next);
      if (stored === undefined) return undefined;
      this.#next += 1;
      if (this.#takes(stored.subject)) return stored;
    }
  }

  #send(member: Member, stored: Stored, deliveries: number): void {
    const dueUs = this.#place.clock.monotonic() + this.ackWaitMs * US_PER_MS;
    this.#inFlight.set(stored.seq, { stored, deliveries, dueUs });
    this.#watch();
    if (this.#place.isLost()) return;
    const arrive = () => {
      if (member.isOpen) member.onMessage(new Delivery(this, stored, deliveries));
    };
    this.#place.deliver(member.client, arrive);
    if (this.#place.isRepeated()) this.#place.deliver(member.client, arrive);
  }

  /** One timer for all that are in flight: the first of them falls due first. */
  #watch(): void {
    if (this.#isWatching) return;
    const [first] = this.#inFlight.values();
    if (first === undefined) return;
    this.#isWatching = true;
    this.#place.later(first.dueUs - this.#place.clock.monotonic(), () => {
      this.#isWatching = false;
      const nowUs = this.#place.clock.monotonic();
      for (const [seq, flight] of this.#inFlight) {
        if (flight.dueUs > nowUs) break;
        this.#inFlight.delete(seq);
        this.#again.push(flight);
      }
      this.#watch();
      this.pump();
    });
  }
}

class Delivery implements StreamMessage {
  readonly deliveries: number;
  readonly #consumer: MemoryConsumer;
  readonly #stored: Stored;

  constructor(consumer: MemoryConsumer, stored: Stored, deliveries: number) {
    this.#consumer = consumer;
    this.#stored = stored;
    this.deliveries = deliveries;
  }
  get subject(): string {
    return this.#stored.subject;
  }
  get data(): Uint8Array {
    return this.#stored.data;
  }
  get headers(): Headers {
    return this.#stored.headers;
  }
  get seq(): number {
    return this.#stored.seq;
  }
  ack(): void {
    if (this.#consumer.settle(this.seq, this.deliveries)) this.#consumer.pump();
  }
  nak(delayMs = 0): void {
    this.#consumer.nak(this.seq, this.deliveries, delayMs);
  }
  working(): void {
    this.#consumer.putOff(this.seq, this.deliveries);
  }
  term(_reason: string): void {
    this.ack();
  }
}
