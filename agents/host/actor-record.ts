/** What a host knows of one actor, awake or at rest. */
import type { Clock, Timer } from '#protocols/clock.ts';
import type { EventKind } from '#protocols/event.ts';
import type { Address } from '#protocols/ids.ts';
import type { Random } from '#protocols/random.ts';
import type { TraceChain } from '#protocols/trace.ts';
import type { Body, Hears, Memory, Place, Port, ToolHandler } from '../body.ts';
import type { Store, StoredIntent } from '../store/store.ts';
import type { ActorSystem } from './actor-system.ts';
import { Chance, type Counters, noCounters } from './chance.ts';
import { type Deadline, noDeadlines } from './deadlines.ts';
import { type LoadedMachine, loadMachine } from './machine-load.ts';
import type { Mailbox } from './mailbox.ts';
import { MemoryTable } from './memory-table.ts';
import type { Running } from './running.ts';

export type Condition =
  | 'ready'
  /** A step went wrong; it is taken up again after a while. */
  | 'restarting'
  /** It went wrong too often. */
  | 'failed'
  /** Its chart reached its end. */
  | 'ended';

/** A body on a host, with what its actors would otherwise look up for each message. */
export class Role {
  readonly body: Body;
  readonly ground: Ground;
  readonly loaded: LoadedMachine;
  // biome-ignore lint/suspicious/noExplicitAny: a handler is typed where it is written
  readonly handlers = new Map<string, ToolHandler<any, any>>();
  readonly publishes = new Map<string, EventKind>();
  readonly hears = new Map<string, Hears[]>();

  constructor(body: Body, ground: Ground) {
    this.body = body;
    this.ground = ground;
    this.loaded = loadMachine(body.machine);
    for (const handler of body.tools) this.handlers.set(handler.tool.name, handler);
    for (const { name, kind } of body.publishes) this.publishes.set(name, kind);
    for (const heard of body.hears) {
      const { name } = heard.event;
      const ways = this.hears.get(name);
      if (ways === undefined) this.hears.set(name, [heard]);
      else ways.push(heard);
    }
  }
}

/** Where actors of a host stand. */
export interface Ground {
  readonly clock: Clock;
  readonly random: Random;
  readonly store: Store;
}

export class ActorRecord {
  readonly address: Address;
  readonly role: Role;
  readonly ports: Readonly<Record<string, Port>>;
  readonly chain: TraceChain;
  condition: Condition = 'ready';
  /** The chart while it is awake. */
  awake: ActorSystem | undefined = undefined;
  /** The state it is in, also while it rests. */
  value: unknown = null;
  seq = 0;
  sent = 0;
  deadlines: readonly Deadline[] = noDeadlines;
  intents: readonly StoredIntent[] = noIntents;
  running: readonly Running[] = noRunning;
  counters: Counters = noCounters;
  mailbox: Mailbox | undefined = undefined;
  /** Stands in the host's queue. */
  queued = false;
  faults: Faults | undefined = undefined;
  #place: ActorPlace | undefined = undefined;

  constructor(
    address: Address,
    role: Role,
    ports: Readonly<Record<string, Port>>,
    chain: TraceChain,
  ) {
    this.address = address;
    this.chain = chain;
    this.role = role;
    this.ports = ports;
  }

  get place(): ActorPlace {
    this.#place ??= new ActorPlace(this);
    return this.#place;
  }

  /** The place, if anybody has used it since the actor woke. */
  get placed(): ActorPlace | undefined {
    return this.#place;
  }

  leavePlace(): void {
    this.#place = undefined;
  }
}

export interface Faults {
  /** When it was restarted lately, monotonic. */
  readonly atUs: number[];
  retry: Timer | undefined;
  restarts: number;
  last: string;
}

export const noIntents: readonly StoredIntent[] = Object.freeze([]);
export const noRunning: readonly Running[] = Object.freeze([]);

/** What handlers and ports are given; its parts are made when they are first used. */
export class ActorPlace implements Place {
  readonly #record: ActorRecord;
  #chance: Chance | undefined;
  #memory: MemoryTable | undefined;

  constructor(record: ActorRecord) {
    this.#record = record;
  }

  get address(): Address {
    return this.#record.address;
  }

  get clock(): Clock {
    return this.#record.role.ground.clock;
  }

  get random(): Random {
    const { address, role, counters } = this.#record;
    this.#chance ??= new Chance(role.ground.random.fork(`actor/${address}`), counters);
    return this.#chance.root;
  }

  get memory(): Memory {
    const { address, role } = this.#record;
    this.#memory ??= new MemoryTable(address, role.ground.store);
    return this.#memory;
  }

  /** Something waits for the next commit. */
  get changed(): boolean {
    return this.#chance?.moved === true || this.#memory?.changed === true;
  }

  takeCounters(before: Counters): Counters {
    return this.#chance?.take() ?? before;
  }

  takeMemory(): ReadonlyMap<string, unknown> | undefined {
    return this.#memory?.take();
  }

  undo(): void {
    this.#chance?.undo();
    this.#memory?.undo();
  }
}
