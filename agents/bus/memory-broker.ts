/** One broker of the modelled network: a hub or a leaf, with its streams and its clients. */
import type { Clock } from '#protocols/clock.ts';
import type { Random } from '#protocols/random.ts';
import type { BusStatus } from './bus.ts';
import { Lane, type LinkFaults, type MemoryLink } from './memory-link.ts';
import {
  type ConsumerPlace,
  MemoryConsumer,
  MemoryStream,
  type StreamLimits,
} from './memory-stream.ts';
import { streamPlans } from './streams.ts';

/** What a broker needs to know of a client: whom to tell, and how it is ordered among others. */
export interface BrokerClient {
  readonly name: string;
  status(status: BusStatus): void;
}

export class MemoryBroker {
  readonly domain: string;
  readonly streams: ReadonlyMap<string, MemoryStream>;
  readonly clients = new Set<BrokerClient>();
  /** Between a client and this broker, both ways. */
  readonly lane: Lane;
  /** To the hub; the hub has none. */
  readonly link: MemoryLink | undefined;
  isUp = true;
  /** Its clients have been told that the link is lost, and not yet that it is back. */
  isLinkLost = false;
  /** Counts crashes: what was under way at one never arrives. */
  epoch = 0;
  readonly #clock: Clock;
  readonly #name: string;
  #sent = 0;

  constructor(options: {
    domain: string;
    clock: Clock;
    random: Random;
    faults: LinkFaults;
    limits: StreamLimits;
    link?: MemoryLink;
  }) {
    this.domain = options.domain;
    this.link = options.link;
    this.#clock = options.clock;
    this.#name = `broker/${options.domain}`;
    this.lane = new Lane(options.random.fork(`local/${options.domain}`), () => options.faults);
    this.streams = new Map(
      streamPlans.map(({ name }) => [name, new MemoryStream(name, options.clock, options.limits)]),
    );
  }

  consumer(stream: MemoryStream, durable: string, filter: string): MemoryConsumer {
    const known = stream.consumers.get(durable);
    if (known?.filter === filter) return known;
    const place: ConsumerPlace = {
      clock: this.#clock,
      isUp: () => this.isUp,
      deliver: (client, task) =>
        this.later(client, this.lane.carryOrderly(this.#clock.monotonic()), task),
      later: (delayUs, task) => {
        this.#sent += 1;
        const tie = { target: this.#name, source: `${this.#name}/${durable}`, seq: this.#sent };
        this.#clock.schedule(this.#clock.monotonic() + delayUs, task, tie);
      },
      isLost: () => this.lane.loses(),
      isRepeated: () => this.lane.repeats(),
    };
    const made = new MemoryConsumer(stream, filter, place);
    stream.consumers.set(durable, made);
    return made;
  }

  /** Runs `task` for a client unless the broker dies on the way. */
  later(client: string, dueUs: number, task: () => void): void {
    const { epoch } = this;
    this.#sent += 1;
    const arrive = () => {
      if (this.epoch === epoch) task();
    };
    this.#clock.schedule(dueUs, arrive, { target: client, source: this.#name, seq: this.#sent });
  }

  tell(status: BusStatus): void {
    const clients = [...this.clients].sort((one, other) => (one.name < other.name ? -1 : 1));
    for (const client of clients) client.status(status);
  }

  crash(): void {
    this.isUp = false;
    this.epoch += 1;
    this.isLinkLost = false;
    this.tell({ type: 'disconnected' });
  }

  restart(): void {
    this.isUp = true;
    this.tell({ type: 'connected' });
    for (const stream of this.streams.values()) {
      for (const consumer of stream.consumers.values()) consumer.pump();
    }
  }
}
