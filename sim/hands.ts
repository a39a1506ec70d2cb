/** What faults do to this world. */
import type { MemoryNetwork } from '#agents/bus/memory.ts';
import type { Air } from '#protocols/air.ts';
import type { Clock } from '#protocols/clock.ts';
import { type Address, address, CLOUD, partsOf } from '#protocols/ids.ts';
import type { LegalLimits } from './checkers/checker.ts';
import type { FaultHands, Noise, RadarStrike } from './faults/fault-runner.ts';
import type { HostRoom } from './host-room.ts';
import type { Layout } from './layout.ts';
import type { RadioTruth } from './population.ts';
import type { Radar } from './recording/recorder.ts';
import type { Place } from './scenario.ts';
import type { Trace } from './trace/trace.ts';

/** A pulse of a microsecond fills about a megahertz. */
const RADAR_WIDTH_MHZ = 1;

/** How far from the radio it is set up, each way. */
export const RADAR_AWAY_M = 20;

interface HandsParts {
  readonly layout: Layout;
  readonly clock: Clock;
  readonly air: Air;
  readonly network: MemoryNetwork;
  readonly trace: Trace;
  readonly limits: LegalLimits;
  /** Where a node is now. */
  readonly placeOf: (node: string) => Place;
}

export class Hands implements FaultHands {
  readonly nodes: readonly string[];
  /** All that were set up so far. */
  readonly radars: Radar[] = [];
  room: HostRoom | undefined;
  readonly #parts: HandsParts;
  readonly #truths = new Map<Address, RadioTruth>();
  readonly #faults: Address;
  /** How many of these lie on a node or domain now; `<what>/<name>`. */
  readonly #depth = new Map<string, number>();
  readonly #disturbedUs = new Map<string, number>();

  constructor(parts: HandsParts) {
    this.#parts = parts;
    const { site, nodes } = parts.layout.site;
    this.nodes = nodes.map(({ id }) => id);
    this.#faults = address(site, 'world', 'faults');
  }

  onRadio(truth: RadioTruth): void {
    this.#truths.set(truth.address, truth);
  }

  isReachable(node: string, forUs: number): boolean {
    const nowUs = this.#parts.clock.monotonic();
    const since = (name: string) => this.#disturbedUs.get(name) ?? Number.NEGATIVE_INFINITY;
    const isBroken = ['cut', 'broker', 'crash', 'noise'].some(
      (what) => this.#count(what, node) > 0,
    );
    const isHubBroken = this.#count('broker', 'hub') > 0 || this.#count('crash', CLOUD) > 0;
    const lastUs = Math.max(since(node), since('hub'), since(CLOUD));
    return !isBroken && !isHubBroken && nowUs - lastUs >= forUs;
  }

  radar({ lastsUs, eirpDbm, pattern, random }: RadarStrike): boolean {
    const { air, clock, limits, placeOf } = this.#parts;
    const inUse = [...this.#truths.values()]
      .filter(({ channel, silent }) => channel !== null && !silent && limits.clearMs(channel) > 0)
      .sort((a, b) => (a.address < b.address ? -1 : 1));
    const chosen = inUse[random.below(Math.max(1, inUse.length))];
    if (chosen?.channel == null) return false;
    const at = placeOf(partsOf(chosen.address).node);
    const away = () => (random.uniform() - 0.5) * 2 * RADAR_AWAY_M;
    const centerMhz = chosen.channel.primaryMhz;
    const widthMhz = RADAR_WIDTH_MHZ;
    // Told first: who falls silent at once has done so after the radar began, not before.
    this.note({ kind: 'radar', radio: chosen.address, centerMhz, widthMhz, lastsUs });
    const radar: Radar = {
      kind: 'radar',
      id: `radar-${this.radars.length + 1}`,
      at: { x: at.x + away(), y: at.y + away(), z: at.z },
      centerMhz,
      widthMhz,
      eirpDbm,
      durationUs: lastsUs,
      pattern,
    };
    this.radars.push(radar);
    air.advance(clock.monotonic());
    air.apply(radar);
    return true;
  }

  cut(node: string): () => void {
    const { network } = this.#parts;
    return this.#held('cut', node, {
      begin: () => network.setLink(node, 'down'),
      end: () => network.setLink(node, 'up'),
    });
  }

  crash(node: string): () => void {
    return this.#held('crash', node, {
      begin: () => this.#room().crash(node),
      end: () => this.#room().start(node),
    });
  }

  broker(domain: string): () => void {
    const { network } = this.#parts;
    return this.#held('broker', domain, {
      begin: () => network.crashBroker(domain),
      end: () => network.restartBroker(domain),
    });
  }

  jump(node: string, byUs: number): void {
    this.#room().jump(node, byUs);
  }

  drift(node: string, ppm: number): () => void {
    return this.#held('drift', node, {
      begin: () => this.#room().drift(node, ppm),
      end: () => this.#room().drift(node, 0),
    });
  }

  noise(node: string, { latency, spread, ...shares }: Noise): () => void {
    const faults = this.#parts.network.faults.of(node);
    const calm = { ...faults };
    return this.#held('noise', node, {
      begin: () => Object.assign(faults, { ...shares, latencyUs: { min: latency, spread } }),
      end: () => Object.assign(faults, calm),
    });
  }

  note(payload: { readonly kind: string; readonly [key: string]: unknown }): void {
    this.#parts.trace.chain(this.#faults).record('fault', payload, null, '');
  }

  /** Where two of a kind overlap on one node, the first begins it and the last to end ends it. */
  #held(what: string, name: string, { begin, end }: { begin(): void; end(): void }): () => void {
    const key = `${what}/${name}`;
    const depth = this.#count(what, name);
    this.#depth.set(key, depth + 1);
    this.#disturbedUs.set(name, this.#parts.clock.monotonic());
    if (depth === 0) begin();
    this.#ends.set(key, depth === 0 ? end : (this.#ends.get(key) ?? end));
    return () => {
      const left = this.#count(what, name) - 1;
      this.#depth.set(key, left);
      this.#disturbedUs.set(name, this.#parts.clock.monotonic());
      if (left === 0) this.#ends.get(key)?.();
    };
  }
  readonly #ends = new Map<string, () => void>();

  #count(what: string, name: string): number {
    return this.#depth.get(`${what}/${name}`) ?? 0;
  }

  #room(): HostRoom {
    if (this.room === undefined) throw new Error('faults strike only once the hosts have a room');
    return this.room;
  }
}
