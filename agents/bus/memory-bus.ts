/** One client's bus on the modelled network. */
import type { Clock, Timer } from '#protocols/clock.ts';
import { US_PER_MS } from '#protocols/clock.ts';
import type { Outcome } from '#protocols/errors.ts';
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
import type { MemoryBroker } from './memory-broker.ts';
import { fail, type MemoryBucket, type MemoryObjects } from './memory-hub.ts';
import { HubDoor } from './memory-hub-door.ts';
import type { CoreMessage, Route, Routes } from './memory-routes.ts';
import type { Member } from './memory-stream.ts';
import { ACK_WAIT_MS, MAX_IN_FLIGHT, MAX_PAYLOAD_BYTES } from './streams.ts';

/** What a bus asks of the network it is on. */
export interface Network {
  readonly clock: Clock;
  readonly site: string;
  readonly routes: Routes;
  readonly hub: MemoryBroker;
  readonly buckets: Map<string, MemoryBucket>;
  readonly objectStores: Map<string, MemoryObjects>;
  dispatch(
    from: MemoryBus,
    route: Route,
    subject: string,
    data: Uint8Array,
    headers: Headers,
    reply: Pending | undefined,
  ): boolean;
  respond(from: MemoryBroker, pending: Pending, message: CoreMessage): void;
}

export interface CoreSubscription {
  readonly bus: MemoryBus;
  readonly seq: number;
  readonly filter: string;
  readonly queue: string | undefined;
  readonly onMessage: (message: BusMessage) => void;
  isOpen: boolean;
}

/** A request under way. */
export interface Pending {
  readonly bus: MemoryBus;
  readonly id: number;
  readonly inbox: string;
  readonly options: RequestOptions;
  readonly done: BusDone<BusMessage>;
  answers: number;
  timer: Timer | undefined;
}

const noHeaders: Headers = {};

export class MemoryBus implements Bus {
  readonly client: string;
  /** Orders it among all clients; the client's name alone need not be unique. */
  readonly name: string;
  readonly broker: MemoryBroker;
  readonly #network: Network;
  #state: 'open' | 'draining' | 'closed' = 'open';
  #isAlive = true;
  #count = 0;
  readonly #subscriptions = new Set<CoreSubscription>();
  readonly #leave = new Set<() => void>();
  readonly #pending = new Map<number, Pending>();
  readonly #door: HubDoor;
  readonly #listeners = new Set<(status: BusStatus) => void>();
  /** Appends and hub operations that have not called back. */
  #underWay = 0;
  #drained: (() => void) | undefined;

  constructor(network: Network, broker: MemoryBroker, client: string, instance: number) {
    this.#network = network;
    this.broker = broker;
    this.client = client;
    this.name = `${broker.domain}/${client}/${instance}`;
    this.#door = new HubDoor({
      network,
      broker,
      isOpen: () => this.#state === 'open',
      begin: () => {
        this.#underWay += 1;
      },
      end: () => {
        this.#underWay -= 1;
        this.#finishDraining();
      },
      at: (dueUs, task) => this.#at(dueUs, task),
      localUs: () => this.#localUs(),
    });
    broker.clients.add(this);
  }

  /** Counts what this client has sent: the last part of a tie. */
  count(): number {
    this.#count += 1;
    return this.#count;
  }

  publish(subject: string, data: Uint8Array, headers: Headers = noHeaders): void {
    assertFits(data);
    if (this.#state !== 'open' || !this.broker.isUp) return;
    const route = this.#network.routes.of(subject);
    if (route.stream === 'TELEMETRY' && route.domain === this.broker.domain) {
      this.#capture(route, subject, data, headers);
    }
    if (route.isHeard) this.#network.dispatch(this, route, subject, data, headers, undefined);
  }

  subscribe(
    subject: string,
    onMessage: (message: BusMessage) => void,
    options: { readonly queue?: string } = {},
  ): Subscription {
    const made: CoreSubscription = {
      bus: this,
      seq: this.count(),
      filter: subject,
      queue: options.queue,
      onMessage,
      isOpen: this.#state === 'open',
    };
    if (made.isOpen) {
      this.#subscriptions.add(made);
      this.#network.routes.add(made);
    }
    return { close: () => this.#unsubscribe(made) };
  }

  request(
    subject: string,
    data: Uint8Array,
    options: RequestOptions,
    done: BusDone<BusMessage>,
  ): { cancel(): void } {
    const id = this.count();
    const inbox = `airguard.${this.#network.site}.reply.${this.client}.${id}`;
    const pending: Pending = { bus: this, id, inbox, options, done, answers: 0, timer: undefined };
    this.#pending.set(id, pending);
    const { headers = noHeaders, timeoutMs } = options;
    const refusal = this.#refusal(data);
    if (refusal !== undefined) {
      this.#settleLater(pending, refusal);
    } else {
      const route = this.#network.routes.of(subject);
      if (!this.#network.dispatch(this, route, subject, data, headers, pending)) {
        this.#settleLater(pending, fail('no_responders', `nobody serves '${subject}'`));
      } else {
        const late = fail('timed_out', `no answer to '${subject}' within ${timeoutMs} ms`);
        pending.timer = this.#after(timeoutMs * US_PER_MS, () => this.#settle(pending, late));
      }
    }
    return { cancel: () => this.#forget(pending) };
  }

  append(
    subject: string,
    data: Uint8Array,
    options: { id: string; headers?: Headers },
    done: BusDone<PubAck>,
  ): void {
    const refusal = this.#refusal(data);
    if (refusal !== undefined) {
      this.#answerLater(refusal, done);
      return;
    }
    const { headers = noHeaders, id } = options;
    const route = this.#network.routes.of(subject);
    if (route.stream === undefined || route.domain !== this.broker.domain) {
      const message = `no stream of domain '${this.broker.domain}' takes '${subject}'`;
      this.#answerLater(fail('no_responders', message), done);
      return;
    }
    const stream = this.broker.streams.get(route.stream)!;
    const stored = stream.append(subject, data, headers, id, route.node);
    if (route.isHeard) this.#network.dispatch(this, route, subject, data, headers, undefined);
    const { epoch } = this.broker;
    this.#underWay += 1;
    this.#after(this.#localUs(), () => {
      this.#underWay -= 1;
      if (this.broker.epoch === epoch)
        done({ ok: true, value: { stream: stream.name, ...stored } });
      else done(fail('disconnected', 'the broker died before it acknowledged'));
      this.#finishDraining();
    });
  }

  consume(options: ConsumeOptions, onMessage: (message: StreamMessage) => void): Consumer {
    const stream = this.broker.streams.get(options.stream);
    if (stream === undefined) throw new Error(`there is no stream '${options.stream}'`);
    const consumer = this.broker.consumer(stream, options.durable, options.filter);
    consumer.ackWaitMs = options.ackWaitMs ?? ACK_WAIT_MS;
    const maxInFlight = options.maxInFlight ?? MAX_IN_FLIGHT;
    const member: Member = { client: this.name, maxInFlight, onMessage, isOpen: true };
    const close = () => {
      if (this.#leave.delete(close)) consumer.leave(member);
    };
    if (this.#state === 'open') {
      this.#leave.add(close);
      consumer.join(member);
    }
    return { close };
  }

  keyValue(bucket: string): KeyValue {
    return this.#door.keyValue(bucket);
  }

  objects(store: string): ObjectStore {
    return this.#door.objects(store);
  }

  onStatus(listener: (status: BusStatus) => void): Subscription {
    this.#listeners.add(listener);
    return { close: () => this.#listeners.delete(listener) };
  }

  drain(done: () => void): void {
    if (this.#state === 'open') {
      this.#state = 'draining';
      for (const subscription of [...this.#subscriptions]) this.#unsubscribe(subscription);
      for (const leave of [...this.#leave]) leave();
      this.#door.close();
    }
    const before = this.#drained;
    this.#drained = () => {
      before?.();
      done();
    };
    this.#after(this.#localUs(), () => this.#finishDraining());
  }

  status(status: BusStatus): void {
    for (const listener of this.#listeners) listener(status);
  }

  answered(pending: Pending, message: BusMessage): void {
    const { isInterim, onInterim } = pending.options;
    if (!this.#pending.has(pending.id)) return;
    if (isInterim?.(message)) onInterim?.(message);
    else this.#settle(pending, { ok: true, value: message });
  }

  /** Sends watchers what changed while the hub was away. */
  resync(): void {
    this.#door.resync();
  }

  kill(): void {
    this.#isAlive = false;
    this.#state = 'closed';
    for (const subscription of [...this.#subscriptions]) this.#unsubscribe(subscription);
    for (const leave of [...this.#leave]) leave();
    for (const pending of this.#pending.values()) pending.timer?.cancel();
    this.#close();
  }

  #close(): void {
    this.#state = 'closed';
    this.#pending.clear();
    this.#listeners.clear();
    this.#door.close();
    this.broker.clients.delete(this);
  }

  #finishDraining(): void {
    if (this.#drained === undefined || this.#underWay > 0 || this.#pending.size > 0) return;
    const drained = this.#drained;
    this.#drained = undefined;
    this.#close();
    drained();
  }

  #unsubscribe(subscription: CoreSubscription): void {
    subscription.isOpen = false;
    if (this.#subscriptions.delete(subscription)) this.#network.routes.remove(subscription);
  }

  /** A stream also takes what is merely published, here only where somebody reads the stream. */
  #capture(route: Route, subject: string, data: Uint8Array, headers: Headers): void {
    const here = this.broker.streams.get('TELEMETRY')!;
    const atHub = this.#network.hub.streams.get('TELEMETRY')!;
    if (here.consumers.size + atHub.consumers.size === 0) return;
    here.append(subject, data, headers, '', route.node);
  }

  #settle(pending: Pending, outcome: Outcome<BusMessage, BusError>): void {
    if (!this.#forget(pending)) return;
    pending.done(outcome);
    this.#finishDraining();
  }

  #settleLater(pending: Pending, outcome: Outcome<BusMessage, BusError>): void {
    pending.timer = this.#after(this.#localUs(), () => this.#settle(pending, outcome));
  }

  #forget(pending: Pending): boolean {
    pending.timer?.cancel();
    return this.#pending.delete(pending.id);
  }

  /** Why nothing can be sent now. */
  #refusal(data: Uint8Array): { ok: false; error: BusError } | undefined {
    if (this.#state !== 'open') return fail('closed', 'this bus was closed');
    if (!this.broker.isUp) return fail('disconnected', `broker '${this.broker.domain}' is down`);
    if (data.length > MAX_PAYLOAD_BYTES) return fail('limit', tooLarge(data));
    return undefined;
  }

  #answerLater<Value>(outcome: Outcome<Value, BusError>, done: BusDone<Value>): void {
    this.#underWay += 1;
    this.#after(this.#localUs(), () => {
      this.#underWay -= 1;
      done(outcome);
      this.#finishDraining();
    });
  }

  #localUs(): number {
    const nowUs = this.#network.clock.monotonic();
    return this.broker.lane.carryOrderly(nowUs) - nowUs;
  }

  #after(delayUs: number, task: () => void): Timer {
    return this.#at(this.#network.clock.monotonic() + delayUs, task);
  }

  #at(dueUs: number, task: () => void): Timer {
    const run = () => {
      if (this.#isAlive) task();
    };
    const tie = { target: this.name, source: this.name, seq: this.count() };
    return this.#network.clock.schedule(dueUs, run, tie);
  }
}

function assertFits(data: Uint8Array): void {
  if (data.length > MAX_PAYLOAD_BYTES) throw new RangeError(tooLarge(data));
}

function tooLarge(data: Uint8Array): string {
  return `a message of ${data.length} bytes: at most ${MAX_PAYLOAD_BYTES} travel in one`;
}
