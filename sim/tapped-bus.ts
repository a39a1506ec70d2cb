/**
 * A bus that is listened in on: it passes everything through and tells what was promised (a request
 * made, an append acknowledged, a lease won) and what came of it. The checkers see the bus by this,
 * not what hosts think of it.
 */
import type { Bus, BusDone, KeyValue } from '#agents/bus/bus.ts';
import type { Outcome } from '#protocols/errors.ts';

/** The end of a call, as the bus brought it; not yet what it says. */
export type Answer = Outcome<Uint8Array, { readonly code: string }>;

export interface BusListener {
  /** A request went out. What is returned is called with its end, unless it was cancelled or its client died. */
  asked?(client: string, subject: string, timeoutMs: number): (answer: Answer) => void;
  /** A message was stored: the broker has acknowledged it. */
  appended?(client: string, subject: string, id: string, data: Uint8Array): void;
  /** A key of the bucket LEASES was written by the client. */
  leased?(client: string, key: string, value: Uint8Array | null): void;
}

export class TappedBus implements Bus {
  readonly client: string;
  readonly #bus: Bus;
  readonly #listener: Required<BusListener>;
  readonly publish: Bus['publish'];
  readonly subscribe: Bus['subscribe'];
  readonly consume: Bus['consume'];
  readonly objects: Bus['objects'];
  readonly onStatus: Bus['onStatus'];
  readonly drain: Bus['drain'];

  constructor(bus: Bus, listener: Required<BusListener>) {
    this.client = bus.client;
    this.#bus = bus;
    this.#listener = listener;
    this.publish = bus.publish.bind(bus);
    this.subscribe = bus.subscribe.bind(bus);
    this.consume = bus.consume.bind(bus);
    this.objects = bus.objects.bind(bus);
    this.onStatus = bus.onStatus.bind(bus);
    this.drain = bus.drain.bind(bus);
  }

  request: Bus['request'] = (subject, data, options, done) => {
    const ended = this.#listener.asked(this.client, subject, options.timeoutMs);
    return this.#bus.request(subject, data, options, (outcome) => {
      ended(outcome.ok ? { ok: true, value: outcome.value.data } : outcome);
      done(outcome);
    });
  };

  append: Bus['append'] = (subject, data, options, done) => {
    this.#bus.append(subject, data, options, (outcome) => {
      if (outcome.ok && !outcome.value.duplicate) {
        this.#listener.appended(this.client, subject, options.id, data);
      }
      done(outcome);
    });
  };

  keyValue(name: string): KeyValue {
    const bucket = this.#bus.keyValue(name);
    if (name !== 'LEASES') return bucket;
    const told =
      <Value>(key: string, value: Uint8Array | null, done: BusDone<Value>): BusDone<Value> =>
      (outcome) => {
        if (outcome.ok) this.#listener.leased(this.client, key, value);
        done(outcome);
      };
    return {
      ...bucket,
      put: (key, value, done) => bucket.put(key, value, told(key, value, done)),
      create: (key, value, done) => bucket.create(key, value, told(key, value, done)),
      update: (key, value, revision, done) =>
        bucket.update(key, value, revision, told(key, value, done)),
      delete: (key, done) => bucket.delete(key, told(key, null, done)),
    };
  }
}

/** One listener that tells many. */
export function together(listeners: readonly BusListener[]): Required<BusListener> {
  const asking = listeners.filter((listener) => listener.asked !== undefined);
  return {
    asked: (...asked) => {
      const ends = asking.map((listener) => listener.asked?.(...asked));
      return (answer) => {
        for (const end of ends) end?.(answer);
      };
    },
    appended: (...appended) => {
      for (const listener of listeners) listener.appended?.(...appended);
    },
    leased: (...leased) => {
      for (const listener of listeners) listener.leased?.(...leased);
    },
  };
}
