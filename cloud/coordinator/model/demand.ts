/** What each station wants of the time: from what its clients ask, and the rates that it reaches them with. */
import { AUDIBLE_DBM } from '#protocols/hearing.ts';
import { dbmToMw } from '#protocols/math.ts';
import { exchangeUs, ratioNeeded, throughputMbps } from '#protocols/rates.ts';
import { Disturbances, meanRateMbps, timeWanted } from './traffic.ts';
import type { Tuning } from './tuning.ts';

/** Below this a burden is none: 17 dB below the threshold. */
export const NEGLIGIBLE = 0.02;
const AUDIBLE_MW = dbmToMw(AUDIBLE_DBM);
/** A neighbour's frames are taken to be those of a client in the same room. */
const NEIGHBOUR_RATIO = 10_000;

export class Demand {
  /** Share of the time that nothing foreign fills its channel. */
  readonly open: Float64Array;
  /** How long its exchanges take, the mean over its clients. */
  readonly exchangeUs: Float64Array;
  /** What it would want if nobody disturbed, and the share it would get then. */
  readonly aloneWants: Float64Array;
  readonly first: Float64Array;
  /** With how many it shares its time. */
  readonly contenders: Float64Array;
  readonly wants: Float64Array;
  /** By client: what it would get alone, what with others sending meanwhile, and the interference it bears. */
  readonly aloneMbps: Float64Array;
  readonly rateMbps: Float64Array;
  readonly bearableMw: Float64Array;
  readonly #tuning: Tuning;
  /** Shares are told in such steps of 1. */
  readonly #steps: number;
  readonly #disturbances = new Disturbances();

  constructor(tuning: Tuning, steps: number) {
    this.#tuning = tuning;
    this.#steps = steps;
    const { stations, clients } = tuning.ground;
    const values = () => new Float64Array(stations.length);
    this.open = values().fill(1);
    this.exchangeUs = values().fill(1);
    this.aloneWants = values();
    this.first = values();
    this.contenders = values();
    this.wants = values();
    this.aloneMbps = new Float64Array(clients.ids.length);
    this.rateMbps = new Float64Array(clients.ids.length);
    this.bearableMw = new Float64Array(clients.ids.length);
  }

  /** What it would want and how it sends if nobody else did. */
  beAlone(station: number): void {
    const { effects, foreign, clients, ours, airtime } = this.#tuning.ground;
    const channel = this.#tuning.channel[station]!;
    const put = this.#tuning.undo;
    if (channel < 0) {
      put.put(this.aloneWants, station, 0);
      put.put(this.open, station, 1);
      for (let at = clients.first[station]!; at < clients.first[station + 1]!; at += 1) {
        put.put(this.aloneMbps, at, 0);
      }
      return;
    }
    const width = effects.widthMhz[channel]!;
    const open = foreign.open[station * effects.count + channel]!;
    put.put(this.open, station, open);
    if (station >= ours) {
      put.put(this.aloneWants, station, Math.min(airtime[station]!, open));
      put.put(this.exchangeUs, station, exchangeUs(width, NEIGHBOUR_RATIO));
      return;
    }
    const noise = effects.noiseMw[channel]!;
    const weak = foreign.weakMw[station * effects.count + channel]!;
    let wanted = 0;
    let exchange = 0;
    const begin = clients.first[station]!;
    const end = clients.first[station + 1]!;
    for (let at = begin; at < end; at += 1) {
      const signal = this.#tuning.power[station]! * clients.gain[at]!;
      const mbps = throughputMbps(width, signal / (noise + weak));
      put.put(this.aloneMbps, at, mbps);
      const need = ratioNeeded(width, signal / noise);
      put.put(this.bearableMw, at, need === 0 ? 0 : Math.max(0, signal / need - noise));
      exchange += exchangeUs(width, signal / noise);
      wanted += timeWanted(clients.offeredMbps[at]!, mbps, mbps);
    }
    put.put(this.exchangeUs, station, end === begin ? 1 : exchange / (end - begin));
    put.put(this.aloneWants, station, Math.min(wanted, open));
  }

  /** A first share, as if nobody disturbed; true when it is another than before. */
  guess(station: number): boolean {
    const share = this.inSteps(this.firstShare(station, this.aloneWants));
    if (share === this.first[station]) return false;
    this.#tuning.undo.put(this.first, station, share);
    return true;
  }

  /** An equal part among its rivals, or what they leave, or what it wants. */
  firstShare(station: number, wants: Float64Array): number {
    const { first, other } = this.#tuning.ground.links;
    const open = this.open[station]!;
    let contenders = 0;
    let rivals = 0;
    let busy = 0;
    if (this.#tuning.channel[station]! >= 0) {
      for (let edge = first[station]!; edge < first[station + 1]!; edge += 1) {
        const at = other[edge]!;
        if (!this.#tuning.overlap(station, at)) continue;
        const here = this.#tuning.burden(station, at, edge);
        if (Math.max(here, this.#tuning.burden(at, station, edge)) < NEGLIGIBLE) continue;
        contenders += 1;
        const wanted = wants[at]!;
        busy += Math.min(1, here) * wanted;
        if (here >= 1) rivals += wanted;
      }
    }
    this.#tuning.undo.put(this.contenders, station, contenders);
    return Math.min(wants[station]!, open * Math.max(1 / (1 + rivals), 1 - busy));
  }

  /** Rates of its clients, and what it wants for them; true when that is another than before. */
  rate(station: number): boolean {
    const { effects, foreign, clients, ours, links } = this.#tuning.ground;
    const channel = this.#tuning.channel[station]!;
    let wanted = 0;
    if (station >= ours || channel < 0) wanted = this.aloneWants[station]!;
    else {
      const disturbances = this.#disturbances;
      disturbances.clear();
      disturbances.restMw = foreign.weakMw[station * effects.count + channel]!;
      for (let edge = links.first[station]!; edge < links.first[station + 1]!; edge += 1) {
        const at = links.other[edge]!;
        if (!this.#tuning.overlap(station, at)) continue;
        // Who keeps the other quiet sends at another time.
        if (
          this.#tuning.burden(station, at, edge) >= 1 ||
          this.#tuning.burden(at, station, edge) >= 1
        )
          continue;
        const gain = links.gain[edge]!;
        const mw =
          this.#tuning.power[at]! *
          gain *
          effects.within[channel * effects.count + this.#tuning.channel[at]!]!;
        if (mw >= AUDIBLE_MW) disturbances.add(mw, this.first[at]!, gain);
      }
      const width = effects.widthMhz[channel]!;
      const noise = effects.noiseMw[channel]!;
      for (let at = clients.first[station]!; at < clients.first[station + 1]!; at += 1) {
        const gain = clients.gain[at]!;
        const signal = this.#tuning.power[station]! * gain;
        const mbps = meanRateMbps(disturbances, width, signal, noise, gain);
        this.#tuning.undo.put(this.rateMbps, at, mbps);
        wanted += timeWanted(clients.offeredMbps[at]!, this.aloneMbps[at]!, mbps);
      }
      wanted = Math.min(wanted, this.open[station]!);
    }
    if (wanted === this.wants[station]) return false;
    this.#tuning.undo.put(this.wants, station, wanted);
    return true;
  }

  /** The part of a radio's clients whose frames are lost when the other sends meanwhile. */
  harm(station: number, other: number): number {
    const { clients, links, effects, ours } = this.#tuning.ground;
    if (station >= ours) return 1;
    const edge = this.#tuning.edgeOf(station, other);
    if (edge < 0 || !this.#tuning.overlap(station, other)) return 0;
    const at = this.#tuning.channel[station]! * effects.count + this.#tuning.channel[other]!;
    const mw = this.#tuning.power[other]! * links.gain[edge]! * effects.within[at]!;
    const begin = clients.first[station]!;
    const end = clients.first[station + 1]!;
    let lost = 0;
    for (let client = begin; client < end; client += 1)
      if (mw > this.bearableMw[client]!) lost += 1;
    return end === begin ? 0 : lost / (end - begin);
  }

  inSteps(share: number): number {
    return Math.ceil(share * this.#steps) / this.#steps;
  }
}
