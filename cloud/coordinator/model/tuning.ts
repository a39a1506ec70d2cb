/** How each station is tuned, and what that makes of the ways between them. */
import { AUDIBLE_DBM } from '#protocols/hearing.ts';
import { dbmToMw } from '#protocols/math.ts';
import type { Ground } from './ground.ts';
import type { Marks } from './marks.ts';
import { Undo } from './undo.ts';

const AUDIBLE_MW = dbmToMw(AUDIBLE_DBM);

export class Tuning {
  readonly ground: Ground;
  readonly undo = new Undo();
  /** Number of its channel; −1: it does not send. */
  readonly channel: Float64Array;
  readonly eirpDbm: Float64Array;
  /** What is sent, the first metre taken off. */
  readonly power: Float64Array;

  constructor(ground: Ground) {
    this.ground = ground;
    const { stations, effects } = ground;
    this.channel = new Float64Array(stations.length).fill(-1);
    this.eirpDbm = new Float64Array(stations.length);
    this.power = new Float64Array(stations.length);
    stations.forEach(({ channel, eirpDbm, isSending }, at) => {
      if (channel !== null && isSending) this.tune(at, effects.numberOf(channel), eirpDbm);
    });
  }

  tune(station: number, channel: number, eirpDbm: number): void {
    const { firstMetre } = this.ground.effects;
    this.undo.put(this.channel, station, channel);
    this.undo.put(this.eirpDbm, station, eirpDbm);
    this.undo.put(this.power, station, channel < 0 ? 0 : dbmToMw(eirpDbm) * firstMetre[channel]!);
  }

  overlap(station: number, other: number): boolean {
    const [a, b] = [this.channel[station]!, this.channel[other]!];
    return a >= 0 && b >= 0 && this.ground.effects.within[a * this.ground.effects.count + b]! > 0;
  }

  /** Those on its spectrum, within reach; only who bears or burdens it with so much at least. */
  addNear(station: number, into: Marks, least = 0): void {
    const { first, other } = this.ground.links;
    const channel = this.channel[station]!;
    if (channel < 0) return;
    const { within, count } = this.ground.effects;
    const row = channel * count;
    for (let edge = first[station]!; edge < first[station + 1]!; edge += 1) {
      const at = other[edge]!;
      const theirs = this.channel[at]!;
      if (theirs < 0 || within[row + theirs] === 0) continue;
      if (least > 0 && this.#felt(station, at, edge) < least) continue;
      into.add(at);
    }
  }

  /** What one burdens the other with, whichever way is more. */
  #felt(station: number, other: number, edge: number): number {
    return Math.max(this.burden(station, other, edge), this.burden(other, station, edge));
  }

  /** Of `sender` on `receiver`, over a link that is there. */
  burden(receiver: number, sender: number, edge: number): number {
    const { effects, links } = this.ground;
    const mw = this.power[sender]! * links.gain[edge]!;
    const at = this.channel[receiver]! * effects.count + this.channel[sender]!;
    return mw * effects.within[at]! < AUDIBLE_MW ? 0 : mw * effects.burden[at]!;
  }

  edgeOf(station: number, other: number): number {
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
}
