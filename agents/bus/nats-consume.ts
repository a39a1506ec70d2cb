/**
 * A durable consumer, pulled by hand over one subscription of its own. Messages of a pull come
 * under their original subject, so each pull is settled in the order it was asked. Whatever ends a
 * pull (time, a broker that restarted, a new connection), the next one continues: what was not
 * acknowledged comes again.
 */
import type { Msg, NatsConnection, Subscription } from '@nats-io/transport-node';
import type { BusError, ConsumeOptions, Consumer, Headers, StreamMessage } from './bus.ts';
import { readHeaders, statusOf } from './nats-headers.ts';
import { ACK_WAIT_MS, MAX_IN_FLIGHT } from './streams.ts';

export interface PullOptions {
  readonly connection: NatsConnection;
  /** Where pulls are answered; each adds its number. */
  readonly inbox: string;
  readonly consume: ConsumeOptions;
  readonly onMessage: (message: StreamMessage) => void;
  /** Sends a request to the JetStream API of the local domain. */
  readonly api: (
    subject: string,
    body: unknown,
    done: (error: BusError | undefined) => void,
  ) => void;
  /** The consumer is not there and cannot be made. */
  readonly onMissing: (error: BusError) => void;
}

interface Pull {
  readonly number: number;
  left: number;
  /** Beats without a sign of life. */
  quiet: number;
}

const BATCH = 256;
const EXPIRES_MS = 30_000;
const HEARTBEAT_MS = 2_000;
const NS_PER_MS = 1_000_000;

export class PullConsumer implements Consumer {
  readonly #options: PullOptions;
  readonly #subscription: Subscription;
  readonly #batch: number;
  readonly #timer: NodeJS.Timeout;
  readonly #pulls: Pull[] = [];
  #count = 0;
  #isOpen = true;
  #isReady = false;
  #isMaking = false;

  constructor(options: PullOptions) {
    this.#options = options;
    this.#batch = Math.min(BATCH, options.consume.maxInFlight ?? MAX_IN_FLIGHT);
    this.#subscription = options.connection.subscribe(`${options.inbox}.*`, {
      callback: (error, message) => {
        if (error === null) this.#take(message);
      },
    });
    this.#timer = setInterval(() => this.#beat(), HEARTBEAT_MS);
    this.#timer.unref();
    this.#make();
  }

  close(): void {
    this.#isOpen = false;
    clearInterval(this.#timer);
    if (!this.#subscription.isClosed()) this.#subscription.unsubscribe();
  }

  /** Pulls of the lost connection are void. */
  reconnected(): void {
    this.#pulls.length = 0;
    this.#pull();
  }

  /** Makes the durable unless it is there; with the same settings this changes nothing. */
  #make(): void {
    if (this.#isMaking || !this.#isOpen) return;
    this.#isMaking = true;
    const { stream, durable, filter, ackWaitMs, maxInFlight, forgetAfterMs } =
      this.#options.consume;
    const body = {
      stream_name: stream,
      config: {
        durable_name: durable,
        filter_subject: filter,
        deliver_policy: 'all',
        replay_policy: 'instant',
        ack_policy: 'explicit',
        ack_wait: (ackWaitMs ?? ACK_WAIT_MS) * NS_PER_MS,
        max_ack_pending: maxInFlight ?? MAX_IN_FLIGHT,
        max_deliver: -1,
        ...(forgetAfterMs === undefined ? {} : { inactive_threshold: forgetAfterMs * NS_PER_MS }),
      },
    };
    this.#options.api(`CONSUMER.DURABLE.CREATE.${stream}.${durable}`, body, (error) => {
      this.#isMaking = false;
      if (!this.#isOpen) return;
      // Not permitted to make one: whoever set the broker up has made it, so it is pulled from.
      this.#isReady = error === undefined || error.code === 'not_permitted';
      if (this.#isReady) this.#pull();
      else if (error !== undefined) this.#options.onMissing(error);
    });
  }

  #pull(): void {
    if (!this.#isOpen || !this.#isReady) return;
    const left = this.#pulls.reduce((sum, pull) => sum + pull.left, 0);
    if (left * 2 > this.#batch) return;
    this.#count += 1;
    const pull = { number: this.#count, left: this.#batch - left, quiet: 0 };
    this.#pulls.push(pull);
    const { stream, durable } = this.#options.consume;
    const body = {
      batch: pull.left,
      expires: EXPIRES_MS * NS_PER_MS,
      idle_heartbeat: HEARTBEAT_MS * NS_PER_MS,
    };
    this.#options.connection.publish(
      `$JS.API.CONSUMER.MSG.NEXT.${stream}.${durable}`,
      JSON.stringify(body),
      { reply: `${this.#options.inbox}.${pull.number}` },
    );
  }

  #take(message: Msg): void {
    const { subject } = message;
    if (subject.startsWith(this.#options.inbox) && statusOf(message) !== 0) {
      this.#status(Number(subject.slice(this.#options.inbox.length + 1)), statusOf(message));
      return;
    }
    const first = this.#pulls[0];
    if (first !== undefined) {
      first.left -= 1;
      first.quiet = 0;
      if (first.left <= 0) this.#pulls.shift();
    }
    if (!this.#isOpen) return;
    this.#options.onMessage(new PulledMessage(this.#options.connection, message));
    this.#pull();
  }

  /** 100 sign of life; 404, 408 and 409 end the pull; 503 says that there is no such consumer. */
  #status(number: number, code: number): void {
    const index = this.#pulls.findIndex((pull) => pull.number === number);
    if (index < 0) return;
    if (code === 100) {
      this.#pulls[index]!.quiet = 0;
      return;
    }
    this.#pulls.splice(index, 1);
    // After 503 and 409 the next beat tries, which keeps an absent consumer from being hammered.
    if (code === 503 || code === 409) this.#isReady = false;
    else this.#pull();
  }

  #beat(): void {
    if (this.#options.connection.isClosed()) {
      this.close();
      return;
    }
    for (const pull of this.#pulls) pull.quiet += 1;
    const silent = this.#pulls.findIndex((pull) => pull.quiet > 3);
    if (silent >= 0) this.#pulls.splice(silent, 1);
    if (this.#isReady) this.#pull();
    else this.#make();
  }
}

const ACK = '+ACK';
const TERM = '+TERM';
const WORKING = '+WPI';

class PulledMessage implements StreamMessage {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly seq: number;
  readonly deliveries: number;
  readonly #message: Msg;
  readonly #connection: NatsConnection;
  readonly #reply: string;
  #isSettled = false;

  constructor(connection: NatsConnection, message: Msg) {
    this.#connection = connection;
    this.#message = message;
    this.subject = message.subject;
    this.data = message.data;
    this.#reply = message.reply ?? '';
    const place = this.#reply.split('.');
    // `$JS.ACK.<stream>.<consumer>.<deliveries>.<seq>…`, with domain and account before the stream
    // where the broker has a domain.
    const at = place.length > 9 ? 6 : 4;
    this.deliveries = Number(place[at]);
    this.seq = Number(place[at + 1]);
  }

  get headers(): Headers {
    return readHeaders(this.#message);
  }

  ack(): void {
    this.#settle(ACK);
  }
  nak(delayMs = 0): void {
    this.#settle(delayMs > 0 ? `-NAK {"delay": ${Math.round(delayMs * NS_PER_MS)}}` : '-NAK');
  }
  working(): void {
    if (!this.#isSettled && !this.#connection.isClosed()) {
      this.#connection.publish(this.#reply, WORKING);
    }
  }
  /** The reason stays here: a broker before 2.10 takes no words after `+TERM`. */
  term(_reason: string): void {
    this.#settle(TERM);
  }

  #settle(word: string): void {
    if (this.#isSettled || this.#connection.isClosed()) return;
    this.#isSettled = true;
    this.#connection.publish(this.#reply, word);
  }
}
