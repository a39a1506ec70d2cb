/**
 * What clients of a site would get: an air reckoned from measurements, in which one radio after the other can be
 * told something else. Each change is followed only as far as it makes a difference, and can be taken back.
 *
 * Who hears whom follows from levels, blocks and preambles (IEEE 802.11-2020, 17.3.10.6); who gets how much
 * of the time from whom each contends with; a client's rate from what is sent meanwhile by those hidden from
 * its radio.
 */
import type { Channel } from '#protocols/channels.ts';
import { AUDIBLE_DBM } from '#protocols/hearing.ts';
import { dbmToMw, log } from '#protocols/math.ts';
import { exchangeUs, ratioNeeded, throughputMbps } from '#protocols/rates.ts';
import { Contention, MEMBERS_MAX } from './contention.ts';
import type { Ground } from './ground.ts';
import { Disturbances, levelOf, meanRateMbps } from './traffic.ts';
import { Undo } from './undo.ts';

const AUDIBLE_MW = dbmToMw(AUDIBLE_DBM);
/** Below this a burden is none: 17 dB below the threshold. */
const NEGLIGIBLE = 0.02;
/** A start takes 7.5 slots of 9 µs in the mean (IEEE 802.11-2020, table 9-155). */
const BACK_OFF_US = 67.5;
/** Below this a client counts as served this much, as in the utility. */
const FLOOR_MBPS = 0.01;
/** A neighbour's frames are taken to be those of a client in the same room. */
const NEIGHBOUR_RATIO = 10_000;

/** How far a change is followed: the further, the truer and the dearer. */
export interface Follow {
  /** Rounds in which shares are told around. */
  readonly rounds: number;
  /** Shares are told in such steps of 1, so that a trifle does not travel through the whole site. */
  readonly steps: number;
  /** Those that are reckoned with one by one, the radio itself among them. */
  readonly members: number;
  /** A trial looks at those alone who share the radio's spectrum before or after. */
  readonly trialsNear: boolean;
}

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
  readonly #options: ModelOptions;
  readonly #undo = new Undo();
  readonly #contention = new Contention();
  readonly #disturbances = new Disturbances();
  readonly #channel: Float64Array;
  readonly #eirpDbm: Float64Array;
  /** What is sent, the first metre taken off. */
  readonly #power: Float64Array;
  readonly #open: Float64Array;
  readonly #exchangeUs: Float64Array;
  readonly #aloneWants: Float64Array;
  readonly #first: Float64Array;
  readonly #contenders: Float64Array;
  readonly #wants: Float64Array;
  /** By round: what others are told of its share. */
  readonly #told: readonly Float64Array[];
  readonly #share: Float64Array;
  readonly #arriving: Float64Array;
  readonly #value: Float64Array;
  /** What it would be with everything carried. */
  readonly #most: Float64Array;
  /** By client. */
  readonly #aloneMbps: Float64Array;
  readonly #rateMbps: Float64Array;
  readonly #bearableMw: Float64Array;
  /** By station: what neighbours got before the plan. */
  #gotBefore: Float64Array | null = null;
  readonly #totals: number[] = [];
  readonly #marks: readonly Marks[];
  readonly #timeWanted: readonly Float64Array[];

  constructor(ground: Ground, options: ModelOptions) {
    this.ground = ground;
    this.#options = options;
    const count = ground.stations.length;
    const clients = ground.clients.ids.length;
    const values = () => new Float64Array(count);
    this.#channel = values().fill(-1);
    this.#eirpDbm = values();
    this.#power = values();
    this.#open = values().fill(1);
    this.#exchangeUs = values().fill(1);
    this.#aloneWants = values();
    this.#first = values();
    this.#contenders = values();
    this.#wants = values();
    this.#told = Array.from({ length: options.follow.rounds }, values);
    this.#share = values();
    this.#arriving = values().fill(1);
    this.#value = values();
    this.#most = values();
    for (let at = 0; at < count; at += 1) {
      const { first, offeredMbps } = ground.clients;
      for (let client = first[at]!; client < first[at + 1]!; client += 1) {
        this.#most[at] = this.#most[at]! + log(Math.max(FLOOR_MBPS, offeredMbps[client]!));
      }
    }
    this.#aloneMbps = new Float64Array(clients);
    this.#rateMbps = new Float64Array(clients);
    this.#bearableMw = new Float64Array(clients);
    this.#marks = Array.from({ length: 4 }, () => new Marks(count));
    const { first } = ground.clients;
    this.#timeWanted = ground.stations.map(
      (_, at) => new Float64Array(first[at + 1]! - first[at]!),
    );
    this.#begin();
  }

  /** Everything as it was measured. What neighbours get then is what they are not to lose. */
  #begin(): void {
    const { stations, effects } = this.ground;
    stations.forEach(({ channel, eirpDbm, isSending }, at) => {
      if (channel === null || !isSending) return;
      this.#channel[at] = effects.numberOf(channel);
      this.#eirpDbm[at] = eirpDbm;
      this.#power[at] = dbmToMw(eirpDbm) * effects.firstMetre[this.#channel[at]!]!;
    });
    for (let at = 0; at < stations.length; at += 1) this.#beAlone(at);
    for (let at = 0; at < stations.length; at += 1) this.#guess(at);
    for (let at = 0; at < stations.length; at += 1) this.#rate(at);
    for (let at = 0; at < stations.length; at += 1) this.#tell(at);
    for (let round = 0; round < this.#options.follow.rounds; round += 1) {
      for (let at = 0; at < stations.length; at += 1) this.#contend(at, round);
    }
    this.#gotBefore = Float64Array.from(stations, (_, at) => this.gotOf(at));
    for (let at = 0; at < stations.length; at += 1) this.#weigh(at);
    this.#total();
  }

  channelOf(station: number): number {
    return this.#channel[station]!;
  }

  eirpOf(station: number): number {
    return this.#eirpDbm[station]!;
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
    return this.#overlap(station, other);
  }

  /** Share of the time a station sends. */
  shareOf(station: number): number {
    return this.#share[station]!;
  }

  /** Share of the time that a station sends and is heard. */
  gotOf(station: number): number {
    return this.#share[station]! * this.#arriving[station]!;
  }

  /** The part of what it got before that a neighbour loses. */
  harmOf(station: number): number {
    const before = this.#gotBefore![station]!;
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
    this.#undo.begin();
  }

  takeBack(): void {
    this.#undo.back();
    this.total = this.#totals.pop() ?? this.total;
  }

  keep(): void {
    this.#undo.keep();
    this.#totals.pop();
  }

  /**
   * What a station would share its time with on a channel, as a sum of shares: what others burden it with and want, and
   * what it burdens them with. Cheap: it follows nothing further.
   */
  rivalsOn(station: number, channel: number, eirpDbm: number): number {
    const { first, other, gain } = this.ground.links;
    const { effects } = this.ground;
    const power = dbmToMw(eirpDbm) * effects.firstMetre[channel]!;
    let sum = 0;
    for (let edge = first[station]!; edge < first[station + 1]!; edge += 1) {
      const at = other[edge]!;
      const theirs = this.#channel[at]!;
      if (theirs < 0) continue;
      const there = effects.burden[theirs * effects.count + channel]!;
      if (there === 0) continue;
      const here = effects.burden[channel * effects.count + theirs]!;
      const way = gain[edge]!;
      const burden = Math.max(here * this.#power[at]! * way, there * power * way);
      if (burden >= HIDDEN_BURDEN) sum += this.#wants[at]! * (burden >= 1 ? 1 : burden);
    }
    return sum;
  }

  /** Share of the time that a station would want on a channel with nobody else there. */
  wantsOn(station: number, channel: number, eirpDbm: number): number {
    const { effects, foreign, clients } = this.ground;
    const power = dbmToMw(eirpDbm) * effects.firstMetre[channel]!;
    const noise = effects.noiseMw[channel]! + foreign.weakMw[station * effects.count + channel]!;
    const width = effects.widthMhz[channel]!;
    let wanted = 0;
    for (let at = clients.first[station]!; at < clients.first[station + 1]!; at += 1) {
      const mbps = throughputMbps(width, (power * clients.gain[at]!) / noise);
      wanted += timeWanted(clients.offeredMbps[at]!, 1, mbps);
    }
    return wanted;
  }

  /** Share of the time that nothing foreign fills a channel at a station. */
  openOn(station: number, channel: number): number {
    return this.ground.foreign.open[station * this.ground.effects.count + channel]!;
  }

  /** With whom a station has most to do; −1 with nobody. */
  strongestContender(station: number): number {
    const { first, other } = this.ground.links;
    let most = 0;
    let found = -1;
    for (let edge = first[station]!; edge < first[station + 1]!; edge += 1) {
      const at = other[edge]!;
      if (!this.#overlap(station, at)) continue;
      const burden = Math.max(this.#burden(station, at, edge), this.#burden(at, station, edge));
      const weight = Math.min(1, burden) * this.#wants[at]!;
      if (weight <= most) continue;
      most = weight;
      found = at;
    }
    return found;
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
    const [near, rated, told, shared] = this.#marks as [Marks, Marks, Marks, Marks];
    for (const marks of this.#marks) marks.clear();
    near.add(station);
    this.#addNear(station, near);
    const { effects } = this.ground;
    this.#undo.put(this.#channel, station, channel);
    this.#undo.put(this.#eirpDbm, station, eirpDbm);
    const power = channel < 0 ? 0 : dbmToMw(eirpDbm) * effects.firstMetre[channel]!;
    this.#undo.put(this.#power, station, power);
    this.#addNear(station, near);
    this.#beAlone(station);
    for (let at = 0; at < near.count; at += 1) {
      const one = near.list[at]!;
      rated.add(one);
      if (this.#guess(one) && !isNear) this.#addNear(one, rated);
    }
    for (let at = 0; at < near.count; at += 1) told.add(near.list[at]!);
    for (let at = 0; at < rated.count; at += 1) {
      const one = rated.list[at]!;
      if (!this.#rate(one) || isNear) continue;
      told.add(one);
      this.#addNear(one, told);
    }
    const { count } = told;
    for (let at = 0; at < count; at += 1) {
      const one = told.list[at]!;
      if (this.#tell(one) && !isNear) this.#addNear(one, told);
    }
    for (let round = 0; round < this.#options.follow.rounds; round += 1) {
      // Those that a round concerns, and in the next one those who are told something else by them.
      for (let at = 0; at < told.count; at += 1) shared.add(told.list[at]!);
      for (let at = 0; at < told.count; at += 1) {
        const one = told.list[at]!;
        if (this.#contend(one, round) && !isNear) this.#addNear(one, shared);
      }
      for (let at = 0; at < shared.count; at += 1) told.add(shared.list[at]!);
    }
    for (let at = 0; at < rated.count; at += 1) shared.add(rated.list[at]!);
    for (let at = 0; at < shared.count; at += 1) {
      const one = shared.list[at]!;
      const before = this.#value[one]!;
      this.#weigh(one);
      this.total += this.#value[one]! - before;
    }
  }

  #total(): void {
    this.total = 0;
    for (const value of this.#value) this.total += value;
  }

  #overlap(station: number, other: number): boolean {
    const [a, b] = [this.#channel[station]!, this.#channel[other]!];
    return a >= 0 && b >= 0 && this.ground.effects.within[a * this.ground.effects.count + b]! > 0;
  }

  /** Those on its spectrum, within reach. */
  #addNear(station: number, into: Marks): void {
    const { first, other } = this.ground.links;
    const channel = this.#channel[station]!;
    if (channel < 0) return;
    const { within, count } = this.ground.effects;
    const row = channel * count;
    for (let edge = first[station]!; edge < first[station + 1]!; edge += 1) {
      const at = other[edge]!;
      const theirs = this.#channel[at]!;
      if (theirs >= 0 && within[row + theirs]! > 0) into.add(at);
    }
  }

  /** Of `sender` on `receiver`, over a link that is there. */
  #burden(receiver: number, sender: number, edge: number): number {
    const { effects, links } = this.ground;
    const mw = this.#power[sender]! * links.gain[edge]!;
    const at = this.#channel[receiver]! * effects.count + this.#channel[sender]!;
    return mw * effects.within[at]! < AUDIBLE_MW ? 0 : mw * effects.burden[at]!;
  }

  /** What it would want and how it sends if nobody else did. */
  #beAlone(station: number): void {
    const { effects, foreign, clients, ours, airtime } = this.ground;
    const channel = this.#channel[station]!;
    const put = this.#undo;
    if (channel < 0) {
      put.put(this.#aloneWants, station, 0);
      put.put(this.#open, station, 1);
      for (let at = clients.first[station]!; at < clients.first[station + 1]!; at += 1) {
        put.put(this.#aloneMbps, at, 0);
      }
      return;
    }
    const width = effects.widthMhz[channel]!;
    const open = foreign.open[station * effects.count + channel]!;
    put.put(this.#open, station, open);
    if (station >= ours) {
      put.put(this.#aloneWants, station, Math.min(airtime[station]!, open));
      put.put(this.#exchangeUs, station, exchangeUs(width, NEIGHBOUR_RATIO));
      return;
    }
    const noise = effects.noiseMw[channel]!;
    const weak = foreign.weakMw[station * effects.count + channel]!;
    let wanted = 0;
    let exchange = 0;
    const begin = clients.first[station]!;
    const end = clients.first[station + 1]!;
    for (let at = begin; at < end; at += 1) {
      const signal = this.#power[station]! * clients.gain[at]!;
      const mbps = throughputMbps(width, signal / (noise + weak));
      put.put(this.#aloneMbps, at, mbps);
      const need = ratioNeeded(width, signal / noise);
      put.put(this.#bearableMw, at, need === 0 ? 0 : Math.max(0, signal / need - noise));
      exchange += exchangeUs(width, signal / noise);
      wanted += timeWanted(clients.offeredMbps[at]!, mbps, mbps);
    }
    put.put(this.#exchangeUs, station, end === begin ? 1 : exchange / (end - begin));
    put.put(this.#aloneWants, station, Math.min(wanted, open));
  }

  /** A first share, as if nobody disturbed; true when it is another than before. */
  #guess(station: number): boolean {
    const share = this.#inSteps(this.#firstShare(station, this.#aloneWants));
    if (share === this.#first[station]) return false;
    this.#undo.put(this.#first, station, share);
    return true;
  }

  /** An equal part among its rivals, or what they leave, or what it wants. */
  #firstShare(station: number, wants: Float64Array): number {
    const { first, other } = this.ground.links;
    const open = this.#open[station]!;
    let contenders = 0;
    let rivals = 0;
    let busy = 0;
    if (this.#channel[station]! >= 0) {
      for (let edge = first[station]!; edge < first[station + 1]!; edge += 1) {
        const at = other[edge]!;
        if (!this.#overlap(station, at)) continue;
        const here = this.#burden(station, at, edge);
        if (Math.max(here, this.#burden(at, station, edge)) < NEGLIGIBLE) continue;
        contenders += 1;
        const wanted = wants[at]!;
        busy += Math.min(1, here) * wanted;
        if (here >= 1) rivals += wanted;
      }
    }
    this.#undo.put(this.#contenders, station, contenders);
    return Math.min(wants[station]!, open * Math.max(1 / (1 + rivals), 1 - busy));
  }

  /** Rates of its clients, and what it wants for them; true when that is another than before. */
  #rate(station: number): boolean {
    const { effects, foreign, clients, ours, links } = this.ground;
    const channel = this.#channel[station]!;
    let wanted = 0;
    if (station >= ours || channel < 0) wanted = this.#aloneWants[station]!;
    else {
      const disturbances = this.#disturbances;
      disturbances.clear();
      disturbances.restMw = foreign.weakMw[station * effects.count + channel]!;
      for (let edge = links.first[station]!; edge < links.first[station + 1]!; edge += 1) {
        const at = links.other[edge]!;
        if (!this.#overlap(station, at)) continue;
        // Who keeps the other quiet sends at another time.
        if (this.#burden(station, at, edge) >= 1 || this.#burden(at, station, edge) >= 1) continue;
        const gain = links.gain[edge]!;
        const mw =
          this.#power[at]! * gain * effects.within[channel * effects.count + this.#channel[at]!]!;
        if (mw >= AUDIBLE_MW) disturbances.add(mw, this.#first[at]!, gain);
      }
      const width = effects.widthMhz[channel]!;
      const noise = effects.noiseMw[channel]!;
      for (let at = clients.first[station]!; at < clients.first[station + 1]!; at += 1) {
        const gain = clients.gain[at]!;
        const signal = this.#power[station]! * gain;
        const mbps = meanRateMbps(disturbances, width, signal, noise, gain);
        this.#undo.put(this.#rateMbps, at, mbps);
        wanted += timeWanted(clients.offeredMbps[at]!, this.#aloneMbps[at]!, mbps);
      }
      wanted = Math.min(wanted, this.#open[station]!);
    }
    if (wanted === this.#wants[station]) return false;
    this.#undo.put(this.#wants, station, wanted);
    return true;
  }

  /** What others are told of its share; true when it is another than before. */
  #tell(station: number): boolean {
    const share = this.#inSteps(this.#firstShare(station, this.#wants));
    const [told] = this.#told;
    if (share === told![station]) return false;
    this.#undo.put(told!, station, share);
    return true;
  }

  /** Its share of the time, beside those that have most to do with it. */
  #contend(station: number, round: number): boolean {
    const told = this.#told[round]!;
    const wants = this.#wants[station]!;
    if (wants === 0) {
      return this.#settle(station, round, 0, 1);
    }
    const { first, other } = this.ground.links;
    let busy = 0;
    let count = 1;
    let left = 0;
    let base = 0;
    members[0] = station;
    const { members: most, rounds } = this.#options.follow;
    for (let edge = first[station]!; edge < first[station + 1]!; edge += 1) {
      const at = other[edge]!;
      if (this.#wants[at] === 0 || !this.#overlap(station, at)) continue;
      const here = this.#burden(station, at, edge);
      const there = this.#burden(at, station, edge);
      if (Math.max(here, there) < NEGLIGIBLE) continue;
      busy += Math.min(1, here) * this.#wants[at]!;
      if (here < WEAK && there < WEAK) {
        base += here * told[at]!;
        continue;
      }
      const weight = Math.min(1, Math.max(here, there)) * (0.1 + this.#wants[at]!);
      let place = count;
      while (place > 1 && weights[place - 1]! < weight) place -= 1;
      if (place === most) {
        left += Math.min(1, here) * told[at]!;
        continue;
      }
      if (count === most) {
        const last = members[most - 1]!;
        left += Math.min(1, onto[most - 1]!) * told[last]!;
      } else count += 1;
      for (let to = count - 1; to > place; to -= 1) {
        members[to] = members[to - 1]!;
        weights[to] = weights[to - 1]!;
        onto[to] = onto[to - 1]!;
      }
      members[place] = at;
      weights[place] = weight;
      onto[place] = here;
    }
    const exchange = this.#exchangeUs[station]!;
    const open = this.#open[station]!;
    // By Markov's inequality its medium is busy no more of the time than it is burdened with in the mean.
    if (wants <= ((open - busy) * exchange) / (exchange + BACK_OFF_US)) {
      return this.#settle(station, round, wants, 1);
    }
    this.#ask(count, open, told);
    const contention = this.#contention;
    contention.base[0] = Math.min(BASE_MOST, base);
    contention.solve(round < rounds - 1);
    if (contention.effort < 1 && left === 0) {
      const arriving = Math.min(1, contention.arriving / contention.effort);
      return this.#settle(station, round, wants, arriving);
    }
    const openBesides = open * Math.max(LEFT_LEAST, 1 - left);
    const share = Math.min(wants, openBesides * contention.share);
    return this.#settle(station, round, share, contention.arriving);
  }

  /** Puts the question to the contention: `members` beside each other. */
  #ask(count: number, open: number, told: Float64Array): void {
    const contention = this.#contention;
    const { burdens, target, exchangeUs: exchange, harms } = contention;
    const station = members[0]!;
    contention.members = count;
    for (let a = 0; a < count; a += 1) {
      const one = members[a]!;
      let inner = 0;
      burdens[a * MEMBERS_MAX + a] = 0;
      for (let b = 0; b < count; b += 1) {
        if (a === b) continue;
        const edge = this.#edgeOf(one, members[b]!);
        const here =
          edge < 0 || !this.#overlap(one, members[b]!) ? 0 : this.#burden(one, members[b]!, edge);
        burdens[a * MEMBERS_MAX + b] = here < NEGLIGIBLE ? 0 : here;
        if (here >= NEGLIGIBLE) inner += 1;
      }
      exchange[a] = this.#exchangeUs[one]!;
      const isOuter = a > 0 && inner < this.#contenders[one]!;
      const wanted = isOuter ? told[one]! : this.#wants[one]!;
      target[a] = open < 1 ? Math.min(1, wanted / (open || 1)) : wanted;
      harms[a] = a === 0 ? 0 : this.#harm(station, one);
    }
  }

  /** The part of a radio's clients whose frames are lost when the other sends meanwhile. */
  #harm(station: number, other: number): number {
    const { clients, links, effects, ours } = this.ground;
    if (station >= ours) return 1;
    const edge = this.#edgeOf(station, other);
    if (edge < 0 || !this.#overlap(station, other)) return 0;
    const at = this.#channel[station]! * effects.count + this.#channel[other]!;
    const mw = this.#power[other]! * links.gain[edge]! * effects.within[at]!;
    const begin = clients.first[station]!;
    const end = clients.first[station + 1]!;
    let lost = 0;
    for (let client = begin; client < end; client += 1)
      if (mw > this.#bearableMw[client]!) lost += 1;
    return end === begin ? 0 : lost / (end - begin);
  }

  #edgeOf(station: number, other: number): number {
    const { links } = this.ground;
    let low = links.first[station]!;
    let high = links.first[station + 1]!;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (links.other[middle]! < other) low = middle + 1;
      else high = middle;
    }
    return low < links.first[station + 1]! && links.other[low] === other ? low : -1;
  }

  /** True when others are told something else in the next round: half of it is from this one. */
  #settle(station: number, round: number, share: number, arriving: number): boolean {
    if (round < this.#options.follow.rounds - 1) {
      const next = this.#told[round + 1]!;
      const told = this.#inSteps((share + this.#told[round]![station]!) / 2);
      if (told === next[station]) return false;
      this.#undo.put(next, station, told);
      return true;
    }
    if (share !== this.#share[station]) this.#undo.put(this.#share, station, share);
    if (arriving !== this.#arriving[station]) this.#undo.put(this.#arriving, station, arriving);
    return false;
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
    if (value !== this.#value[station]) this.#undo.put(this.#value, station, value);
  }

  #weighNeighbour(station: number): number {
    const { neighbourWeight, harmMost, harmCost } = this.#options;
    const wants = this.#wants[station]!;
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
        this.#aloneMbps[at]!,
        this.#rateMbps[at]!,
      );
    }
    return levelOf(wants, this.#share[station]!);
  }

  #throughput(station: number, client: number, level: number): number {
    const { clients } = this.ground;
    const offered = clients.offeredMbps[client]!;
    const rate = this.#rateMbps[client]!;
    const time = Math.min(timeWanted(offered, this.#aloneMbps[client]!, rate), level);
    return Math.min(offered, time * rate * this.#arriving[station]!);
  }

  #inSteps(share: number): number {
    const { steps } = this.#options.follow;
    return Math.ceil(share * steps) / steps;
  }

  describe(station: number): Channel | null {
    const channel = this.#channel[station]!;
    return channel < 0 ? null : this.ground.effects.channels[channel]!;
  }
}

/** Weaker ones are hidden from each other, and too weak to do much harm. */
const HIDDEN_BURDEN = 0.1;
/** A radio beside more than are reckoned with keeps at least so much of what it would have. */
const LEFT_LEAST = 0.05;
/** Those weaker than this are no members, but add to what a radio hears in the mean; which is no more than that. */
const WEAK = 0.15;
const BASE_MOST = 0.9;

const members = new Int32Array(MEMBERS_MAX);
const weights = new Float64Array(MEMBERS_MAX);
const onto = new Float64Array(MEMBERS_MAX);

/** A client out of reach is not served; one that others drown is tried for, in vain. */
function timeWanted(offeredMbps: number, aloneMbps: number, rateMbps: number): number {
  return offeredMbps === 0 || aloneMbps === 0 ? 0 : Math.min(1, offeredMbps / rateMbps);
}

/** Stations that were met, each once. */
class Marks {
  count = 0;
  readonly list: Int32Array;
  readonly #met: Int32Array;
  #turn = 1;

  constructor(size: number) {
    this.list = new Int32Array(size);
    this.#met = new Int32Array(size);
  }

  clear(): void {
    this.count = 0;
    this.#turn += 1;
  }

  add(one: number): void {
    if (this.#met[one] === this.#turn) return;
    this.#met[one] = this.#turn;
    this.list[this.count] = one;
    this.count += 1;
  }
}
