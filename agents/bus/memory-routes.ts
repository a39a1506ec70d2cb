/** Where a subject goes: found once per subject, kept until subscriptions change. */
import type { BusMessage, Headers } from './bus.ts';
import type { MemoryBroker } from './memory-broker.ts';
import type { CoreSubscription, Network, Pending } from './memory-bus.ts';
import { HUB, streamPlans, subjectsTaken } from './streams.ts';
import { SubjectIndex } from './subject-index.ts';

/** Subjects that are used once, such as those of tasks, would otherwise pile up. */
const MAX_ROUTES = 50_000;

export class Routes {
  readonly #index = new SubjectIndex<CoreSubscription>();
  readonly #routes = new Map<string, Route>();
  readonly #site: string;

  constructor(site: string) {
    this.#site = site;
  }

  add(subscription: CoreSubscription): void {
    this.#index.add(subscription.filter, subscription);
    this.#routes.clear();
  }

  remove(subscription: CoreSubscription): void {
    this.#index.remove(subscription.filter, subscription);
    this.#routes.clear();
  }

  of(subject: string): Route {
    let route = this.#routes.get(subject);
    if (route === undefined) {
      if (this.#routes.size >= MAX_ROUTES) this.#routes.clear();
      route = new Route(subject, this.#index.match(subject), this.#site);
      this.#routes.set(subject, route);
    }
    return route;
  }
}

type Receivers = readonly (readonly [domain: string, subscriptions: readonly CoreSubscription[]])[];

export class Route {
  /** The stream that takes the subject, the domain whose clients may append it, and the node. */
  readonly stream: string | undefined;
  readonly domain: string;
  readonly node: string;
  readonly isHeard: boolean;
  readonly #plain: Receivers;
  readonly #queues: readonly CoreSubscription[][];
  #turn = 0;

  constructor(subject: string, subscriptions: CoreSubscription[], site: string) {
    const [, , kind, node = ''] = subject.split('.');
    this.node = node;
    this.domain = kind === 'cmd' || node === 'cloud' ? HUB : node;
    this.stream = streamPlans.find((plan) =>
      subjectsTaken(plan, site, this.domain).some((taken) =>
        subject.startsWith(taken.slice(0, -1)),
      ),
    )?.name;
    this.isHeard = subscriptions.length > 0;
    subscriptions.sort(inOrder);
    this.#plain = byDomain(subscriptions.filter(({ queue }) => queue === undefined));
    const queues = Map.groupBy(
      subscriptions.filter(({ queue }) => queue !== undefined),
      ({ filter, queue }) => `${queue} ${filter}`,
    );
    this.#queues = [...queues.values()];
  }

  /** Who gets a message from `from`: every plain subscription, and one of each queue group. */
  receivers(from: string, reaches: (from: string, target: string) => boolean): Receivers {
    if (this.#queues.length === 0) return this.#plain;
    const chosen = this.#plain.flatMap(([, subscriptions]) => subscriptions);
    this.#turn += 1;
    for (const members of this.#queues) {
      const near = members.filter(({ bus }) => bus.broker.domain === from);
      const far = members.filter(({ bus }) => reaches(from, bus.broker.domain));
      const able = near.length > 0 ? near : far;
      if (able.length > 0) chosen.push(able[this.#turn % able.length]!);
    }
    return byDomain(chosen.sort(inOrder));
  }
}

export class CoreMessage implements BusMessage {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly headers: Headers;
  readonly #network: Network;
  readonly #broker: MemoryBroker;
  readonly #reply: Pending | undefined;

  constructor(
    network: Network,
    broker: MemoryBroker,
    subject: string,
    data: Uint8Array,
    headers: Headers,
    reply: Pending | undefined,
  ) {
    this.#network = network;
    this.#broker = broker;
    this.subject = subject;
    this.data = data;
    this.headers = headers;
    this.#reply = reply;
  }

  get wantsReply(): boolean {
    return this.#reply !== undefined;
  }

  respond(data: Uint8Array, headers: Headers = {}): void {
    if (this.#reply === undefined || !this.#broker.isUp) return;
    const { inbox } = this.#reply;
    const answer = new CoreMessage(this.#network, this.#broker, inbox, data, headers, undefined);
    this.#network.respond(this.#broker, this.#reply, answer);
  }
}

function inOrder(one: CoreSubscription, other: CoreSubscription): number {
  if (one.bus.name !== other.bus.name) return one.bus.name < other.bus.name ? -1 : 1;
  return one.seq - other.seq;
}

function byDomain(subscriptions: readonly CoreSubscription[]): Receivers {
  return [...Map.groupBy(subscriptions, ({ bus }) => bus.broker.domain)];
}
