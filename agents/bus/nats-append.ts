/**
 * Durable publishing with many messages in flight: acknowledgements come to one inbox and are
 * counted by token, which carries 5 to 8 times what one request per message does. A message whose
 * acknowledgement is lost goes out again under the same id, so it is stored once.
 */
import type { Msg } from '@nats-io/transport-node';
import type { BusDone, Headers, PubAck } from './bus.ts';
import { failed, fromApi } from './nats-errors.ts';
import type { FrameWriter } from './nats-frames.ts';
import { headersText, statusOf } from './nats-headers.ts';
import { heldName } from './streams.ts';

export interface PublisherOptions {
  readonly frames: FrameWriter;
  /** Where acknowledgements come, without the token. */
  readonly inbox: string;
  /** The domain of the broker. */
  readonly domain: string;
  /** How many wait for their acknowledgement at once. */
  readonly window?: number;
  /** How many wait for room in the window before more are refused. */
  readonly maxQueued?: number;
  readonly ackTimeoutMs?: number;
  /** How long a lost connection may last before what was under way fails. */
  readonly giveUpMs?: number;
}

interface Entry {
  readonly token: number;
  readonly subject: string;
  readonly data: Uint8Array;
  readonly headers: string;
  readonly done: BusDone<PubAck>;
  sentTick: number;
  unheard: number;
}

const TICK_MS = 250;

/** A stream may be absent for a moment while its broker recovers; after this it is no stream. */
const UNHEARD_MAX = 8;

export class WindowedPublisher {
  readonly #options: Required<PublisherOptions>;
  /** Oldest first, by when they were last sent. */
  readonly #inFlight = new Map<number, Entry>();
  #queue: Entry[] = [];
  #queued = 0;
  #token = 0;
  #tick = 0;
  #lostTick = 0;
  #isConnected = true;
  #onIdle: (() => void) | undefined;
  readonly #acks: AckReader;
  readonly #timer: NodeJS.Timeout;

  constructor(options: PublisherOptions) {
    this.#options = {
      window: 2_000,
      maxQueued: 200_000,
      ackTimeoutMs: 5_000,
      giveUpMs: 30_000,
      ...options,
    };
    this.#acks = new AckReader(options.domain);
    this.#timer = setInterval(() => this.#beat(), TICK_MS);
    this.#timer.unref();
  }

  append(
    subject: string,
    data: Uint8Array,
    options: { id: string; headers?: Headers },
    done: BusDone<PubAck>,
  ): void {
    if (this.waiting >= this.#options.maxQueued) {
      const message = `${this.waiting} messages wait for the broker already`;
      queueMicrotask(() => done(failed('limit', message)));
      return;
    }
    this.#token += 1;
    const headers = headersText(options.headers, options.id);
    const entry: Entry = {
      token: this.#token,
      subject,
      data,
      headers,
      done,
      sentTick: 0,
      unheard: 0,
    };
    if (this.#isConnected && this.#inFlight.size < this.#options.window && this.#queued === 0) {
      this.#send(entry);
    } else {
      this.#queue.push(entry);
      this.#queued += 1;
    }
  }

  /** Messages that are not acknowledged yet. */
  get waiting(): number {
    return this.#inFlight.size + this.#queued;
  }

  /** An acknowledgement, or word that nobody takes the subject. */
  answered(token: number, message: Msg): void {
    const entry = this.#inFlight.get(token);
    if (entry === undefined) return;
    if (statusOf(message) === 503) {
      entry.unheard += 1;
      if (entry.unheard >= UNHEARD_MAX) {
        this.#settle(entry, failed('no_responders', `no stream takes '${entry.subject}'`));
      }
      return;
    }
    const ack = this.#acks.read(message);
    if ('error' in ack) this.#settle(entry, { ok: false, error: fromApi(ack.error) });
    else this.#settle(entry, { ok: true, value: ack });
  }

  /** The broker refused a subject: everything that was sent to it fails. */
  refused(subject: string, message: string): void {
    for (const entry of [...this.#inFlight.values()]) {
      if (entry.subject === subject) this.#settle(entry, failed('not_permitted', message));
    }
  }

  disconnected(): void {
    this.#isConnected = false;
    this.#lostTick = this.#tick;
  }

  /** Sends what was under way again, in its first order and before anything newer. */
  reconnected(): void {
    this.#isConnected = true;
    const again = [...this.#inFlight.values()].sort((one, other) => one.token - other.token);
    this.#inFlight.clear();
    for (const entry of again) this.#send(entry);
    this.#fill();
  }

  whenIdle(onIdle: () => void): void {
    if (this.waiting === 0) onIdle();
    else this.#onIdle = onIdle;
  }

  close(): void {
    clearInterval(this.#timer);
    this.#failAll('closed', 'this bus was closed');
  }

  #send(entry: Entry): void {
    entry.sentTick = this.#tick;
    this.#inFlight.set(entry.token, entry);
    const { frames, inbox } = this.#options;
    frames.publish(entry.subject, entry.data, `${inbox}${entry.token}`, entry.headers);
  }

  #settle(entry: Entry, outcome: Parameters<BusDone<PubAck>>[0]): void {
    this.#inFlight.delete(entry.token);
    if (this.#queued > 0) this.#fill();
    entry.done(outcome);
    if (this.waiting === 0) {
      const onIdle = this.#onIdle;
      this.#onIdle = undefined;
      onIdle?.();
    }
  }

  #fill(): void {
    let from = this.#queue.length - this.#queued;
    while (this.#isConnected && this.#queued > 0 && this.#inFlight.size < this.#options.window) {
      this.#queued -= 1;
      this.#send(this.#queue[from]!);
      from += 1;
    }
    if (this.#queued === 0) this.#queue = [];
    else if (from > 4_096 && from > this.#queued) this.#queue = this.#queue.slice(from);
  }

  #beat(): void {
    this.#tick += 1;
    if (!this.#isConnected) {
      if ((this.#tick - this.#lostTick) * TICK_MS < this.#options.giveUpMs) return;
      this.#failAll('disconnected', 'the broker has been away for too long');
      return;
    }
    const late = this.#tick - this.#options.ackTimeoutMs / TICK_MS;
    for (const entry of [...this.#inFlight.values()]) {
      if (entry.unheard > 0 ? entry.sentTick < this.#tick : entry.sentTick < late) {
        this.#inFlight.delete(entry.token);
        this.#send(entry);
      } else if (entry.sentTick >= this.#tick - 1) break;
    }
  }

  #failAll(code: 'closed' | 'disconnected', message: string): void {
    const entries = [...this.#inFlight.values()];
    entries.push(...this.#queue.slice(this.#queue.length - this.#queued));
    this.#inFlight.clear();
    this.#queue = [];
    this.#queued = 0;
    for (const entry of entries) entry.done(failed(code, message));
    this.#onIdle?.();
    this.#onIdle = undefined;
  }
}

type Ack = PubAck | { error: { err_code?: number; description?: string } };

/**
 * Reads `{"stream":"EVENTS","domain":"ap1","seq":7}` and its like. Acknowledgements of one stream
 * differ in their number alone, so what stands before it is remembered, and only digits are read.
 */
class AckReader {
  #before = new Uint8Array(0);
  #stream = '';
  readonly #suffix: string;

  constructor(domain: string) {
    this.#suffix = heldName('', domain);
  }

  read(message: Msg): Ack {
    const { data } = message;
    const seq = this.#seqOf(data);
    return seq < 0 ? this.#learn(message) : { stream: this.#stream, seq, duplicate: false };
  }

  #seqOf(data: Uint8Array): number {
    const before = this.#before;
    const end = data.length - 1;
    if (before.length === 0 || end <= before.length || data[end] !== 125) return -1;
    for (let index = 0; index < before.length; index += 1) {
      if (data[index] !== before[index]) return -1;
    }
    let seq = 0;
    for (let index = before.length; index < end; index += 1) {
      const digit = data[index]! - 48;
      if (digit < 0 || digit > 9) return -1;
      seq = seq * 10 + digit;
    }
    return seq;
  }

  #learn(message: Msg): Ack {
    const ack = message.json<PubAck & { error?: { err_code?: number; description?: string } }>();
    if (ack.error !== undefined) return { error: ack.error };
    const stream = ack.stream.endsWith(this.#suffix)
      ? ack.stream.slice(0, ack.stream.length - this.#suffix.length)
      : ack.stream;
    const text = message.string();
    const mark = '"seq":';
    const at = text.indexOf(mark);
    if (at > 0 && ack.duplicate !== true) {
      this.#before = new TextEncoder().encode(text.slice(0, at + mark.length));
      this.#stream = stream;
    }
    return { stream, seq: ack.seq, duplicate: ack.duplicate === true };
  }
}
