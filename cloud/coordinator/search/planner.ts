/**
 * Looks for a better plan of a whole site on its model: channel, width and power together. From where the site
 * is, each radio takes the best of what it may be told, over and over until nobody gains; then pairs that
 * contend move together, and whole neighbourhoods are shaken and settle anew (iterated local search: Lourenço,
 * Martin and Stützle, Handbook of Metaheuristics, 2003). What counts is the sum over all clients, so that no
 * radio gains at a greater cost to others.
 */
import type { Random } from '#protocols/random.ts';
import type { AirModel } from '../model/model.ts';
import type { Search } from './effort.ts';
import { type Option, type RadioOptions, type Told, widthsOf } from './options.ts';
import { promising } from './promising.ts';

/** Steps of power that are tried, and how many. */
const POWER_STEP_DB = 3;
const POWER_STEPS = 4;
/** Radios that are shaken together. */
const SHAKEN_MAX = 6;
/** Looks around at a start, each at what the others took. */
const START_PASSES = 2;
const GAIN_MIN = 1e-6;
/** Less, in logarithms over a radio's clients, is not missed. */
const SHORT = 1e-3;

export class Planner {
  readonly #model: AirModel;
  readonly #radios: readonly RadioOptions[];
  readonly #search: Search;
  readonly #random: Random;
  readonly #byStation = new Map<number, number>();
  /** What the plan costs, by radio. */
  readonly #cost: Float64Array;
  #trials: number;

  constructor(model: AirModel, radios: readonly RadioOptions[], search: Search, random: Random) {
    this.#model = model;
    this.#radios = radios;
    this.#search = search;
    this.#random = random;
    this.#trials = search.trials;
    this.#cost = new Float64Array(radios.length);
    for (const [radio, { station }] of radios.entries()) this.#byStation.set(station, radio);
  }

  /** The model's total less what it costs to get there. */
  get value(): number {
    let cost = 0;
    for (const one of this.#cost) cost += one;
    return this.#model.total - cost;
  }

  /** `starts`: plans of others, for each radio what it would be told there. */
  plan(starts: readonly (readonly Told[])[] = []): Told[] {
    const movable = this.#radios.flatMap(({ options }, radio) =>
      options.length > 1 ? [radio] : [],
    );
    for (const [radio, { now, options }] of this.#radios.entries()) {
      // Who is not on the air, or where it may not be, has to be somewhere.
      if (now === null || !options.some(({ channel }) => channel === now.channel))
        this.#place(radio);
    }
    for (let pass = 0; pass < this.#search.sketches; pass += 1) this.#sketch(movable);
    this.#descend(movable);
    if (this.#search.startShare > 0 && movable.some((radio) => this.#isDue(radio))) {
      for (const widthMhz of widthsOf(this.#model, this.#radios))
        this.#startAt(movable, () => this.#atWidth(widthMhz, movable));
      for (const start of starts) this.#startAt(movable, () => this.#as(start, movable));
    }
    this.#pairUp(movable);
    this.#shake(movable);
    this.#goBack(movable);
    return this.told();
  }

  /** What each radio is told now. */
  told(): Told[] {
    return this.#radios.map(({ station }) => ({
      channel: this.#model.channelOf(station),
      eirpDbm: this.#model.eirpOf(station),
    }));
  }

  /** What else a radio might be told now, and what that would gain: mostly less than nothing. Best first. */
  alternatives(radio: number, most: number): { readonly told: Told; readonly gain: number }[] {
    const { station, options } = this.#radios[radio]!;
    if (options.length < 2) return [];
    const eirpDbm = this.#model.eirpOf(station);
    return this.#promising(radio)
      .filter(({ channel }) => channel !== this.#model.channelOf(station))
      .map(({ channel, maxEirpDbm }) => {
        const told = { channel, eirpDbm: Math.min(eirpDbm, maxEirpDbm) };
        return { told, gain: this.#tryOut(radio, told) };
      })
      .sort((a, b) => b.gain - a.gain)
      .slice(0, most);
  }

  #place(radio: number): void {
    const { options, now } = this.#radios[radio]!;
    const eirpDbm = now?.eirpDbm ?? Number.POSITIVE_INFINITY;
    let best: Told | undefined;
    let most = Number.NEGATIVE_INFINITY;
    for (const option of this.#promising(radio)) {
      const told = { channel: option.channel, eirpDbm: Math.min(eirpDbm, option.maxEirpDbm) };
      const gain = this.#tryOut(radio, told);
      if (gain <= most) continue;
      most = gain;
      best = told;
    }
    if (best === undefined)
      best = { channel: options[0]!.channel, eirpDbm: options[0]!.maxEirpDbm };
    this.#take(radio, best);
  }

  /**
   * From another start. To get there one by one leads through worse plans, since a wide channel among narrow ones disturbs
   * several of them. Kept if it ends better.
   */
  #startAt(radios: readonly number[], begin: () => void): void {
    const before = this.value;
    const costs = this.#cost.slice();
    const left = this.#trials;
    this.#trials = Math.floor(this.#search.trials * this.#search.startShare);
    this.#model.try();
    begin();
    this.#model.finish();
    this.#descend(radios);
    this.#trials = left;
    this.#goBack(radios);
    this.#isKept(before, costs);
  }

  /** All at one width, as far as they may. */
  #atWidth(widthMhz: number, radios: readonly number[]): void {
    for (let pass = 0; pass < START_PASSES; pass += 1) {
      for (const radio of radios) {
        const wide = this.#radios[radio]!.options.filter(
          ({ channel }) => this.#model.ground.effects.widthMhz[channel] === widthMhz,
        );
        const [option] = this.#promising(radio, wide, 1);
        if (option !== undefined) this.#sketchAt(radio, option);
      }
    }
  }

  #as(start: readonly Told[], radios: readonly number[]): void {
    for (const radio of radios) {
      const { channel } = start[radio]!;
      const option = this.#radios[radio]!.options.find((one) => one.channel === channel);
      if (option !== undefined) this.#sketchAt(radio, option);
    }
  }

  /** With the power it has, as far as it may. */
  #sketchAt(radio: number, { channel, maxEirpDbm }: Option): void {
    const { station } = this.#radios[radio]!;
    if (channel === this.#model.channelOf(station)) return;
    const eirpDbm = Math.min(this.#model.eirpOf(station), maxEirpDbm);
    this.#model.sketch(station, channel, eirpDbm);
    this.#cost[radio] = this.#costOf(radio, { channel, eirpDbm });
  }

  /** A first plan by a glance at each radio alone, kept if it is better: for sites too large to try out much. */
  #sketch(radios: readonly number[]): void {
    const before = this.value;
    const costs = this.#cost.slice();
    this.#model.try();
    for (const radio of radios) {
      if (!this.#isDue(radio)) continue;
      const [option] = this.#promising(radio);
      if (option !== undefined) this.#sketchAt(radio, option);
    }
    this.#model.finish();
    this.#isKept(before, costs);
  }

  /** A trial stands if it is better than what was; else all is as it was. */
  #isKept(before: number, costs: Float64Array): boolean {
    const isBetter = this.value > before + GAIN_MIN;
    if (isBetter) this.#model.keep();
    else {
      this.#model.takeBack();
      this.#cost.set(costs);
    }
    return isBetter;
  }

  /** Each takes its best answer to the others, those around who moved again, until all stay. */
  #descend(radios: readonly number[]): void {
    const isDue = new Uint8Array(this.#radios.length);
    let queue = [...radios];
    for (const radio of queue) isDue[radio] = 1;
    while (queue.length > 0 && this.#trials > 0) {
      const next: number[] = [];
      for (const radio of queue) {
        isDue[radio] = 0;
        if (this.#trials <= 0) break;
        if (!this.#improve(radio)) continue;
        for (const other of this.#around(radio)) {
          if (isDue[other] === 1 || this.#radios[other]!.options.length < 2) continue;
          isDue[other] = 1;
          next.push(other);
        }
      }
      queue = next;
    }
  }

  /** Whether anybody whom its move could help is short of anything. */
  #isDue(radio: number): boolean {
    const { station } = this.#radios[radio]!;
    if (this.#cost[radio]! > 0 || this.#isShort(station)) return true;
    const { first, other } = this.#model.ground.links;
    for (let edge = first[station]!; edge < first[station + 1]!; edge += 1) {
      if (this.#model.meets(station, other[edge]!) && this.#isShort(other[edge]!)) return true;
    }
    return false;
  }

  #isShort(station: number): boolean {
    return this.#model.shortfallOf(station) > SHORT;
  }

  /** Takes the best of what a radio may be told, if that is better than what it has. */
  #improve(radio: number): boolean {
    if (!this.#isDue(radio)) return false;
    const best = this.#bestOf(radio);
    if (best === undefined) return false;
    this.#take(radio, best);
    return true;
  }

  #bestOf(radio: number): Told | undefined {
    const { station } = this.#radios[radio]!;
    let best: Told | undefined;
    let most = GAIN_MIN;
    const eirpDbm = this.#model.eirpOf(station);
    const consider = (told: Told) => {
      const gain = this.#tryOut(radio, told);
      if (gain <= most) return;
      most = gain;
      best = told;
    };
    for (const option of this.#promising(radio)) {
      if (option.channel === this.#model.channelOf(station)) continue;
      consider({ channel: option.channel, eirpDbm: Math.min(eirpDbm, option.maxEirpDbm) });
    }
    const { channel } = best ?? { channel: this.#model.channelOf(station) };
    for (const power of this.#powers(radio, channel)) consider({ channel, eirpDbm: power });
    return best;
  }

  #powers(radio: number, channel: number): number[] {
    const { options, minEirpDbm, now } = this.#radios[radio]!;
    const most = options.find((option) => option.channel === channel)?.maxEirpDbm;
    if (most === undefined) return [];
    const powers = now !== null && now.eirpDbm <= most ? [now.eirpDbm] : [];
    for (let step = 0; step < POWER_STEPS; step += 1) {
      const eirpDbm = most - step * POWER_STEP_DB;
      if (eirpDbm >= minEirpDbm && !powers.includes(eirpDbm)) powers.push(eirpDbm);
    }
    return powers;
  }

  /** The channels worth trying out. */
  #promising(
    radio: number,
    options = this.#radios[radio]!.options,
    most = this.#search.shortlist,
  ): readonly Option[] {
    return promising(this.#model, this.#radios[radio]!.station, options, most);
  }

  /** What telling a radio that would gain. */
  #tryOut(radio: number, told: Told): number {
    this.#trials -= 1;
    const { station } = this.#radios[radio]!;
    const gain = this.#model.gainOf(station, told.channel, told.eirpDbm);
    return gain - (this.#costOf(radio, told) - this.#cost[radio]!);
  }

  #take(radio: number, told: Told): void {
    this.#model.set(this.#radios[radio]!.station, told.channel, told.eirpDbm);
    this.#cost[radio] = this.#costOf(radio, told);
  }

  #costOf(radio: number, { channel, eirpDbm }: Told): number {
    const { now, options } = this.#radios[radio]!;
    if (now === null) return 0;
    if (channel === now.channel) return eirpDbm === now.eirpDbm ? 0 : this.#search.powerCost(radio);
    const clearMs = options.find((option) => option.channel === channel)?.clearMs ?? 0;
    return this.#search.changeCost(radio, clearMs);
  }

  /** Those of ours it hears or is heard by, strongest first as far as that matters. */
  #around(radio: number): number[] {
    const { first, other } = this.#model.ground.links;
    const { station } = this.#radios[radio]!;
    const found: number[] = [];
    for (let edge = first[station]!; edge < first[station + 1]!; edge += 1) {
      const mate = this.#byStation.get(other[edge]!);
      if (mate !== undefined) found.push(mate);
    }
    return found;
  }

  /** Each with the one it contends with most: where one alone would stay, two may gain by going together. */
  #pairUp(radios: readonly number[]): void {
    for (const radio of radios) {
      if (this.#trials <= 0) return;
      if (!this.#isDue(radio)) continue;
      const mate = this.#byStation.get(
        this.#model.glance.strongestContender(this.#radios[radio]!.station),
      );
      if (mate === undefined || this.#radios[mate]!.options.length < 2) continue;
      const before = this.value;
      let best: readonly [Told, Told] | undefined;
      let most = before + GAIN_MIN;
      const { station } = this.#radios[radio]!;
      const eirpDbm = this.#model.eirpOf(station);
      for (const option of this.#promising(radio)) {
        if (option.channel === this.#model.channelOf(station)) continue;
        const cost = this.#cost[radio]!;
        const told = {
          channel: option.channel,
          eirpDbm: Math.min(eirpDbm, option.maxEirpDbm),
        };
        this.#model.try();
        this.#trials -= 1;
        this.#take(radio, told);
        const answer = this.#bestOf(mate);
        if (answer !== undefined) {
          const gain = this.#tryOut(mate, answer);
          if (this.value + gain > most) {
            most = this.value + gain;
            best = [told, answer];
          }
        }
        this.#model.takeBack();
        this.#cost[radio] = cost;
      }
      if (best === undefined) continue;
      this.#take(radio, best[0]);
      this.#take(mate, best[1]);
      this.#descend(
        [...new Set([...this.#around(radio), ...this.#around(mate)])].filter(
          (one) => this.#radios[one]!.options.length > 1,
        ),
      );
    }
  }

  /** As long as there are trials left: a neighbourhood is told something at random, settles, and keeps what is better. */
  #shake(radios: readonly number[]): void {
    if (radios.length < 2) return;
    let failed = 0;
    while (this.#trials > 0 && failed < this.#search.patience * radios.length) {
      const centre = radios[this.#random.below(radios.length)]!;
      failed += 1;
      if (!this.#isDue(centre)) continue;
      const near = this.#around(centre).filter((one) => this.#radios[one]!.options.length > 1);
      const shaken = [centre];
      const most = 1 + this.#random.below(SHAKEN_MAX);
      while (shaken.length <= most && near.length > 0) {
        const [one] = near.splice(this.#random.below(near.length), 1);
        shaken.push(one!);
      }
      const before = this.value;
      const costs = this.#cost.slice();
      this.#model.try();
      for (const radio of shaken) {
        const { station } = this.#radios[radio]!;
        const options = this.#promising(radio);
        const option = options[this.#random.below(options.length)]!;
        const eirpDbm = Math.min(this.#model.eirpOf(station), option.maxEirpDbm);
        this.#trials -= 1;
        this.#take(radio, { channel: option.channel, eirpDbm });
      }
      this.#descend(shaken);
      if (this.#isKept(before, costs)) failed = 0;
    }
  }

  /** Who was moved for what now brings no more than its move costs, stays where it was. */
  #goBack(radios: readonly number[]): void {
    for (const radio of radios) {
      const { now, station } = this.#radios[radio]!;
      if (now === null || this.#cost[radio] === 0) continue;
      if (!this.#powers(radio, now.channel).includes(now.eirpDbm)) continue;
      if (
        this.#model.channelOf(station) === now.channel &&
        this.#model.eirpOf(station) === now.eirpDbm
      )
        continue;
      if (this.#tryOut(radio, now) > -GAIN_MIN) this.#take(radio, now);
    }
  }
}
