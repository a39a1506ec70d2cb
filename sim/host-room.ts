/** Where the hosts of a world run: it starts them, kills them, and starts them again. */
import type { Bus } from '#agents/bus/bus.ts';
import type { MemoryNetwork } from '#agents/bus/memory.ts';
import type { Store } from '#agents/store/store.ts';
import type { Air } from '#protocols/air.ts';
import { address, CLOUD } from '#protocols/ids.ts';
import type { Random } from '#protocols/random.ts';
import type { HostClock } from './clock/host-clock.ts';
import type { VirtualClock } from './clock/virtual-clock.ts';
import { airId, type Layout } from './layout.ts';
import type { RadioHardware, RadioTruth, Running } from './population.ts';
import type { NodePlan } from './scenario.ts';
import { type BusListener, TappedBus } from './tapped-bus.ts';
import type { Trace } from './trace/trace.ts';
import type { WorldOptions } from './world.ts';

interface Place {
  readonly name: string;
  /** Undefined for the cloud. */
  readonly plan: NodePlan | undefined;
  readonly store: Store;
  readonly hardware: ReadonlyMap<string, RadioHardware>;
  starts: number;
  /** While its process runs. */
  process: Process | undefined;
  /** Set on it by jumps; a wall that was set wrong stays wrong over restarts. */
  skewUs: number;
  driftPpm: number;
}

interface Process {
  readonly clock: HostClock;
  readonly bus: Bus;
  running: Running | undefined;
}

export interface RoomParts {
  readonly options: WorldOptions;
  readonly layout: Layout;
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly network: MemoryNetwork;
  readonly trace: Trace;
  readonly air: Air;
  readonly onRadio: (truth: RadioTruth) => void;
  readonly listener: Required<BusListener>;
}

export class HostRoom {
  readonly #parts: RoomParts;
  readonly #places = new Map<string, Place>();
  readonly #starting = new Set<Promise<void>>();

  constructor(parts: RoomParts) {
    this.#parts = parts;
    const { options, layout } = parts;
    this.#open(CLOUD, undefined, options.makeStore(CLOUD), new Map());
    for (const node of layout.site.nodes) {
      const hardware = new Map(
        node.radios.map((radio) => {
          const id = airId(node.id, radio.id);
          const made = options.makeHardware(radio, {
            id,
            address: address(layout.site.site, node.id, radio.id),
            air: parts.air,
            clock: parts.clock,
            random: parts.random.fork(`hardware/${id}`),
            onRadio: parts.onRadio,
          });
          return [radio.id as string, made] as const;
        }),
      );
      this.#open(node.id, node, options.makeStore(node.id), hardware);
    }
  }

  /** True while some start has not settled; the world waits with its clock standing. */
  get isStarting(): boolean {
    return this.#starting.size > 0;
  }

  async started(): Promise<void> {
    while (this.#starting.size > 0) await Promise.all(this.#starting);
  }

  /** One after the other, the cloud first. */
  async startAll(): Promise<void> {
    for (const name of this.#places.keys()) {
      this.start(name);
      if (this.isStarting) await this.started();
    }
  }

  stopAll(): void {
    for (const { process } of this.#places.values()) process?.running?.stop();
  }

  isUp(name: string): boolean {
    return this.#places.get(name)?.process !== undefined;
  }

  start(name: string): void {
    const { options, layout, clock, random, network, trace, listener } = this.#parts;
    const place = this.#place(name);
    if (place.process !== undefined) return;
    place.starts += 1;
    const { plan, skewUs, driftPpm, store, hardware } = place;
    const own = clock.hostClock({ skewUs, driftPpm });
    const bus = network.connect({ client: name, domain: plan === undefined ? 'hub' : name });
    const process: Process = { clock: own, bus, running: undefined };
    place.process = process;
    const env = {
      site: layout.site,
      clock: own,
      random: random.fork(`host/${name}`),
      bus: new TappedBus(bus, listener),
      store,
      bootId: `${name}-${place.starts}`,
      seed: options.seed,
      trace,
    };
    const running =
      plan === undefined
        ? options.cloud.start(env)
        : options.nodes.start(plan, {
            ...env,
            uptimeUs: () => clock.monotonic(),
            driverFor: ({ id }) => {
              const made = hardware.get(id);
              if (made === undefined) throw new Error(`node ${name} has no radio '${id}'`);
              return made.driver(own);
            },
          });
    if (!(running instanceof Promise)) {
      process.running = running;
      return;
    }
    const settled = running.then((value) => {
      process.running = value;
      this.#starting.delete(settled);
    });
    this.#starting.add(settled);
  }

  crash(name: string): void {
    const place = this.#place(name);
    const { process } = place;
    if (process === undefined) return;
    place.process = undefined;
    process.running?.crash();
    process.clock.stop();
    this.#parts.network.kill(process.bus);
    for (const hardware of place.hardware.values()) hardware.lost?.();
  }

  jump(name: string, byUs: number): void {
    const place = this.#place(name);
    place.skewUs += byUs;
    place.process?.clock.jump(byUs);
  }

  drift(name: string, ppm: number): void {
    const place = this.#place(name);
    place.driftPpm = ppm;
    place.process?.clock.drift(ppm);
  }

  #open(
    name: string,
    plan: NodePlan | undefined,
    store: Store,
    hardware: ReadonlyMap<string, RadioHardware>,
  ): void {
    this.#places.set(name, {
      name,
      plan,
      store,
      hardware,
      starts: 0,
      process: undefined,
      skewUs: 0,
      driftPpm: 0,
    });
  }

  #place(name: string): Place {
    const place = this.#places.get(name);
    if (place === undefined) {
      throw new Error(`no host '${name}': expected one of ${[...this.#places.keys()].join(', ')}`);
    }
    return place;
  }
}
