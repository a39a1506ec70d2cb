/** Simulates a cell frame by frame for a fraction of a second, and says what came of it. */
import type { Channel } from '#protocols/channels.ts';
import type { Random } from '#protocols/random.ts';
import { GUARD_US, type Modulation } from '#protocols/rates.ts';
import { PacketEngine } from '../packet/engine.ts';
import { type FormatWidth, formatOf } from '../packet/formats.ts';
import { openSpace } from '../packet/propagation.ts';
import { rulesOf } from '../packet/rules.ts';
import type { Flow, Format, PacketNode, PacketScene, Rules } from '../packet/scene.ts';
import type { Traffic } from '../packet/traffic.ts';
import type { Cell } from './cells.ts';

const NS_PER_MS = 1_000_000;
/** So long a cell runs before anything is counted. Queues of those who have too little are longer than a frame by then. */
const SETTLE_MS = 50;
/** So long it is counted. See docs/air/packet.md for what that costs in accuracy. */
const COUNTED_MS = 200;

/**
 * An emitter that is not on all the time sends once in so long: a period of the mains, as microwave
 * ovens do.
 */
const PERIOD_MS = 20;

/** Answers go at 24 Mb/s to those who get 16-QAM or more, and at 6 Mb/s else (IEEE 802.11-2020, 10.6.6.5). */
const FAST_FROM_MCS = 3;

/** Shares of the time, and of what was offered. */
export interface Tally {
  readonly radios: ReadonlyMap<string, RadioTally>;
  /** What arrived, Mb/s. */
  readonly clients: ReadonlyMap<string, number>;
}

export interface RadioTally {
  readonly sending: number;
  readonly receiving: number;
  readonly busy: number;
}

/** `second`: which second of the air's time it stands for. */
export function playSlice(cell: Cell, random: Random, second: number): Tally {
  const { radios, clients } = cell;
  const own = random.fork(`slice/${radios[0]!.id}/${second}`);
  const asked = radios.map((_, index) => index);
  const engine = new PacketEngine(sceneOf(cell), own, asked);
  const bursts = cell.emitters.map((emitter, index) => {
    const node = radios.length + clients.length + index;
    return new Bursts(engine, node, emitter, random.fork(`emitter/${emitter.id}/${second}`));
  });
  run(engine, bursts, SETTLE_MS);
  const before = count(engine, cell);
  run(engine, bursts, SETTLE_MS + COUNTED_MS);
  const after = count(engine, cell);
  const countedNs = COUNTED_MS * NS_PER_MS;
  return {
    radios: new Map(
      radios.map(({ id }, index) => {
        const [from, to] = [before.times[index]!, after.times[index]!];
        const share = (name: 'sendingNs' | 'receivingNs' | 'busyNs') =>
          (to[name] - from[name]) / countedNs;
        return [
          id,
          { sending: share('sendingNs'), receiving: share('receivingNs'), busy: share('busyNs') },
        ];
      }),
    ),
    clients: new Map(
      clients.map(({ id, offeredMbps }, flow) => {
        const arrived = after.delivered[flow]! - before.delivered[flow]!;
        if (engine.sources[flow]!.isSaturated) {
          return [id, (arrived * engine.payloadBits[flow]! * 1_000) / countedNs];
        }
        // As a share of what came: packets come whole, and few of them in so short a time. A queue that
        // shrinks makes it more than all; over several slices that evens out.
        const came = after.offered[flow]! - before.offered[flow]!;
        return [id, came === 0 ? offeredMbps : (offeredMbps * arrived) / came];
      }),
    ),
  };
}

function count(engine: PacketEngine, { radios, clients }: Cell) {
  return {
    times: radios.map((_, index) => engine.times(index)!),
    delivered: clients.map((_, flow) => engine.counts.delivered[flow]!),
    offered: clients.map((_, flow) => engine.sources[flow]!.offered),
  };
}

function run(engine: PacketEngine, bursts: readonly Bursts[], untilMs: number): void {
  const untilNs = untilMs * NS_PER_MS;
  for (;;) {
    let next: Bursts | undefined;
    for (const one of bursts) if (next === undefined || one.atNs < next.atNs) next = one;
    if (next === undefined || next.atNs >= untilNs) break;
    engine.run(next.atNs);
    next.begin();
  }
  engine.run(untilNs);
}

/** When an emitter sends: once a period, anywhere in it, or without end. */
class Bursts {
  atNs: number;
  readonly #engine: PacketEngine;
  readonly #node: number;
  readonly #lengthNs: number;
  readonly #random: Random;
  #period = 0;

  constructor(
    engine: PacketEngine,
    node: number,
    { duty }: { readonly duty: number },
    random: Random,
  ) {
    this.#engine = engine;
    this.#node = node;
    this.#random = random;
    const isEndless = duty >= 1;
    this.#lengthNs = isEndless
      ? 2 * (SETTLE_MS + COUNTED_MS) * NS_PER_MS
      : Math.max(1, Math.round(duty * PERIOD_MS * NS_PER_MS));
    this.atNs = isEndless ? 0 : this.#beginIn(0);
  }

  begin(): void {
    const endNs = this.atNs + this.#lengthNs;
    this.#engine.emit(this.#node, endNs);
    this.#period += 1;
    this.atNs = Math.max(endNs + 1, this.#beginIn(this.#period));
  }

  #beginIn(period: number): number {
    const slackNs = PERIOD_MS * NS_PER_MS - this.#lengthNs;
    return period * PERIOD_MS * NS_PER_MS + Math.floor(this.#random.uniform() * slackNs);
  }
}

/** The cell as the engine takes it: nodes are its radios, clients and emitters, flows its clients. */
export function sceneOf({ radios, clients, emitters, levels }: Cell): PacketScene {
  const at = { x: 0, y: 0, z: 0, txDbm: 0 };
  const rules = radios.map(({ channel }) => rulesFor(channel));
  const nodes: PacketNode[] = [
    ...radios.map(({ id, channel }, index) => ({ ...at, id, channel, rules: rules[index]! })),
    ...clients.map(({ id, radio }) => {
      return { ...at, id, channel: radios[radio]!.channel, rules: rules[radio]! };
    }),
    ...emitters.map(({ id, centerMhz, widthMhz }) => {
      // A block of any width, and with a primary channel that no radio has.
      const channel = {
        band: radios[0]!.channel.band,
        primaryMhz: -1,
        centerMhz,
        widthMhz,
      } as Channel;
      return { ...at, id, channel, isEmitter: true };
    }),
  ];
  // All send with 0 dBm: what arrives is what the way takes.
  const known = new Map(levels.map(([from, to, dbm]) => [from * nodes.length + to, -dbm]));
  return {
    nodes,
    flows: clients.map(({ radio, offeredMbps, mcs, streams }, client): Flow => {
      const format = formatFor(radios[radio]!.channel, { mcs, streams });
      const { rate } = format.frames.data;
      const traffic: Traffic =
        offeredMbps * 1e6 >= rate ? { kind: 'saturated' } : { kind: 'cbr', mbps: offeredMbps };
      return { from: radio, to: radios.length + client, format, traffic };
    }),
    rules: rules[0]!,
    space: { ...openSpace('5'), leaks: true },
    lossDb: (from, to) => known.get(from * nodes.length + to) ?? Number.POSITIVE_INFINITY,
  };
}

/** By band, width and modulation: there are some dozens, asked for again in every slice. */
const formats = new Map<string, Format>();
const rulesByTuning = new Map<string, Rules>();

function formatFor(channel: Channel, modulation: Modulation): Format {
  const key = `${channel.band} ${channel.widthMhz} ${modulation.mcs} ${modulation.streams}`;
  const format = formats.get(key) ?? formatOf(optionsOf(channel, modulation));
  formats.set(key, format);
  return format;
}

function rulesFor(channel: Channel): Rules {
  const key = `${channel.band} ${channel.widthMhz}`;
  const rules =
    rulesByTuning.get(key) ??
    rulesOf({ ...optionsOf(channel, { mcs: 0, streams: 1 }), usesRts: false });
  rulesByTuning.set(key, rules);
  return rules;
}

/** 6 GHz has the timing of 5; HE has no frames of more than 160 MHz. */
function optionsOf({ band, widthMhz }: Channel, { mcs, streams }: Modulation) {
  return {
    standard: '11ax',
    mcs,
    streams,
    widthMhz: (widthMhz === 320 ? 160 : widthMhz) as FormatWidth,
    guardUs: GUARD_US,
    band: band === '2.4' ? '2.4' : '5',
    controlMbps: mcs >= FAST_FROM_MCS ? 24 : 6,
  } as const;
}
