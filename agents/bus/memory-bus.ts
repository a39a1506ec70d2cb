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
  KeyValueEntry,
  ObjectStore,
  PubAck,
  RequestOptions,
  StreamMessage,
  Subscription,
} from './bus.ts';
import type { MemoryBroker } from './memory-broker.ts';
import { fail, MemoryBucket, MemoryObjects } from './memory-hub.ts';
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

interface Watch {
  readonly bucket: MemoryBucket;
  readonly onEntry: (entry: KeyValueEntry) => void;
  /** The newest revision that was sent to the watcher. */
  sent: number;
  isOpen: boolean;
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
  readonly #watches = new Set<Watch>();
  readonly #listeners = new Set<(status: BusStatus) => void>();
  /** Appends and hub operations that have not called back. */
  #underWay = 0;
  #drained: (() => void) | undefined;

  constructor(network: Network, broker: MemoryBroker, client: string, instance: number) {
    this.#network = network;
    this.broker = broker;
    this.client = client;
    this.name = `${broker.domain}/${client}/${instance}`;
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
    if (refusal !== undefined) return this.#answerLater(refusal, done);
    const { headers = noHeaders, id } = options;
    const route = this.#network.routes.of(subject);
    if (route.stream === undefined || route.domain !== this.broker.domain) {
      const message = `no stream of domain '${this.broker.domain}' takes '${subject}'`;
      return this.#answerLater(fail('no_responders', message), done);
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

  keyValue(name: string): KeyValue {
    const bucket = getOrMake(this.#network.buckets, name, () => new MemoryBucket());
    return {
      get: (key, done) => this.#atHub(() => bucket.get(key), done),
      put: (key, value, done) => this.#atHub(() => bucket.put(key, value), done),
      create: (key, value, done) => this.#atHub(() => bucket.create(key, value), done),
      update: (key, value, at, done) => this.#atHub(() => bucket.update(key, value, at), done),
      delete: (key, done) => this.#atHub(() => bucket.delete(key), done),
      keys: (done) => this.#atHub(() => bucket.keys(), done),
      watch: (onEntry) => this.#watch(bucket, onEntry),
    };
  }

  objects(name: string): ObjectStore {
    const store = getOrMake(this.#network.objectStores, name, () => new MemoryObjects());
    return {
      put: (object, data, done) => this.#atHub(() => store.put(object, data), done),
      get: (object, done) => this.#atHub(() => store.get(object), done),
      delete: (object, done) => this.#atHub(() => store.delete(object), done),
    };
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
      for (const watch of this.#watches) watch.isOpen = false;
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

  /** Sends watchers what changed while the link was down. */
  resync(): void {
    for (const watch of this.#watches) this.#catchUp(watch);
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
    for (const watch of [...this.#watches]) this.#unwatch(watch);
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

  /** Does something at the hub and brings back what came of it. */
  #atHub<Value>(operation: () => Outcome<Value, BusError>, done: BusDone<Value>): void {
    if (this.#state !== 'open')
      return this.#answerLater(fail('closed', 'this bus was closed'), done);
    const away = fail('disconnected', 'the hub is not reachable from here');
    const { link } = this.broker;
    const isWhole = () =>
      this.broker.isUp &&
      this.#network.hub.isUp &&
      (link === undefined || link.state === 'standing');
    if (!isWhole()) return this.#answerLater(away, done);
    const nowUs = this.#network.clock.monotonic();
    const epoch = this.#epoch();
    const lane = this.broker.lane.carryOrderly(nowUs);
    this.#underWay += 1;
    this.#at(link?.up.carryOrderly(nowUs) ?? lane, () => {
      const arrivedUs = this.#network.clock.monotonic();
      const outcome = epoch === this.#epoch() && isWhole() ? operation() : away;
      this.#at(link?.down.carryOrderly(arrivedUs) ?? arrivedUs + this.#localUs(), () => {
        this.#underWay -= 1;
        done(epoch === this.#epoch() ? outcome : away);
        this.#finishDraining();
      });
    });
  }

  #epoch(): number {
    return this.broker.epoch + this.#network.hub.epoch + (this.broker.link?.epoch ?? 0);
  }

  #watch(bucket: MemoryBucket, onEntry: (entry: KeyValueEntry) => void): Subscription {
    const watch: Watch = { bucket, onEntry, sent: -1, isOpen: true };
    if (this.#state === 'open') {
      this.#watches.add(watch);
      bucket.watchers.set(watch, () => this.#catchUp(watch));
      this.#catchUp(watch);
    }
    return { close: () => this.#unwatch(watch) };
  }

  #unwatch(watch: Watch): void {
    watch.isOpen = false;
    watch.bucket.watchers.delete(watch);
    this.#watches.delete(watch);
  }

  #catchUp(watch: Watch): void {
    const { link } = this.broker;
    if (!this.broker.isUp || !this.#network.hub.isUp || (link && link.state !== 'standing')) return;
    const isFirst = watch.sent < 0;
    const entries = watch.bucket.since(Math.max(watch.sent, 0));
    watch.sent = watch.bucket.revision;
    const nowUs = this.#network.clock.monotonic();
    const epoch = this.#epoch();
    for (const entry of entries) {
      if (isFirst && entry.value.length === 0) continue;
      this.#at(link?.down.carryOrderly(nowUs) ?? nowUs + this.#localUs(), () => {
        if (!watch.isOpen) return;
        if (epoch === this.#epoch()) watch.onEntry(entry);
        else watch.sent = Math.min(watch.sent, entry.revision - 1);
      });
    }
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

function getOrMake<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
