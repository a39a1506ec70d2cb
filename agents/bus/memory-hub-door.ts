/** The way of one client to the buckets and stores at the hub: over its broker's link, and back. */
import type { Timer } from '#protocols/clock.ts';
import type { Outcome } from '#protocols/errors.ts';
import type {
  BusDone,
  BusError,
  KeyValue,
  KeyValueEntry,
  ObjectStore,
  Subscription,
} from './bus.ts';
import type { MemoryBroker } from './memory-broker.ts';
import type { Network } from './memory-bus.ts';
import { fail, MemoryBucket, MemoryObjects } from './memory-hub.ts';

interface Watch {
  readonly bucket: MemoryBucket;
  readonly onEntry: (entry: KeyValueEntry) => void;
  /** The newest revision that was sent to the watcher. */
  sent: number;
  isOpen: boolean;
}

export interface HubDoorOptions {
  readonly network: Network;
  readonly broker: MemoryBroker;
  readonly isOpen: () => boolean;
  /** An operation is under way, and over: the client's draining waits for it. */
  readonly begin: () => void;
  readonly end: () => void;
  readonly at: (dueUs: number, task: () => void) => Timer;
  readonly localUs: () => number;
}

export class HubDoor {
  readonly #options: HubDoorOptions;
  readonly #watches = new Set<Watch>();

  constructor(options: HubDoorOptions) {
    this.#options = options;
  }

  keyValue(name: string): KeyValue {
    const bucket = getOrMake(this.#options.network.buckets, name, () => new MemoryBucket());
    return {
      get: (key, done) => this.#ask(() => bucket.get(key), done),
      put: (key, value, done) => this.#ask(() => bucket.put(key, value), done),
      create: (key, value, done) => this.#ask(() => bucket.create(key, value), done),
      update: (key, value, at, done) => this.#ask(() => bucket.update(key, value, at), done),
      delete: (key, done) => this.#ask(() => bucket.delete(key), done),
      keys: (done) => this.#ask(() => bucket.keys(), done),
      watch: (onEntry) => this.#watch(bucket, onEntry),
    };
  }

  objects(name: string): ObjectStore {
    const store = getOrMake(this.#options.network.objectStores, name, () => new MemoryObjects());
    return {
      put: (object, data, done) => this.#ask(() => store.put(object, data), done),
      putStream: (object, chunks, done) =>
        gathered(chunks, (data) => {
          if (data.ok) this.#ask(() => store.put(object, data.value), done);
          else done(data);
        }),
      get: (object, done) => this.#ask(() => store.get(object), done),
      delete: (object, done) => this.#ask(() => store.delete(object), done),
      // It is put whole or not at all.
      sweep: (_, done) => this.#ask(() => ({ ok: true, value: nothingLeft }), done),
    };
  }

  /** Sends watchers what changed while the hub was away. */
  resync(): void {
    for (const watch of this.#watches) this.#catchUp(watch);
  }

  close(): void {
    for (const watch of [...this.#watches]) this.#unwatch(watch);
  }

  /** Does something at the hub and brings back what came of it. */
  #ask<Value>(operation: () => Outcome<Value, BusError>, done: BusDone<Value>): void {
    const { begin, end, at } = this.#options;
    const { link } = this.#options.broker;
    const finish = (outcome: Outcome<Value, BusError>) => {
      done(outcome);
      end();
    };
    begin();
    const refusal = this.#refusal();
    if (refusal !== undefined) {
      at(this.#nowUs() + this.#options.localUs(), () => finish(refusal));
      return;
    }
    const epoch = this.#epoch();
    at(link?.up.carryOrderly(this.#nowUs()) ?? this.#nowUs() + this.#options.localUs(), () => {
      const outcome = epoch === this.#epoch() && this.#isWhole() ? operation() : away();
      at(link?.down.carryOrderly(this.#nowUs()) ?? this.#nowUs() + this.#options.localUs(), () =>
        finish(epoch === this.#epoch() ? outcome : away()),
      );
    });
  }

  #refusal(): { ok: false; error: BusError } | undefined {
    if (!this.#options.isOpen()) return fail('closed', 'this bus was closed');
    return this.#isWhole() ? undefined : away();
  }

  #isWhole(): boolean {
    const { broker, network } = this.#options;
    return broker.isUp && network.hub.isUp && (broker.link?.state ?? 'standing') === 'standing';
  }

  /** Changes when anything between here and the hub broke. */
  #epoch(): number {
    const { broker, network } = this.#options;
    return broker.epoch + network.hub.epoch + (broker.link?.epoch ?? 0);
  }

  #watch(bucket: MemoryBucket, onEntry: (entry: KeyValueEntry) => void): Subscription {
    const watch: Watch = { bucket, onEntry, sent: -1, isOpen: true };
    if (this.#options.isOpen()) {
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
    if (!this.#isWhole()) return;
    const { link } = this.#options.broker;
    const isFirst = watch.sent < 0;
    const entries = watch.bucket.since(Math.max(watch.sent, 0));
    watch.sent = watch.bucket.revision;
    const epoch = this.#epoch();
    for (const entry of entries) {
      if (isFirst && entry.value.length === 0) continue;
      const dueUs =
        link?.down.carryOrderly(this.#nowUs()) ?? this.#nowUs() + this.#options.localUs();
      this.#options.at(dueUs, () => {
        if (!watch.isOpen) return;
        if (epoch === this.#epoch()) watch.onEntry(entry);
        else watch.sent = Math.min(watch.sent, entry.revision - 1);
      });
    }
  }

  #nowUs(): number {
    return this.#options.network.clock.monotonic();
  }
}

const nothingLeft = { left: new Map<string, number>(), removed: 0 };

function away(): { ok: false; error: BusError } {
  return fail('disconnected', 'the hub is not reachable from here');
}

/** A stand-in for streaming: what is sent is the same, but it is held in memory first. */
function gathered(chunks: AsyncIterable<Uint8Array>, done: BusDone<Uint8Array>): void {
  Array.fromAsync(chunks).then(
    (all) => done({ ok: true, value: Buffer.concat(all) }),
    (error: unknown) => done(fail('disconnected', String(error))),
  );
}

function getOrMake<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
