/** Makes a small world for tests of the host: a clock, a store, a bus, and a light that can be set. */
import type { Body, Port, PortActuation } from '#agents/body.ts';
import type { Bus } from '#agents/bus/bus.ts';
import { createMemoryNetwork, type MemoryNetwork } from '#agents/bus/memory.ts';
import type { ToolCaller } from '#agents/host/actor-host.ts';
import { Host } from '#agents/host/host.ts';
import type { HostOptions } from '#agents/host/host-options.ts';
import { createRandom } from '#agents/random/philox.ts';
import { MemoryStore } from '#agents/store/memory.ts';
import type { Store } from '#agents/store/store.ts';
import type { Outcome } from '#protocols/errors.ts';
import type { Address } from '#protocols/ids.ts';
import type { TraceRecord } from '#protocols/trace.ts';
import { VirtualClock } from '#sim/clock/virtual-clock.ts';
import { Trace } from '#sim/trace/trace.ts';
import { dimmerBody, type Light } from './dimmer.ts';

/** A lamp with a driver's manners: it answers later, and counts how often its level changed. */
export class Lamp implements PortActuation<number, Light, Light> {
  readonly kind = 'actuation';
  level = 0;
  changes = 0;
  /** How long an operation takes; 0 answers at once. */
  latencyUs = 100;
  readonly #clock: VirtualClock;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  read(done: (outcome: Outcome<Light, never>) => void): void {
    this.#later(() => done({ ok: true, value: { level: this.level } }));
  }

  holds(state: Light, to: number): boolean {
    return state.level === to;
  }

  act(to: number, done: (outcome: Outcome<Light, never>) => void): void {
    this.level = to;
    this.changes += 1;
    this.#later(() => done({ ok: true, value: { level: this.level } }));
  }

  output(state: Light): Light {
    return state;
  }

  #later(task: () => void): void {
    if (this.latencyUs === 0) task();
    else this.#clock.schedule(this.#clock.monotonic() + this.latencyUs, task);
  }
}

export const START_US = 1_700_000_000_000_000;

export class Rig {
  readonly clock = new VirtualClock(START_US);
  readonly network: MemoryNetwork;
  readonly lamp = new Lamp(this.clock);
  readonly records: TraceRecord[] = [];
  readonly trace: Trace;
  store: Store = new MemoryStore();
  readonly notes: string[] = [];
  #boots = 0;

  constructor() {
    const random = createRandom(7).fork('network');
    this.network = createMemoryNetwork({ clock: this.clock, random, site: 'hq' });
    this.trace = new Trace(() => this.clock.monotonic());
    this.trace.listen((record) => this.records.push(record));
  }

  bus(client = 'ap1'): Bus {
    return this.network.connect({ client, domain: client === 'cloud' ? 'hub' : client });
  }

  /** A new host on the same store, as after a kill. */
  host(options: Partial<HostOptions> = {}): Host {
    this.#boots += 1;
    return new Host({
      site: 'hq',
      node: 'ap1',
      bus: options.bus ?? this.bus(),
      store: this.store,
      clock: this.clock,
      random: createRandom(1),
      trace: this.trace,
      caller: nobodyCalls,
      passivateAfterMs: null,
      bootId: `boot-${this.#boots}`,
      ledger: {
        append: (note) => {
          this.notes.push(note.reason);
          return {
            subject: 'airguard.hq.ledger.ap1.ledger.entry',
            data: new Uint8Array(),
            id: `ledger-${this.notes.length}`,
            meta: { ledger: this.notes.length },
          };
        },
      },
      ...options,
    });
  }

  start(host: Host, body: Body = dimmerBody(), actor = 'light-0', ports?: Record<string, Port>) {
    return host.start({ body, actor, input: { level: 0 }, ports: ports ?? this.ports() });
  }

  ports(): Record<string, Port> {
    return {
      set: this.lamp,
      draw: {
        kind: 'work',
        run: (_: null, { random }, done) => {
          done({ ok: true, value: random.below(1_000_000) });
          return undefined;
        },
      },
    };
  }

  /** Runs so many milliseconds of the world. */
  run(ms: number): void {
    this.clock.run(this.clock.monotonic() + ms * 1_000);
  }
}

export const nobodyCalls: ToolCaller = {
  call: () => ({ cancel: () => undefined }),
};

/** The context of an actor as its store has it. */
export function contextOf(store: Store, address: Address) {
  const snapshot = store.actor(address)?.snapshot as { context: Record<string, unknown> };
  return snapshot.context;
}

export function setCall(callId: string, level: number) {
  return {
    call: { callId, caller: 'operator', tool: 'light_set_level', arguments: { level } },
    once: { contentHash: `to ${level}`, expiresWallUs: START_US + 3_600_000_000 },
  };
}
