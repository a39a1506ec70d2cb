/**
 * What gets through. Rates and airtime depend on each other: how often a hidden sender disturbs
 * follows from its airtime, and its airtime from the rates of its own clients. So a first share is taken
 * as if nobody disturbed, rates follow from that, and from these the airtime.
 */

import { exchangeUs, ratioNeeded } from '#protocols/rates.ts';
import { firstShare, Sharing, wholeSteps } from '../csma/sharing.ts';
import { SLOT_US, TieLosses } from '../csma/tie-losses.ts';
import { type Activity, expectedMbps } from './expected-rate.ts';
import type { ClientStation, RadioStation } from './station.ts';
import type { Concerned, Topology } from './topology.ts';

/**
 * Airtime of a hidden sender is looked at in steps, so that a trifle does not travel through a whole
 * campus.
 */
const ACTIVITY_STEPS = 64;

export class Traffic {
  /** By radio: how busy its channel looks to it, 0 to 1. */
  utilisation: Float64Array;
  carriedMbps: Float64Array;
  readonly #topology: Topology;
  readonly #sharing: Sharing;
  /** By radio: the time it would want if nobody disturbed. */
  #aloneWants: Float64Array;
  #activity: Float64Array;
  /** By radio: interference that its clients bear. */
  readonly #bearableMw: (readonly number[])[] = [];

  constructor(topology: Topology) {
    this.#topology = topology;
    const { idle, graph } = topology;
    this.utilisation = new Float64Array(idle.length);
    this.carriedMbps = new Float64Array(idle.length);
    this.#activity = new Float64Array(idle.length);
    this.#aloneWants = new Float64Array(idle.length);
    this.#sharing = new Sharing(
      graph,
      idle.length,
      SLOT_US,
      new TieLosses({
        bearableMw: (radio) => this.#bearableMw[radio] ?? [],
        arrivesMw: (radio, other) => topology.heardMw(radio, other),
      }),
    );
  }

  /** Share of the time the radio sends. */
  airtime(radio: number): number {
    return this.#sharing.share[radio]!;
  }

  /** How long each of its exchanges takes, in the mean. */
  exchangeUs(radio: number): number {
    return this.#sharing.exchangeUs[radio]!;
  }

  settle({ moved, turns, rates, disturbed, hearing }: Concerned): void {
    this.#widen();
    const { emitters } = this.#topology;
    for (const index of rates) {
      const radio = this.#topology.radios[index]!;
      this.#pace(radio);
      this.#rate(radio, 'aloneMbps', { radios: null, emitters });
    }
    const first = new Set(moved);
    for (const index of [...rates, ...turns]) {
      if (!this.#ask(this.#aloneWants, this.#topology.radios[index]!, 'aloneMbps')) continue;
      first.add(index);
      for (const { other } of this.#topology.graph.burdens[index]!) first.add(other);
    }
    const slower = new Set([...rates, ...disturbed, ...turns]);
    for (const index of first) {
      const share = firstShare(this.#topology.graph, this.#aloneWants, index);
      const activity = Math.ceil(share * ACTIVITY_STEPS) / ACTIVITY_STEPS;
      if (activity === this.#activity[index]) continue;
      this.#activity[index] = activity;
      for (const other of this.#topology.radios[index]!.disturbed) slower.add(other);
    }
    const second = new Set([...turns, ...rates]);
    for (const index of turns) this.#sharing.idle[index] = this.#topology.idle[index]!;
    for (const index of slower) {
      const radio = this.#topology.radios[index]!;
      this.#rate(radio, 'rateMbps', { radios: this.#activity, emitters });
      if (this.#ask(this.#sharing.wants, radio, 'rateMbps')) second.add(index);
    }
    const changed = this.#sharing.solve(moved, second);
    for (const index of changed) slower.add(index);
    for (const index of slower) this.#carry(this.#topology.radios[index]!);
    const heard = new Set([...hearing, ...turns]);
    for (const index of changed) {
      heard.add(index);
      for (const hearer of this.#topology.radios[index]!.hearers) heard.add(hearer);
    }
    for (const index of heard) this.utilisation[index] = this.#busy(this.#topology.radios[index]!);
  }

  #widen(): void {
    const { idle } = this.#topology;
    if (this.utilisation.length === idle.length) return;
    this.utilisation = widened(this.utilisation, idle.length);
    this.carriedMbps = widened(this.carriedMbps, idle.length);
    this.#activity = widened(this.#activity, idle.length);
    this.#aloneWants = widened(this.#aloneWants, idle.length);
    this.#sharing.widen(idle.length);
  }

  #rate(radio: RadioStation, kind: 'aloneMbps' | 'rateMbps', activity: Activity): void {
    const widthMhz = radio.channel?.widthMhz;
    for (const index of radio.clients) {
      const client = this.#topology.clients[index]!;
      client[kind] = widthMhz === undefined ? 0 : expectedMbps(client, widthMhz, activity);
    }
  }

  /** Sets how long the radio's exchanges take, the mean over its clients, and what these bear. */
  #pace({ index, channel, clients }: RadioStation): void {
    let sum = 0;
    for (const client of channel === null ? [] : clients) {
      const { signalMw, noiseMw } = this.#topology.clients[client]!;
      sum += exchangeUs(channel!.widthMhz, signalMw / noiseMw);
    }
    this.#bearableMw[index] = clients.map((client) => {
      const { signalMw, noiseMw } = this.#topology.clients[client]!;
      const ratio = channel === null ? 0 : ratioNeeded(channel.widthMhz, signalMw / noiseMw);
      return ratio === 0 ? 0 : Math.max(0, signalMw / ratio - noiseMw);
    });
    const mean = clients.length === 0 || channel === null ? 1 : sum / clients.length;
    this.#sharing.exchangeUs[index] = mean;
  }

  /** Sets how much time the radio wants; true when that is another than before. */
  #ask(wants: Float64Array, radio: RadioStation, kind: 'aloneMbps' | 'rateMbps'): boolean {
    let wanted = 0;
    for (const index of radio.isSending ? radio.clients : []) {
      const client = this.#topology.clients[index]!;
      wanted += timeWanted(client, client[kind]);
    }
    const demand = wholeSteps(Math.min(wanted, this.#topology.idle[radio.index]!));
    if (demand === wants[radio.index]) return false;
    wants[radio.index] = demand;
    return true;
  }

  /** Deals the radio's time out to its clients, to each alike until it has what it wants. */
  #carry(radio: RadioStation): void {
    const clients = radio.clients.map((index) => this.#topology.clients[index]!);
    const wants = clients.map((client) => timeWanted(client, client.rateMbps));
    const share = this.airtime(radio.index);
    const isEnough = share >= this.#sharing.wants[radio.index]!;
    const arriving = this.#sharing.arriving[radio.index]!;
    const level = levelOf(wants, share, isEnough);
    let carried = 0;
    clients.forEach((client, place) => {
      const time = radio.isSending ? Math.min(wants[place]!, level) : 0;
      client.throughputMbps = Math.min(client.offeredMbps, time * client.rateMbps * arriving);
      carried += client.throughputMbps;
    });
    this.carriedMbps[radio.index] = carried;
  }

  /** Its own frames, those of others that it hears, and emitters that it hears. */
  #busy(radio: RadioStation): number {
    if (radio.channel === null) return 0;
    let busy = this.airtime(radio.index) + 1 - this.#topology.idle[radio.index]!;
    for (const other of radio.heard) busy += this.airtime(other);
    return Math.min(1, busy);
  }
}

/** A client out of reach is not served; one that others drown is tried for, in vain. */
function timeWanted({ offeredMbps, aloneMbps }: ClientStation, rateMbps: number): number {
  return offeredMbps === 0 || aloneMbps === 0 ? 0 : Math.min(1, offeredMbps / rateMbps);
}

function levelOf(wants: readonly number[], time: number, isEnough: boolean): number {
  const total = wants.reduce((sum, want) => sum + want, 0);
  // The demand was rounded down to whole steps: what was asked for was given.
  if (isEnough && total <= time + 2e-6) return 1;
  const ascending = wants.filter((want) => want > 0).sort((a, b) => a - b);
  let left = time;
  for (let place = 0; place < ascending.length; place += 1) {
    const level = left / (ascending.length - place);
    if (ascending[place]! > level) return level;
    left -= ascending[place]!;
  }
  return 1;
}

function widened(values: Float64Array, length: number): Float64Array {
  const wider = new Float64Array(length);
  wider.set(values);
  return wider;
}
