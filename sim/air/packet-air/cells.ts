/**
 * Cells: sets of radios, with their clients, that disturb nobody outside. Each is simulated by itself,
 * and what it needs for that is plain data.
 */
import * as z from 'zod';
import { Channel } from '#protocols/channels.ts';
import { ENERGY_DETECT_DBM } from '#protocols/hearing.ts';
import { dbToRatio } from '#protocols/math.ts';
import { modulationAt, NOISE_FIGURE_DB, noiseDbm } from '#protocols/rates.ts';
import { leakDb } from '#protocols/spectrum-mask.ts';
import type { Emitter } from '../emitter.ts';
import { primaryOf } from '../packet/links.ts';
import { type Client, type Ground, isSending, type Radio } from './ground.ts';

/** Radios come first in the numbering of the levels, then clients, then emitters. */
export const Cell = z.strictObject({
  radios: z.array(z.strictObject({ id: z.string(), channel: Channel })),
  clients: z.array(
    z.strictObject({
      id: z.string(),
      radio: z.number().int(),
      offeredMbps: z.number().positive(),
      mcs: z.number().int(),
      streams: z.number().int(),
    }),
  ),
  emitters: z.array(
    z.strictObject({
      id: z.string(),
      duty: z.number(),
      centerMhz: z.number(),
      widthMhz: z.number(),
    }),
  ),
  /** What arrives of all the power of the first where the second is, dBm. */
  levels: z.array(z.tuple([z.number().int(), z.number().int(), z.number()])),
});
export type Cell = z.infer<typeof Cell>;

/** What is weaker is no noise to anybody: thermal noise in 20 MHz. */
const NOTHING_DBM = noiseDbm(20, 0);
/** Clients only listen to their radio; what lies 6 dB below the weakest preamble is nothing to them. */
const NOTHING_TO_CLIENTS_DBM = -88;
/** Frames that arrive weaker are not read. */
const PREAMBLE_DBM = -82;
interface Served {
  readonly client: Client;
  readonly radio: Radio & { readonly channel: Channel };
  readonly mcs: number;
  readonly streams: number;
}

/** A sender or receiver of frames. */
interface Node {
  readonly placed: Radio | Client;
  readonly channel: Channel;
  readonly eirpDbm: number;
  /** Number of the radio that it is, or belongs to. */
  readonly radio: number;
  readonly isClient: boolean;
}

/** Of all radios that are switched on. */
export function cellsOf(ground: Ground): Cell[] {
  const radios = [...ground.radios.values()].filter(
    (radio): radio is Served['radio'] => radio.channel !== null,
  );
  const numbers = new Map(radios.map(({ id }, number) => [id, number]));
  const served = [...ground.clients.values()].flatMap((client) => {
    const radio = radios[numbers.get(client.radio ?? '') ?? -1];
    return radio === undefined ? [] : servedBy(ground, radio, client);
  });
  const nodes: Node[] = [
    ...radios.map((placed, radio) => {
      return { placed, channel: placed.channel, eirpDbm: placed.eirpDbm, radio, isClient: false };
    }),
    ...served.map(({ client, radio: { id, channel, eirpDbm } }) => {
      return { placed: client, channel, eirpDbm, radio: numbers.get(id)!, isClient: true };
    }),
  ];
  const links = linksAmong(ground, nodes);
  const groups = new Groups(radios.length);
  for (const { from, to } of links) groups.join(nodes[from]!.radio, nodes[to]!.radio);
  return groups.lists.map((members) => {
    const inCell = new Set(members);
    const own = nodes.flatMap((node, number) => (inCell.has(node.radio) ? [number] : []));
    const places = new Map(own.map((number, place) => [number, place]));
    const heard = [...ground.emitters.values()].flatMap((emitter) => {
      const levels = emitterLevels(ground, emitter, nodes, own);
      return levels.length === 0 ? [] : [{ emitter, levels }];
    });
    return {
      radios: members.map((number) => ({
        id: radios[number]!.id,
        channel: radios[number]!.channel,
      })),
      clients: served.flatMap(({ client, radio, mcs, streams }) => {
        const place = places.get(numbers.get(radio.id)!);
        if (place === undefined) return [];
        return [{ id: client.id, radio: place, offeredMbps: client.offeredMbps, mcs, streams }];
      }),
      emitters: heard.map(({ emitter: { id, duty, centerMhz, widthMhz } }) => {
        return { id, duty, centerMhz, widthMhz };
      }),
      levels: [
        ...links.flatMap(({ from, to, dbm }): Cell['levels'] => {
          const place = places.get(from);
          return place === undefined ? [] : [[place, places.get(to)!, dbm]];
        }),
        ...heard.flatMap(({ levels }, index) =>
          levels.map(({ to, dbm }): Cell['levels'][number] => {
            return [own.length + index, places.get(to)!, dbm];
          }),
        ),
      ],
    };
  });
}

/** A client that its radio can serve, with the rate that its signal over noise is good for. */
function servedBy(ground: Ground, radio: Served['radio'], client: Client): Served[] {
  if (!isSending(radio) || client.offeredMbps === 0) return [];
  const { centerMhz, widthMhz } = radio.channel;
  const level = ground.arrivesDbm(radio, client, centerMhz, radio.eirpDbm);
  const sinr = dbToRatio(level - noiseDbm(widthMhz, NOISE_FIGURE_DB));
  const modulation = modulationAt(widthMhz, sinr);
  return level < PREAMBLE_DBM || modulation === undefined ? [] : [{ client, radio, ...modulation }];
}

/** Who arrives at whom. Radios without a common edge of spectrum are not looked at any closer. */
function linksAmong(ground: Ground, nodes: readonly Node[]) {
  const links: { from: number; to: number; dbm: number }[] = [];
  const members: number[][] = [];
  nodes.forEach(({ radio }, number) => {
    members[radio] ??= [];
    members[radio].push(number);
  });
  for (const senders of members) {
    const { channel } = nodes[senders[0]!]!;
    for (const receivers of members) {
      const there = nodes[receivers[0]!]!.channel;
      const leak = there.band === channel.band ? leakDb(channel, there) : Number.POSITIVE_INFINITY;
      if (leak === Number.POSITIVE_INFINITY) continue;
      for (const from of senders) {
        const { placed, isClient, eirpDbm } = nodes[from]!;
        if (!isClient && !isSending(placed as Radio)) continue;
        for (const to of receivers) {
          if (to === from) continue;
          const at = nodes[to]!;
          const dbm = ground.arrivesDbm(placed, at.placed, channel.centerMhz, eirpDbm);
          if (dbm - leak >= (at.isClient ? NOTHING_TO_CLIENTS_DBM : NOTHING_DBM)) {
            links.push({ from, to, dbm });
          }
        }
      }
    }
  }
  return links;
}

function emitterLevels(
  ground: Ground,
  emitter: Emitter,
  nodes: readonly Node[],
  own: readonly number[],
) {
  if (emitter.duty === 0) return [];
  return own.flatMap((to) => {
    const { placed, channel, isClient } = nodes[to]!;
    // Energy that is no frame holds a radio from the energy threshold on, in its primary channel; the
    // engine, which takes all for frames, would have weaker energy hold it as well. Clients only read.
    const isThere = isClient
      ? ground.emitterDbm(emitter, placed, channel) >= NOTHING_TO_CLIENTS_DBM
      : ground.emitterDbm(emitter, placed, primaryOf(channel)) >= ENERGY_DETECT_DBM;
    if (!isThere) return [];
    return [{ to, dbm: ground.arrivesDbm(emitter, placed, emitter.centerMhz, emitter.eirpDbm) }];
  });
}

/** Who belongs together when some pairs do. */
class Groups {
  readonly #leader: number[];

  constructor(count: number) {
    this.#leader = Array.from({ length: count }, (_, number) => number);
  }

  join(a: number, b: number): void {
    const [first, second] = [this.#leaderOf(a), this.#leaderOf(b)];
    this.#leader[Math.max(first, second)] = Math.min(first, second);
  }

  /** Each in ascending order, and they by their first. */
  get lists(): number[][] {
    const lists = new Map<number, number[]>();
    this.#leader.forEach((_, number) => {
      const leader = this.#leaderOf(number);
      const list = lists.get(leader) ?? [];
      lists.set(leader, list);
      list.push(number);
    });
    return [...lists.values()];
  }

  #leaderOf(number: number): number {
    let at = number;
    while (this.#leader[at] !== at) at = this.#leader[at]!;
    return at;
  }
}
