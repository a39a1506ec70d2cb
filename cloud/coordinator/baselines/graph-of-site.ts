/**
 * A site as graphs, one a band, and back: so that every way of colouring a graph is also a way of deciding for
 * a site. Channels are the blocks of the width that most radios of the band have now; they do not overlap.
 */
import type { Band, Channel, WidthMhz } from '#protocols/channels.ts';
import type { Choice, Decider, Setting, Site } from '../site.ts';
import { burden, type Listener, listenersOf } from './heard.ts';
import { type Assignment, alike, costOf, type Instance } from './instance.ts';
import type { Method } from './method.ts';

export interface SiteGraph {
  readonly band: Band;
  readonly instance: Instance;
  /** By channel of the instance: the block, and by vertex what may be had there; null where it may not. */
  readonly choices: readonly (readonly (Choice | null)[])[];
  /** The channel each vertex has now; −1 for none of these. */
  readonly now: Assignment;
}

const bands: readonly Band[] = ['2.4', '5', '6'];
/** A plan is worth its silence only if it costs so much less than what is. */
const WORTH_IT = 0.97;
const EFFORT = 50_000;

/** Radios without a choice are in no graph. */
export function graphsOf(site: Site): SiteGraph[] {
  const listeners = listenersOf(site.reports);
  return bands.flatMap((band) => {
    const members = listeners.flatMap((listener, at) => {
      const choices = (site.choices.get(listener.id) ?? []).filter(
        ({ channel }) => channel.band === band,
      );
      return choices.length === 0 ? [] : [{ at, listener, choices }];
    });
    const widthMhz = usualWidth(members);
    if (widthMhz === undefined) return [];
    const usable = members
      .map((member) => ({
        ...member,
        choices: member.choices.filter(({ channel }) => channel.widthMhz === widthMhz),
      }))
      .filter(({ choices }) => choices.length > 0);
    return usable.length === 0 ? [] : [graphOf(band, usable, listeners)];
  });
}

interface Member {
  readonly at: number;
  readonly listener: Listener;
  readonly choices: readonly Choice[];
}

function usualWidth(members: readonly Member[]): WidthMhz | undefined {
  const counts = new Map<WidthMhz, number>();
  for (const { listener, choices } of members) {
    const width = listener.channel?.widthMhz ?? choices[0]!.channel.widthMhz;
    counts.set(width, (counts.get(width) ?? 0) + 1);
  }
  return [...counts].sort(([a, m], [b, n]) => n - m || a - b)[0]?.[0];
}

function graphOf(
  band: Band,
  members: readonly Member[],
  listeners: readonly Listener[],
): SiteGraph {
  const blocks = new Map<number, Channel>();
  for (const { choices } of members) {
    for (const { channel } of choices) blocks.set(channel.centerMhz, channel);
  }
  const channels = [...blocks.values()].sort((a, b) => a.centerMhz - b.centerMhz);
  const size = members.length;
  const vertexOf = new Map(members.map(({ at }, vertex) => [at, vertex]));
  const weights = new Float64Array(size * size);
  const own = new Float64Array(size * channels.length);
  const now = new Int32Array(size).fill(-1);
  const choices: (Choice | null)[][] = channels.map(() => members.map(() => null));
  members.forEach(({ listener, choices: usable }, vertex) => {
    channels.forEach((channel, column) => {
      const choice = usable.find((one) => one.channel.centerMhz === channel.centerMhz);
      choices[column]![vertex] = choice ?? null;
      const isNow = listener.channel?.centerMhz === channel.centerMhz;
      if (isNow && listener.channel?.widthMhz === channel.widthMhz) now[vertex] = column;
      own[vertex * channels.length + column] =
        choice === undefined ? Number.POSITIVE_INFINITY : foreignCost(listener, channel, isNow);
    });
    for (const { other, rssiDbm } of listener.ours) {
      const place = vertexOf.get(other);
      if (place === undefined) continue;
      // The weight is both ways: what each takes from the clients of the other.
      const cost = burden(channels[0]!, channels[0]!, rssiDbm) * listeners[other]!.demand;
      const both = cost * Math.max(1, listener.clients);
      weights[vertex * size + place] = weights[vertex * size + place]! + both;
      weights[place * size + vertex] = weights[place * size + vertex]! + both;
    }
  });
  addHidden(members, vertexOf, weights);
  const instance = {
    names: members.map(({ listener }) => listener.id),
    channels: channels.length,
    weights,
    own,
    conflicting: (one: number, other: number) => weights[one * size + other]! > 0,
  };
  return { band, instance, choices, now };
}

/** Of what those cost each other who hear each other. */
const HIDDEN = 0.15;

/**
 * Two who do not hear each other while somebody hears both may meet at a client between them: what the
 * ranges of access points and clients say in Mishra et al., as far as reports tell it.
 */
function addHidden(
  members: readonly Member[],
  vertexOf: ReadonlyMap<number, number>,
  weights: Float64Array,
): void {
  const size = members.length;
  const hidden = new Float64Array(size * size);
  for (const { listener } of members) {
    const heard = listener.ours.flatMap(({ other }) => vertexOf.get(other) ?? []);
    for (const one of heard) {
      for (const other of heard) {
        if (one === other || weights[one * size + other]! > 0) continue;
        const [a, b] = [members[one]!.listener, members[other]!.listener];
        hidden[one * size + other] =
          HIDDEN * (a.demand * Math.max(1, b.clients) + b.demand * Math.max(1, a.clients));
      }
    }
  }
  for (let at = 0; at < hidden.length; at += 1) weights[at] = weights[at]! + hidden[at]!;
}

/** What those who are not ours take from its clients there. */
function foreignCost(listener: Listener, channel: Channel, isNow: boolean): number {
  let busy = isNow ? listener.filled : 0;
  for (const stranger of listener.strangers) {
    busy += burden(channel, stranger.channel, stranger.rssiDbm) * stranger.airtime;
  }
  return busy * Math.max(1, listener.clients);
}

/** A method for graphs, as a decider. A plan that is hardly better than what is moves nobody. */
export function onGraphs(method: Method): Decider {
  return {
    name: method.name,
    about: `${method.about}; on the graph of who hears whom, weighted by clients and airtime`,
    source: method.source,
    decide(site, random) {
      const settings = new Map<string, Setting>();
      const eirpOf = new Map(site.reports.map(({ id, eirpDbm }) => [id, eirpDbm]));
      for (const graph of graphsOf(site)) {
        const { instance, now } = graph;
        const options = { random: random.fork(`${method.name}/${graph.band}`), effort: EFFORT };
        const solved = method.solve(instance, options).assignment;
        const assignment = worthIt(instance, now, renamed(instance, solved, now));
        assignment.forEach((column, vertex) => {
          const choice = column < 0 ? null : graph.choices[column]![vertex]!;
          if (choice === null) return;
          const id = instance.names[vertex]!;
          const eirpDbm = Math.min(eirpOf.get(id)!, choice.maxEirpDbm);
          settings.set(id, { channel: choice.channel, eirpDbm });
        });
      }
      return settings;
    },
  };
}

function worthIt(instance: Instance, now: Assignment, planned: Assignment): Assignment {
  if (now.includes(-1)) return planned;
  return costOf(instance, planned) < WORTH_IT * costOf(instance, now) ? planned : now;
}

/**
 * Channels that cost everybody alike may change their names: those are taken under which the most radios
 * stay where they are.
 */
function renamed(instance: Instance, planned: Assignment, now: Assignment): Assignment {
  const { channels } = instance;
  const kinds = alike(instance);
  const same = new Int32Array(channels * channels);
  planned.forEach((to, vertex) => {
    const from = now[vertex]!;
    if (from >= 0) same[to * channels + from] = same[to * channels + from]! + 1;
  });
  const pairs = Array.from(same, (count, at) => ({
    count,
    to: Math.floor(at / channels),
    from: at % channels,
  }))
    .filter(({ to, from }) => kinds[to] === kinds[from])
    .sort((a, b) => b.count - a.count || a.to - b.to || a.from - b.from);
  const nameOf = new Int32Array(channels).fill(-1);
  const taken = new Set<number>();
  for (const { to, from } of pairs) {
    if (nameOf[to]! >= 0 || taken.has(from)) continue;
    nameOf[to] = from;
    taken.add(from);
  }
  return planned.map((to) => nameOf[to]!);
}
