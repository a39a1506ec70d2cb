/** Cheap looks at a channel, for choosing which ones are worth a trial. They follow nothing further. */
import { dbmToMw } from '#protocols/math.ts';
import { throughputMbps } from '#protocols/rates.ts';
import type { Demand } from './demand.ts';
import { timeWanted } from './traffic.ts';
import type { Tuning } from './tuning.ts';

/** Weaker ones are hidden from each other, and too weak to do much harm. */
const HIDDEN_BURDEN = 0.1;

export class Glance {
  readonly #tuning: Tuning;
  readonly #demand: Demand;

  constructor(tuning: Tuning, demand: Demand) {
    this.#tuning = tuning;
    this.#demand = demand;
  }

  /**
   * What a station would share its time with on a channel, as a sum of shares: what others burden it with and want, and
   * what it burdens them with. Cheap: it follows nothing further.
   */
  rivalsOn(station: number, channel: number, eirpDbm: number): number {
    const { first, other, gain } = this.#tuning.ground.links;
    const { effects } = this.#tuning.ground;
    const power = dbmToMw(eirpDbm) * effects.firstMetre[channel]!;
    let sum = 0;
    for (let edge = first[station]!; edge < first[station + 1]!; edge += 1) {
      const at = other[edge]!;
      const theirs = this.#tuning.channel[at]!;
      if (theirs < 0) continue;
      const there = effects.burden[theirs * effects.count + channel]!;
      if (there === 0) continue;
      const here = effects.burden[channel * effects.count + theirs]!;
      const way = gain[edge]!;
      const burden = Math.max(here * this.#tuning.power[at]! * way, there * power * way);
      if (burden >= HIDDEN_BURDEN) sum += this.#demand.wants[at]! * Math.min(1, burden);
    }
    return sum;
  }

  /** Share of the time that a station would want on a channel with nobody else there. */
  wantsOn(station: number, channel: number, eirpDbm: number): number {
    const { effects, foreign, clients } = this.#tuning.ground;
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
    return this.#tuning.ground.foreign.open[station * this.#tuning.ground.effects.count + channel]!;
  }

  /** With whom a station has most to do; −1 with nobody. */
  strongestContender(station: number): number {
    const { first, other } = this.#tuning.ground.links;
    let most = 0;
    let found = -1;
    for (let edge = first[station]!; edge < first[station + 1]!; edge += 1) {
      const at = other[edge]!;
      if (!this.#tuning.overlap(station, at)) continue;
      const burden = Math.max(
        this.#tuning.burden(station, at, edge),
        this.#tuning.burden(at, station, edge),
      );
      const weight = Math.min(1, burden) * this.#demand.wants[at]!;
      if (weight <= most) continue;
      most = weight;
      found = at;
    }
    return found;
  }
}
