/**
 * Local search as Meraki's TurboCA is described. A network's worth is the product of its access points'
 * (NetP = Π NodeP), each the airtime it can expect times what its channel carries, to the power of its load,
 * less for a switch. Every 15 minutes each access point is given the channel that is best beside all others;
 * every three hours together with those it hears, every day with those these hear as well; ten tries each, of
 * which the best is applied if the network is worth more with it.
 *
 * The paper gives structure and cadence; how airtime and capacity are reckoned is ours, from what our reports
 * say. Channel and width are planned, power is as it was set up.
 *
 * @see Bhartia, Chen, Wang, Pallas, Musaloiu-E, Lai, Ma: Measurement-based, practical techniques to improve
 * 802.11ac performance, IMC 2017, section 4.
 */
import { type Channel, overlapMhz, span } from '#protocols/channels.ts';
import { log, log2, pow10, ratioToDb } from '#protocols/math.ts';
import type { Random } from '#protocols/random.ts';
import type { Choice, Decider, Setting, Site } from '../site.ts';
import { burden, type Listener, listenersOf } from './heard.ts';

const TRIES = 10;
const SLOT_MS = 15 * 60_000;
const SLOTS_OF_ONE_HOP = 12;
const SLOTS_OF_TWO_HOPS = 96;
/** What a switch takes from an access point's worth, and what silence before first use adds to that. */
const SWITCH = 0.1;
const CLEARING = 0.1;
const LEAST_AIRTIME = 0.02;
/** Rates end here however strong the signal: HE-MCS 11 with two streams. */
const BITS_PER_HZ_MAX = 13;
const UNASSIGNED = -1;

export const turboCa: Decider = {
  name: 'turbo-ca',
  about:
    'Product of scores, local search over 0, 1 and 2 hops at 15 min, 3 h and 24 h, ten tries each',
  source: 'Bhartia et al., IMC 2017, section 4, as far as it is public',
  decide(site, random) {
    const slot = Math.floor(site.nowMs / SLOT_MS);
    const hops = slot % SLOTS_OF_TWO_HOPS === 0 ? 2 : slot % SLOTS_OF_ONE_HOP === 0 ? 1 : 0;
    const search = new LocalSearch(site);
    for (let hop = hops; hop >= 0; hop -= 1) search.improve(hop, random);
    return search.settings();
  },
};

class LocalSearch {
  readonly #listeners: readonly Listener[];
  /** By radio. */
  readonly #choices: readonly (readonly Choice[])[];
  /** By radio and choice: log of capacity and switch, airtime its clients want, airtime left by strangers. */
  readonly #worth: Float64Array[] = [];
  readonly #wants: Float64Array[] = [];
  readonly #free: Float64Array[] = [];
  /** By radio: who hears it or is heard. */
  readonly #near: number[][];
  readonly #rssi: Map<number, number>[];
  #assignment: Int32Array;

  constructor(site: Site) {
    this.#listeners = listenersOf(site.reports);
    this.#choices = this.#listeners.map(({ id }) => site.choices.get(id) ?? []);
    this.#near = this.#listeners.map(() => []);
    this.#rssi = this.#listeners.map(
      ({ ours }) => new Map(ours.map((one) => [one.other, one.rssiDbm])),
    );
    this.#listeners.forEach(({ ours }, at) => {
      for (const { other } of ours) {
        if (!this.#near[at]!.includes(other)) this.#near[at]!.push(other);
        if (!this.#near[other]!.includes(at)) this.#near[other]!.push(at);
      }
    });
    this.#assignment = Int32Array.from(this.#listeners, ({ channel }, at) =>
      this.#choices[at]!.findIndex((one) => channel !== null && isBlock(one.channel, channel)),
    );
    this.#listeners.forEach((listener, at) => {
      this.#reckon(listener, at);
    });
  }

  settings(): Map<string, Setting> {
    const settings = new Map<string, Setting>();
    this.#listeners.forEach(({ id, eirpDbm }, at) => {
      const choice = this.#choices[at]![this.#assignment[at]!];
      if (choice === undefined) return;
      const { channel, maxEirpDbm } = choice;
      settings.set(id, { channel, eirpDbm: Math.min(eirpDbm, maxEirpDbm) });
    });
    return settings;
  }

  improve(hops: number, random: Random): void {
    let best = this.#assignment;
    let worth = this.#netP(best);
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const tried = this.#pass(hops, random);
      const its = this.#netP(tried);
      if (its <= worth + 1e-9) continue;
      best = tried;
      worth = its;
    }
    this.#assignment = best;
  }

  /** Each access point once, by chance, with those within `hops` of it: all of these begin anew. */
  #pass(hops: number, random: Random): Int32Array {
    const assignment = this.#assignment.slice();
    const isPending = this.#listeners.map((_, at) => this.#choices[at]!.length > 0);
    for (const start of shuffled(this.#listeners.length, random)) {
      if (!isPending[start]) continue;
      const group = this.#within(start, hops).filter((at) => isPending[at]);
      for (const at of group) assignment[at] = UNASSIGNED;
      for (const at of group) {
        assignment[at] = this.#bestFor(at, assignment, random);
        isPending[at] = false;
      }
    }
    return assignment;
  }

  #within(start: number, hops: number): number[] {
    const found = [start];
    let from = 0;
    for (let hop = 0; hop < hops; hop += 1) {
      const until = found.length;
      for (; from < until; from += 1) {
        for (const other of this.#near[found[from]!]!)
          if (!found.includes(other)) found.push(other);
      }
    }
    return found;
  }

  /** The choice under which it and those who hear it are worth most together; of equals one by chance. */
  #bestFor(at: number, assignment: Int32Array, random: Random): number {
    const neighbours = this.#near[at]!.filter((other) => assignment[other]! >= 0);
    const before = neighbours.map((other) => this.#contended(other, assignment));
    let best = 0;
    let most = Number.NEGATIVE_INFINITY;
    for (const candidate of shuffled(this.#choices[at]!.length, random)) {
      const { channel } = this.#choices[at]![candidate]!;
      assignment[at] = candidate;
      let worth = this.#nodeP(at, candidate, this.#contended(at, assignment));
      for (let place = 0; place < neighbours.length; place += 1) {
        const other = neighbours[place]!;
        const added = this.#burden(other, assignment[other]!, at, channel, candidate);
        if (added === 0) continue;
        const [theirs, contended] = [assignment[other]!, before[place]!];
        worth +=
          this.#nodeP(other, theirs, contended + added) - this.#nodeP(other, theirs, contended);
      }
      if (worth <= most) continue;
      best = candidate;
      most = worth;
    }
    assignment[at] = UNASSIGNED;
    return best;
  }

  #netP(assignment: Int32Array): number {
    let sum = 0;
    for (let at = 0; at < assignment.length; at += 1) {
      if (assignment[at]! < 0) continue;
      sum += this.#nodeP(at, assignment[at]!, this.#contended(at, assignment));
    }
    return sum;
  }

  /** The logarithm of what an access point is worth there beside others who want so much of the time. */
  #nodeP(at: number, candidate: number, contended: number): number {
    const wants = this.#wants[at]![candidate]!;
    const free = this.#free[at]![candidate]!;
    const airtime = Math.max(LEAST_AIRTIME, free - contended, (free * wants) / (wants + contended));
    return this.#listeners[at]!.clients * (log(airtime) + this.#worth[at]![candidate]!);
  }

  /** Airtime that others of ours want where it is now. */
  #contended(at: number, assignment: Int32Array): number {
    let sum = 0;
    for (const other of this.#near[at]!) {
      const theirs = assignment[other]!;
      if (theirs < 0) continue;
      sum += this.#burden(
        at,
        assignment[at]!,
        other,
        this.#choices[other]![theirs]!.channel,
        theirs,
      );
    }
    return sum;
  }

  #burden(at: number, own: number, sender: number, channel: Channel, candidate: number): number {
    const rssiDbm = this.#rssi[at]!.get(sender);
    if (rssiDbm === undefined) return 0;
    const share = burden(this.#choices[at]![own]!.channel, channel, rssiDbm);
    return share === 0 ? 0 : share * this.#wants[sender]![candidate]!;
  }

  #reckon(listener: Listener, at: number): void {
    const { channel: now, demand, strangers, filled } = listener;
    const choices = this.#choices[at]!;
    const here = now === null ? 1 : capacity(listener, now);
    this.#worth.push(
      Float64Array.from(choices, ({ channel, clearMs }) => {
        const stays = now !== null && isBlock(channel, now);
        const kept = stays ? 1 : 1 - SWITCH - (clearMs > 0 ? CLEARING : 0);
        return log(Math.max(0.1, capacity(listener, channel)) * kept);
      }),
    );
    this.#wants.push(
      Float64Array.from(choices, ({ channel }) =>
        Math.min(1, (demand * here) / Math.max(0.1, capacity(listener, channel))),
      ),
    );
    this.#free.push(
      Float64Array.from(choices, ({ channel }) => {
        let busy = now !== null && overlapMhz(span(now), span(channel)) > 0 ? filled : 0;
        for (const one of strangers)
          busy += burden(channel, one.channel, one.rssiDbm) * one.airtime;
        return Math.max(LEAST_AIRTIME, 1 - busy);
      }),
    );
  }
}

/** Mean over its clients, by Shannon and up to what rates reach, in Mb/s or so. */
function capacity({ clientDbm, noiseDbm, channel: now }: Listener, channel: Channel): number {
  if (clientDbm.length === 0) return channel.widthMhz;
  const thermalDbm = -167 + 60 + ratioToDb(channel.widthMhz);
  const isHere = noiseDbm !== null && now !== null && overlapMhz(span(now), span(channel)) > 0;
  const noise = isHere ? Math.max(thermalDbm, noiseDbm) : thermalDbm;
  let sum = 0;
  for (const dbm of clientDbm) {
    sum += Math.min(BITS_PER_HZ_MAX, 2 * log2(1 + pow10((dbm - noise) / 10) / 2));
  }
  return (channel.widthMhz * sum) / clientDbm.length;
}

function isBlock(a: Channel, b: Channel): boolean {
  return a.band === b.band && a.centerMhz === b.centerMhz && a.widthMhz === b.widthMhz;
}

function shuffled(count: number, random: Random): number[] {
  const order = Array.from({ length: count }, (_, at) => at);
  for (let at = count - 1; at > 0; at -= 1) {
    const other = random.below(at + 1);
    [order[at], order[other]] = [order[other]!, order[at]!];
  }
  return order;
}
