/**
 * What clients of a site would get: an air reckoned from measurements, in which one radio after the other can be
 * told something else. Each change is followed only as far as it makes a difference, and can be taken back.
 *
 * Who hears whom follows from levels, blocks and preambles (IEEE 802.11-2020, 17.3.10.6); who gets how much
 * of the time from whom each contends with; a client's rate from what is sent meanwhile by those hidden from
 * its radio.
 */
import { log } from '#protocols/math.ts';
import { Demand } from './demand.ts';
import { Glance } from './glance.ts';
import type { Ground } from './ground.ts';
import { Marks } from './marks.ts';
import { type Follow, Sharing } from './sharing.ts';
import { levelOf, timeWanted } from './traffic.ts';
import { Tuning } from './tuning.ts';

/** Below this a client counts as served this much, as in the utility. */
const FLOOR_MBPS = 0.01;

/** A burden from which on a trial of a large site looks at who bears it: 7 dB below the threshold. */
const FELT = 0.2;

export interface ModelOptions {
  readonly follow: Follow;
  /** What a neighbour's served share counts beside a client of ours. */
  readonly neighbourWeight: number;
  /** The part of what it got before that a neighbour may lose, and what each further loss costs. */
  readonly harmMost: number;
  readonly harmCost: number;
}

export class AirModel {
  readonly ground: Ground;
  /** The sum of the logarithms of what clients get, with what is done to neighbours. */
  total = 0;
  /** Cheap looks at channels. */
  readonly glance: Glance;
  readonly #options: ModelOptions;
  readonly #tuning: Tuning;
  readonly #demand: Demand;
  readonly #sharing: Sharing;
  readonly #value: Float64Array;
  /** What it would be with everything carried. */
  readonly #most: Float64Array;
  /** By station: what neighbours got before the plan. */
  readonly #gotBefore: Float64Array;
  readonly #totals: number[] = [];
  readonly #marks: readonly [Marks, Marks, Marks, Marks];
  readonly #timeWanted: readonly Float64Array[];

  /** Everything as it was measured. What neighbours get then is what they are not to lose. */
  constructor(ground: Ground, options: ModelOptions) {
    this.ground = ground;
    this.#options = options;
    const { follow } = options;
    this.#tuning = new Tuning(ground);
    this.#demand = new Demand(this.#tuning, follow.steps);
    this.#sharing = new Sharing(this.#tuning, this.#demand, follow);
    this.glance = new Glance(this.#tuning, this.#demand);
    const count = ground.stations.length;
    const { first, offeredMbps } = ground.clients;
    const marks = () => new Marks(count);
    this.#marks = [marks(), marks(), marks(), marks()];
    this.#value = new Float64Array(count);
    this.#most = Float64Array.from(ground.stations, (_, at) =>
      offeredMbps
        .subarray(first[at]!, first[at + 1]!)
        .reduce((sum, mbps) => sum + log(Math.max(FLOOR_MBPS, mbps)), 0),
    );
    this.#timeWanted = ground.stations.map(
      (_, at) => new Float64Array(first[at + 1]! - first[at]!),
    );
    this.#reckon();
    this.#gotBefore = Float64Array.from(ground.stations, (_, at) => this.gotOf(at));
    for (let at = 0; at < count; at += 1) {
      this.#weigh(at);
      this.total += this.#value[at]!;
    }
  }

  /** Everything anew. */
  #reckon(): void {
    const count = this.ground.stations.length;
    for (let at = 0; at < count; at += 1) this.#demand.beAlone(at);
    for (let at = 0; at < count; at += 1) this.#demand.guess(at);
    for (let at = 0; at < count; at += 1) this.#demand.rate(at);
    for (let at = 0; at < count; at += 1) this.#sharing.tell(at);
    for (let round = 0; round < this.#options.follow.rounds; round += 1) {
      for (let at = 0; at < count; at += 1) this.#sharing.contend(at, round);
    }
  }

  /** Tells a radio something without a look at what comes of it: `finish` has to follow. */
  sketch(station: number, channel: number, eirpDbm: number): void {
    this.#tuning.tune(station, channel, eirpDbm);
    this.#demand.beAlone(station);
    this.#demand.rate(station);
  }

  /** What comes of all that was sketched. */
  finish(): void {
    this.#reckon();
    this.total = 0;
    for (let at = 0; at < this.ground.stations.length; at += 1) {
      this.#weigh(at);
      this.total += this.#value[at]!;
    }
  }

  channelOf(station: number): number {
    return this.#tuning.channel[station]!;
  }

  eirpOf(station: number): number {
    return this.#tuning.eirpDbm[station]!;
  }

  /** What the clients of a station add to the total. */
  valueOf(station: number): number {
    return this.#value[station]!;
  }

  /** How far the clients of a station are from what they ask, in logarithms; a neighbour, from what it wants. */
  shortfallOf(station: number): number {
    return this.#most[station]! - this.#value[station]!;
  }

  /** Whether two send in the same spectrum. */
  meets(station: number, other: number): boolean {
    return this.#tuning.overlap(station, other);
  }

  /** Share of the time a station sends. */
  shareOf(station: number): number {
    return this.#sharing.share[station]!;
  }

  /** Share of the time that a station sends and is heard. */
  gotOf(station: number): number {
    return this.#sharing.share[station]! * this.#sharing.arriving[station]!;
  }

  /** The part of what it got before that a neighbour loses. */
  harmOf(station: number): number {
    const before = this.#gotBefore[station]!;
    return before === 0 ? 0 : Math.max(0, 1 - this.gotOf(station) / before);
  }

  /** What each client of a station gets, Mb/s. */
  throughputsOf(station: number): number[] {
    const { first } = this.ground.clients;
    const level = this.#levelOf(station);
    return Array.from({ length: first[station + 1]! - first[station]! }, (_, place) =>
      this.#throughput(station, first[station]! + place, level),
    );
  }

  /** From here on changes can be taken back, all together. A trial may stand in a trial. */
  try(): void {
    this.#totals.push(this.total);
    this.#tuning.undo.begin();
  }

  takeBack(): void {
    this.#tuning.undo.back();
    this.total = this.#totals.pop() ?? this.total;
  }

  keep(): void {
    this.#tuning.undo.keep();
    this.#totals.pop();
  }

  /** What it would gain in all, about. Changes nothing. */
  gainOf(station: number, channel: number, eirpDbm: number): number {
    const before = this.total;
    this.try();
    this.set(station, channel, eirpDbm, this.#options.follow.trialsNear);
    const gain = this.total - before;
    this.takeBack();
    return gain;
  }

  /** Tells one radio of ours something else. `isNear`: only those on its spectrum are looked at. */
  set(station: number, channel: number, eirpDbm: number, isNear = false): void {
    const [near, rated, told, shared] = this.#marks;
    for (const marks of this.#marks) marks.clear();
    const least = isNear ? FELT : 0;
    near.add(station);
    this.#tuning.addNear(station, near, least);
    this.#tuning.tune(station, channel, eirpDbm);
    this.#tuning.addNear(station, near, least);
    this.#demand.beAlone(station);
    if (isNear) {
      this.#glanceAround(station, near);
      return;
    }
    for (let at = 0; at < near.count; at += 1) {
      const one = near.list[at]!;
      rated.add(one);
      if (this.#demand.guess(one)) this.#tuning.addNear(one, rated);
    }
    for (let at = 0; at < near.count; at += 1) told.add(near.list[at]!);
    for (let at = 0; at < rated.count; at += 1) {
      const one = rated.list[at]!;
      if (!this.#demand.rate(one)) continue;
      told.add(one);
      this.#tuning.addNear(one, told);
    }
    const { count } = told;
    for (let at = 0; at < count; at += 1) {
      const one = told.list[at]!;
      if (this.#sharing.tell(one)) this.#tuning.addNear(one, told);
    }
    for (let round = 0; round < this.#options.follow.rounds; round += 1) {
      // Those that a round concerns, and in the next one those who are told something else by them.
      for (let at = 0; at < told.count; at += 1) shared.add(told.list[at]!);
      for (let at = 0; at < told.count; at += 1) {
        const one = told.list[at]!;
        if (this.#sharing.contend(one, round)) this.#tuning.addNear(one, shared);
      }
      for (let at = 0; at < shared.count; at += 1) told.add(shared.list[at]!);
    }
    for (let at = 0; at < rated.count; at += 1) shared.add(rated.list[at]!);
    this.#weighAll(shared);
  }

  /** What a change does at once: to the radio itself and to those around who feel it, all else as it was. */
  #glanceAround(station: number, near: Marks): void {
    this.#demand.guess(station);
    this.#demand.rate(station);
    this.#sharing.tell(station);
    const last = this.#options.follow.rounds - 1;
    for (let at = 0; at < near.count; at += 1) {
      const one = near.list[at]!;
      this.#demand.rate(one);
      this.#sharing.contend(one, last);
    }
    this.#weighAll(near);
  }

  #weighAll(stations: Marks): void {
    for (let at = 0; at < stations.count; at += 1) {
      const one = stations.list[at]!;
      const before = this.#value[one]!;
      this.#weigh(one);
      this.total += this.#value[one]! - before;
    }
  }

  /** What its clients add to the total. */
  #weigh(station: number): void {
    const { clients, ours } = this.ground;
    let value = 0;
    if (station >= ours) value = this.#weighNeighbour(station);
    else {
      const level = this.#levelOf(station);
      for (let at = clients.first[station]!; at < clients.first[station + 1]!; at += 1) {
        value += log(Math.max(FLOOR_MBPS, this.#throughput(station, at, level)));
      }
    }
    if (value !== this.#value[station]) this.#tuning.undo.put(this.#value, station, value);
  }

  #weighNeighbour(station: number): number {
    const { neighbourWeight, harmMost, harmCost } = this.#options;
    const wants = this.#demand.wants[station]!;
    if (wants === 0) return 0;
    const served = Math.max(FLOOR_MBPS, Math.min(1, this.gotOf(station) / wants));
    return neighbourWeight * log(served) - harmCost * Math.max(0, this.harmOf(station) - harmMost);
  }

  #levelOf(station: number): number {
    const { clients } = this.ground;
    const begin = clients.first[station]!;
    const wants = this.#timeWanted[station]!;
    for (let place = 0; place < wants.length; place += 1) {
      const at = begin + place;
      wants[place] = timeWanted(
        clients.offeredMbps[at]!,
        this.#demand.aloneMbps[at]!,
        this.#demand.rateMbps[at]!,
      );
    }
    return levelOf(wants, this.#sharing.share[station]!);
  }

  #throughput(station: number, client: number, level: number): number {
    const { clients } = this.ground;
    const offered = clients.offeredMbps[client]!;
    const rate = this.#demand.rateMbps[client]!;
    const time = Math.min(timeWanted(offered, this.#demand.aloneMbps[client]!, rate), level);
    return Math.min(offered, time * rate * this.#sharing.arriving[station]!);
  }
}
