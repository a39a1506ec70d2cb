/**
 * The bus in memory: a hub, one leaf broker per node, each with its own JetStream domain, and the
 * links between them, all on one given clock. Every delivery is a task of that clock with a tie of
 * (target, source, source's count), so order never depends on who came first.
 */
import type { Clock } from '#protocols/clock.ts';
import type { Random } from '#protocols/random.ts';
import type { Bus, Headers } from './bus.ts';
import { MemoryBroker } from './memory-broker.ts';
import { type CoreSubscription, MemoryBus, type Network, type Pending } from './memory-bus.ts';
import { Feed } from './memory-feed.ts';
import type { MemoryBucket, MemoryObjects } from './memory-hub.ts';
import { faultless, type LinkFaults, MemoryLink } from './memory-link.ts';
import { CoreMessage, type Route, Routes } from './memory-routes.ts';
import type { StreamLimits } from './memory-stream.ts';
import { HUB, streamPlans } from './streams.ts';

export type { LinkFaults } from './memory-link.ts';

/** A client beside its broker; one socket on the same machine. */
const LOCAL_LATENCY_US = 50;

/** What a link has until it is told otherwise: a wired backhaul. */
const LINK_FAULTS: LinkFaults = { ...faultless, latencyUs: { min: 5_000, spread: 1_000 } };

/** Leaf and hub ping each other every second and give up after the second ping. */
const LINK_TIMING = { noticeUs: 2_000_000, reconnectUs: 250_000 };

export interface MemoryNetworkOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly site: string;
  readonly limits?: Partial<StreamLimits>;
  readonly timing?: Partial<typeof LINK_TIMING>;
}

export interface NetworkFaults {
  /** Between every client and its own broker; changed in place. */
  readonly local: LinkFaults;
  /** The link of one node; changed in place. */
  of(node: string): LinkFaults;
  /** Changes the links of all nodes, those still to come included. */
  setAll(faults: Partial<LinkFaults>): void;
}

export interface MemoryNetwork {
  readonly faults: NetworkFaults;
  /** A client of the broker of `domain`, `hub` or a node's name; the broker is made if need be. */
  connect(options: { client: string; domain: string }): Bus;
  /** The client's process dies: nothing reaches it any more, nothing it waited for calls back. */
  kill(bus: Bus): void;
  setLink(node: string, state: 'up' | 'down'): void;
  linkState(node: string): 'standing' | 'cut' | 'lost';
  crashBroker(domain: string): void;
  restartBroker(domain: string): void;
}

export function createMemoryNetwork(options: MemoryNetworkOptions): MemoryNetwork {
  return new ModelledNetwork(options);
}

class ModelledNetwork implements MemoryNetwork, Network {
  readonly clock: Clock;
  readonly site: string;
  readonly routes: Routes;
  readonly faults: NetworkFaults;
  readonly buckets = new Map<string, MemoryBucket>();
  readonly objectStores = new Map<string, MemoryObjects>();
  readonly #random: Random;
  readonly #limits: StreamLimits;
  readonly #timing: typeof LINK_TIMING;
  readonly #local: LinkFaults = { ...faultless, latencyUs: { min: LOCAL_LATENCY_US, spread: 0 } };
  #linkFaults: LinkFaults = LINK_FAULTS;
  readonly #brokers = new Map<string, MemoryBroker>();
  readonly #feeds = new Map<string, Feed[]>();
  readonly #cutWires = new Set<string>();
  readonly #hub: MemoryBroker;
  #connected = 0;

  constructor({ clock, random, site, limits, timing }: MemoryNetworkOptions) {
    this.clock = clock;
    this.site = site;
    this.routes = new Routes(site);
    this.#random = random.fork('bus');
    this.#limits = { maxMessages: 100_000, history: 256, ...limits };
    this.#timing = { ...LINK_TIMING, ...timing };
    this.faults = {
      local: this.#local,
      of: (node) => this.#linkOf(node).faults,
      setAll: (faults) => {
        this.#linkFaults = { ...this.#linkFaults, ...faults };
        for (const { link } of this.#brokers.values()) if (link) Object.assign(link.faults, faults);
      },
    };
    this.#hub = this.#makeBroker(HUB);
  }

  connect({ client, domain }: { client: string; domain: string }): Bus {
    this.#connected += 1;
    return new MemoryBus(this, this.broker(domain), client, this.#connected);
  }

  kill(bus: Bus): void {
    (bus as MemoryBus).kill();
  }

  setLink(node: string, state: 'up' | 'down'): void {
    this.#linkOf(node);
    if (state === 'down') this.#cutWires.add(node);
    else this.#cutWires.delete(node);
    this.#revise(node, false);
  }

  linkState(node: string): 'standing' | 'cut' | 'lost' {
    return this.#linkOf(node).state;
  }

  crashBroker(domain: string): void {
    const broker = this.broker(domain);
    if (!broker.isUp) return;
    broker.crash();
    this.#reviseAround(broker);
  }

  restartBroker(domain: string): void {
    const broker = this.broker(domain);
    if (broker.isUp) return;
    broker.restart();
    this.#reviseAround(broker);
    if (broker.link?.state === 'lost' && !this.#isWhole(domain)) this.#linkChanged(domain, 'lost');
    if (broker === this.#hub) for (const client of broker.clients) (client as MemoryBus).resync();
  }

  broker(domain: string): MemoryBroker {
    return this.#brokers.get(domain) ?? this.#makeBroker(domain);
  }

  get hub(): MemoryBroker {
    return this.#hub;
  }

  /** Sends a core message to everyone subscribed; says whether anybody seemed to be there. */
  dispatch(
    from: MemoryBus,
    route: Route,
    subject: string,
    data: Uint8Array,
    headers: Headers,
    reply: Pending | undefined,
  ): boolean {
    let isHeard = false;
    let atHubUs: number | undefined;
    for (const [domain, subscriptions] of route.receivers(from.broker.domain, this.#reaches)) {
      if (domain === from.broker.domain) {
        const dueUs = from.broker.lane.carry(this.clock.monotonic());
        isHeard = true;
        this.#arrive(from, from.broker, dueUs, subscriptions, subject, data, headers, reply);
        continue;
      }
      if (!this.#reaches(from.broker.domain, domain)) continue;
      isHeard = true;
      atHubUs ??= this.#toHub(from.broker);
      if (atHubUs < 0) continue;
      const target = this.broker(domain);
      const dueUs = target.link === undefined ? atHubUs : this.#fromHub(target, atHubUs);
      this.#arrive(from, target, dueUs, subscriptions, subject, data, headers, reply);
    }
    return isHeard;
  }

  /** Brings an answer back to who asked; it may get lost on the way. */
  respond(from: MemoryBroker, pending: Pending, message: CoreMessage): void {
    const { bus } = pending;
    const target = bus.broker;
    let dueUs: number | undefined;
    if (from === target) dueUs = target.lane.carry(this.clock.monotonic());
    else {
      const atHubUs = this.#toHub(from);
      if (atHubUs < 0) return;
      dueUs = target.link === undefined ? atHubUs : this.#fromHub(target, atHubUs);
    }
    if (dueUs === undefined || dueUs < 0) return;
    const epochs = this.#epochs(from, target);
    pending.answers += 1;
    const tie = { target: bus.name, source: `${from.domain}/${pending.id}`, seq: pending.answers };
    const task = () => {
      if (this.#epochs(from, target) === epochs) bus.answered(pending, message);
    };
    this.clock.schedule(dueUs, task, tie);
  }

  #arrive(
    from: MemoryBus,
    target: MemoryBroker,
    dueUs: number | undefined,
    subscriptions: readonly CoreSubscription[],
    subject: string,
    data: Uint8Array,
    headers: Headers,
    reply: Pending | undefined,
  ): void {
    if (dueUs === undefined || dueUs < 0) return;
    const epochs = this.#epochs(from.broker, target);
    const task = () => {
      if (this.#epochs(from.broker, target) !== epochs) return;
      const message = new CoreMessage(this, target, subject, data, headers, reply);
      for (const subscription of subscriptions) {
        if (subscription.isOpen) subscription.onMessage(message);
      }
    };
    const schedule = (atUs: number) =>
      this.clock.schedule(atUs, task, {
        target: target.domain,
        source: from.name,
        seq: from.count(),
      });
    schedule(dueUs);
    const lane = target.link?.down ?? from.broker.link?.up ?? target.lane;
    if (lane.repeats()) schedule(lane.carry(dueUs) ?? dueUs);
  }

  /** Changes when anything on the way between two brokers broke. */
  #epochs(from: MemoryBroker, target: MemoryBroker): number {
    if (from === target) return from.epoch;
    return (
      from.epoch +
      target.epoch +
      this.#hub.epoch +
      (from.link?.epoch ?? 0) +
      (target.link?.epoch ?? 0)
    );
  }

  /** Whether brokers believe that a message from one domain gets to another. */
  readonly #reaches = (from: string, target: string): boolean =>
    this.broker(from).link?.state !== 'lost' && this.broker(target).link?.state !== 'lost';

  #toHub(from: MemoryBroker): number {
    const nowUs = this.clock.monotonic();
    if (from.link === undefined) return from.lane.carry(nowUs) ?? -1;
    return from.link.state === 'standing' ? (from.link.up.carry(nowUs) ?? -1) : -1;
  }

  #fromHub(target: MemoryBroker, atUs: number): number {
    if (target.link === undefined) return atUs;
    return target.link.state === 'standing' ? (target.link.down.carry(atUs) ?? -1) : -1;
  }

  #makeBroker(domain: string): MemoryBroker {
    const shared = {
      domain,
      clock: this.clock,
      random: this.#random,
      faults: this.#local,
      limits: this.#limits,
    };
    if (domain === HUB) {
      const hub = new MemoryBroker(shared);
      this.#brokers.set(domain, hub);
      return hub;
    }
    const link = new MemoryLink({
      node: domain,
      clock: this.clock,
      random: this.#random,
      faults: { ...this.#linkFaults },
      timing: this.#timing,
      onChange: (change) => this.#linkChanged(domain, change),
    });
    const leaf = new MemoryBroker({ ...shared, link });
    this.#brokers.set(domain, leaf);
    this.#feeds.set(domain, this.#feedsOf(leaf, link));
    this.#revise(domain, true);
    return leaf;
  }

  #feedsOf(leaf: MemoryBroker, link: MemoryLink): Feed[] {
    return streamPlans.map(({ name, flow }) => {
      const source = (flow === 'up' ? leaf : this.#hub).streams.get(name)!;
      const target = (flow === 'up' ? this.#hub : leaf).streams.get(name)!;
      const feed = new Feed({
        clock: this.clock,
        link,
        lane: flow === 'up' ? link.up : link.down,
        target,
        name: `feed/${leaf.domain}/${name}`,
        maxMessages: this.#limits.maxMessages,
      });
      source.addReader((stored) => feed.offer(stored), flow === 'up' ? undefined : leaf.domain);
      return feed;
    });
  }

  #linkChanged(node: string, change: 'lost' | 'restored' | 'standing'): void {
    const leaf = this.broker(node);
    // A broker that is down tells nobody, and tells of a link's return only who heard of its loss.
    if (leaf.isUp && change !== 'standing' && leaf.isLinkLost === (change === 'restored')) {
      leaf.isLinkLost = change === 'lost';
      leaf.tell({ type: `link.${change}` });
    }
    if (change === 'lost') return;
    for (const feed of this.#feeds.get(node)!) feed.resume();
    for (const client of leaf.clients) (client as MemoryBus).resync();
  }

  #reviseAround(broker: MemoryBroker): void {
    if (broker.link !== undefined) this.#revise(broker.domain, true);
    else for (const domain of this.#feeds.keys()) this.#revise(domain, true);
  }

  /** Lets a link stand or fall with its wire and the brokers at its ends. */
  #revise(node: string, atOnce: boolean): void {
    const link = this.#linkOf(node);
    if (this.#isWhole(node)) link.restore();
    else link.cut(atOnce);
  }

  #isWhole(node: string): boolean {
    return this.#hub.isUp && this.broker(node).isUp && !this.#cutWires.has(node);
  }

  #linkOf(node: string): MemoryLink {
    const { link } = this.broker(node);
    if (link === undefined) throw new Error(`'${node}' is the hub: it has no link`);
    return link;
  }
}
