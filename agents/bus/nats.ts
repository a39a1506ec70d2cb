/**
 * The bus over NATS. Requests share one inbox with a table of who waits for what, which carries
 * about four times what one library request each does; durable messages go through a windowed
 * publisher. This file and its neighbours `nats-*.ts` alone import NATS.
 */
import { jetstream } from '@nats-io/jetstream';
import {
  connect,
  type Msg,
  type NatsConnection,
  type Subscription as NatsSubscription,
  nkeyAuthenticator,
  nuid,
  PermissionViolationError,
} from '@nats-io/transport-node';
import { replyPrefix } from '#protocols/subjects.ts';
import type {
  Bus,
  BusDone,
  BusError,
  BusMessage,
  BusStatus,
  ConsumeOptions,
  Consumer,
  Headers,
  KeyValue,
  ObjectStore,
  PubAck,
  RequestOptions,
  StreamMessage,
  Subscription,
} from './bus.ts';
import { WindowedPublisher } from './nats-append.ts';
import { PullConsumer } from './nats-consume.ts';
import { failed, fromApi } from './nats-errors.ts';
import { FrameWriter } from './nats-frames.ts';
import { headersText } from './nats-headers.ts';
import { openKeyValue, openObjects, type UnderWay } from './nats-hub.ts';
import { ReceivedMessage, tokenOf } from './nats-message.ts';
import { Probe } from './nats-probe.ts';
import { Requests } from './nats-request.ts';
import { HUB, heldName, MAX_PAYLOAD_BYTES } from './streams.ts';

export interface NatsOptions {
  readonly servers: string | readonly string[];
  readonly client: string;
  readonly site: string;
  /** The domain of the broker connected to: `hub`, or a node's name at its leaf. */
  readonly domain?: string;
  /** `SU…`; never logged. */
  readonly nkeySeed?: string;
  /** How long to try for the first connection. */
  readonly connectTimeoutMs?: number;
  /** Appends that wait for their acknowledgement at once. */
  readonly window?: number;
  /** How far behind this process may be until it counts as a slow consumer. */
  readonly slowMs?: number;
  /** The connection is gone for good, such as when the broker no longer knows the key. */
  readonly onFatal: (error: Error) => void;
}

/** Connects, or throws what the broker or the network said. */
export async function connectNats(options: NatsOptions): Promise<Bus> {
  const instance = nuid.next().slice(-10).toLowerCase();
  const inbox = `${replyPrefix(options.site, options.client)}.${instance}`;
  const connection = await connect({
    servers: [options.servers].flat() as string[],
    name: options.client,
    inboxPrefix: `${inbox}.lib`,
    timeout: options.connectTimeoutMs ?? 5_000,
    reconnect: true,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    reconnectJitter: 100,
    pingInterval: 5_000,
    maxPingOut: 2,
    ignoreClusterUpdates: true,
    ...(options.nkeySeed === undefined
      ? {}
      : { authenticator: nkeyAuthenticator(new TextEncoder().encode(options.nkeySeed)) }),
  });
  return new NatsBus(connection, options, inbox);
}

/** Of 64 calls at once the host serves the first while the last are written. */
const LIVE_SEND_BYTES = 16 * 1024;
const DURABLE_SEND_BYTES = 32 * 1024;

interface Counted {
  readonly subject: string;
  readonly subscription: NatsSubscription;
  received: number;
}

class NatsBus implements Bus {
  readonly client: string;
  readonly #connection: NatsConnection;
  readonly #options: NatsOptions;
  readonly #domain: string;
  readonly #inbox: string;
  readonly #live: FrameWriter;
  readonly #durable: FrameWriter;
  readonly #publisher: WindowedPublisher;
  readonly #probe: Probe;
  readonly #requests: Requests;
  readonly #subscriptions = new Set<Counted>();
  readonly #consumers = new Set<PullConsumer>();
  readonly #listeners = new Set<(status: BusStatus) => void>();
  readonly #watches = new Set<Subscription>();
  readonly #underWay: UnderWay = new Set();
  #state: 'open' | 'draining' | 'closed' = 'open';
  #isConnected = true;
  #count = 0;

  constructor(connection: NatsConnection, options: NatsOptions, inbox: string) {
    this.client = options.client;
    this.#connection = connection;
    this.#options = options;
    this.#domain = options.domain ?? HUB;
    this.#inbox = inbox;
    this.#live = new FrameWriter(connection, LIVE_SEND_BYTES);
    this.#durable = new FrameWriter(connection, DURABLE_SEND_BYTES);
    const { window } = options;
    this.#publisher = new WindowedPublisher({
      frames: this.#durable,
      inbox: `${inbox}.a.`,
      domain: this.#domain,
      ...(window === undefined ? {} : { window }),
    });
    this.#listen('a', (token, message) => this.#publisher.answered(token, message));
    this.#requests = new Requests((message) => new ReceivedMessage(this.#live, message));
    this.#listen('r', (token, message) => this.#requests.answered(token, message));
    this.#probe = new Probe({
      connection,
      tell: (status) => this.#tell(status),
      slowMs: options.slowMs ?? 2_000,
      busiest: () => this.#busiest(),
      ...(this.#domain === HUB ? {} : { askHub: (done) => this.#askHub(done) }),
    });
    void this.#follow();
    void connection.closed().then((error) => this.#closed(error));
  }

  publish(subject: string, data: Uint8Array, headers?: Headers): void {
    if (this.#state !== 'open' || !this.#isConnected) return;
    this.#live.publish(subject, data, '', headersText(headers));
  }

  subscribe(
    subject: string,
    onMessage: (message: BusMessage) => void,
    options: { readonly queue?: string } = {},
  ): Subscription {
    if (this.#state !== 'open') return { close: () => {} };
    const subscription = this.#connection.subscribe(subject, {
      ...(options.queue === undefined ? {} : { queue: options.queue }),
      callback: (error, message) => {
        if (error !== null) return;
        counted.received += 1;
        onMessage(new ReceivedMessage(this.#live, message));
      },
    });
    const counted: Counted = { subject, subscription, received: 0 };
    this.#subscriptions.add(counted);
    return { close: () => this.#unsubscribe(counted) };
  }

  request(
    subject: string,
    data: Uint8Array,
    options: RequestOptions,
    done: BusDone<BusMessage>,
  ): { cancel(): void } {
    const refusal = this.#refusal(data);
    const pending = this.#requests.start(subject, options, refusal, done);
    if (refusal === undefined) {
      const reply = `${this.#inbox}.r.${pending.token}`;
      this.#live.publish(subject, data, reply, headersText(options.headers));
    }
    return { cancel: () => this.#requests.cancel(pending) };
  }

  append(
    subject: string,
    data: Uint8Array,
    options: { id: string; headers?: Headers },
    done: BusDone<PubAck>,
  ): void {
    // A broker that is away for a moment is waited for, so only what can never succeed fails here.
    const refusal = this.#state === 'open' ? tooLarge(data) : failed('closed', closedText);
    if (refusal !== undefined) queueMicrotask(() => done(refusal));
    else this.#publisher.append(subject, data, options, done);
  }

  consume(options: ConsumeOptions, onMessage: (message: StreamMessage) => void): Consumer {
    if (this.#state !== 'open') return { close: () => {} };
    this.#count += 1;
    const consumer = new PullConsumer({
      connection: this.#connection,
      inbox: `${this.#inbox}.c${this.#count}`,
      consume: { ...options, stream: heldName(options.stream, this.#domain) },
      onMessage,
      api: (subject, body, done) => this.#api(subject, body, done),
      onMissing: () => {},
    });
    this.#consumers.add(consumer);
    return {
      close: () => {
        this.#consumers.delete(consumer);
        consumer.close();
      },
    };
  }

  keyValue(bucket: string): KeyValue {
    const made = openKeyValue(this.#hubClient(), bucket, this.#underWay);
    return {
      ...made,
      watch: (onEntry) => {
        const watch = made.watch(onEntry);
        this.#watches.add(watch);
        return watch;
      },
    };
  }

  objects(store: string): ObjectStore {
    return openObjects(this.#hubClient(), store, this.#underWay);
  }

  onStatus(listener: (status: BusStatus) => void): Subscription {
    this.#listeners.add(listener);
    return { close: () => this.#listeners.delete(listener) };
  }

  drain(done: () => void): void {
    if (this.#state === 'closed') {
      queueMicrotask(done);
      return;
    }
    this.#state = 'draining';
    this.#probe.close();
    for (const counted of [...this.#subscriptions]) this.#unsubscribe(counted);
    for (const consumer of this.#consumers) consumer.close();
    for (const watch of this.#watches) watch.close();
    this.#publisher.whenIdle(() =>
      this.#requests.whenIdle(() => {
        Promise.all(this.#underWay)
          .then(() => {
            this.#live.flush();
            this.#durable.flush();
            return this.#connection.drain();
          })
          .then(done, done);
      }),
    );
  }

  /** One subscription for all answers of a kind: `<inbox>.<kind>.<token>`. */
  #listen(kind: string, onAnswer: (token: number, message: Msg) => void): void {
    const prefix = `${this.#inbox}.${kind}.`;
    this.#connection.subscribe(`${prefix}*`, {
      callback: (error, message) => {
        if (error === null) onAnswer(tokenOf(message, prefix.length), message);
      },
    });
  }

  #refusal(data: Uint8Array): { ok: false; error: BusError } | undefined {
    if (this.#state !== 'open') return failed('closed', closedText);
    if (!this.#isConnected) return failed('disconnected', 'the broker is away');
    return tooLarge(data);
  }

  #api(subject: string, body: unknown, done: (error: BusError | undefined) => void): void {
    const data = new TextEncoder().encode(JSON.stringify(body));
    this.request(`$JS.API.${subject}`, data, { timeoutMs: 5_000 }, (outcome) => {
      if (!outcome.ok) {
        done(outcome.error);
        return;
      }
      const answer = JSON.parse(new TextDecoder().decode(outcome.value.data));
      done(answer.error === undefined ? undefined : fromApi(answer.error));
    });
  }

  #askHub(done: (isThere: boolean) => void): void {
    this.request('$JS.hub.API.INFO', new Uint8Array(0), { timeoutMs: 900 }, (outcome) =>
      done(outcome.ok),
    );
  }

  #hubClient() {
    return jetstream(this.#connection, this.#domain === HUB ? {} : { domain: HUB });
  }

  #unsubscribe(counted: Counted): void {
    this.#subscriptions.delete(counted);
    if (!counted.subscription.isClosed()) counted.subscription.unsubscribe();
  }

  #busiest(): string {
    let subject = this.#inbox;
    let most = 0;
    for (const counted of this.#subscriptions) {
      if (counted.received > most) {
        most = counted.received;
        subject = counted.subject;
      }
      counted.received = 0;
    }
    return subject;
  }

  async #follow(): Promise<void> {
    for await (const status of this.#connection.status()) {
      switch (status.type) {
        case 'disconnect':
          this.#lost();
          break;
        case 'reconnect':
          this.#isConnected = true;
          this.#probe.connected(true);
          this.#publisher.reconnected();
          for (const consumer of this.#consumers) consumer.reconnected();
          this.#tell({ type: 'connected' });
          break;
        case 'error':
          this.#refused(status.error);
          break;
        case 'slowConsumer':
          this.#tell({ type: 'slow_consumer', subject: status.sub.getSubject() });
          break;
      }
    }
  }

  #lost(): void {
    this.#isConnected = false;
    this.#probe.connected(false);
    this.#publisher.disconnected();
    this.#requests.failAll('disconnected', 'the connection was lost with the request under way');
    this.#tell({ type: 'disconnected' });
  }

  /** The broker names the subject it refused; whoever waits on that subject waits in vain. */
  #refused(error: Error): void {
    if (!(error instanceof PermissionViolationError)) return;
    if (error.operation === 'publish') {
      this.#publisher.refused(error.subject, error.message);
      this.#requests.refused(error.subject, error.message);
    }
    this.#tell({ type: 'not_permitted', message: error.message });
  }

  #closed(error: unknown): void {
    const wasOpen = this.#state === 'open';
    this.#state = 'closed';
    this.#probe.close();
    this.#publisher.close();
    for (const consumer of this.#consumers) consumer.close();
    for (const watch of this.#watches) watch.close();
    this.#requests.failAll('closed', closedText);
    if (!wasOpen) return;
    this.#tell({ type: 'disconnected' });
    this.#options.onFatal(error instanceof Error ? error : new Error('the connection was closed'));
  }

  #tell(status: BusStatus): void {
    for (const listener of this.#listeners) listener(status);
  }
}

const closedText = 'this bus was closed';

function tooLarge(data: Uint8Array): { ok: false; error: BusError } | undefined {
  if (data.length <= MAX_PAYLOAD_BYTES) return undefined;
  const message = `a message of ${data.length} bytes: at most ${MAX_PAYLOAD_BYTES} travel in one`;
  return failed('limit', message);
}
