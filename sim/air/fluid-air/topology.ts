/**
 * Who reaches whom. Changes only mark what they touch; `settle` brings the lists of the stations and
 * the graph of burdens up to date around it and says whose traffic that concerns.
 */
import { overlapMhz, span } from '#protocols/channels.ts';
import { ENERGY_DETECT_DBM, hears, PREAMBLE_DETECT_DBM } from '#protocols/hearing.ts';
import { dbmToMw, ratioToDb } from '#protocols/math.ts';
import { NOISE_FIGURE_DB, noiseDbm } from '#protocols/rates.ts';
import { insert, remove } from '../ascending.ts';
import { BurdenGraph } from '../csma/burden-graph.ts';
import { wholeSteps } from '../csma/sharing.ts';
import { type Emitter, spanOf } from '../emitter.ts';
import { distanceM, type Wall, wallLossDb } from '../geometry.ts';
import { type GivenLink, GivenLosses } from '../given-losses.ts';
import { bandOf, type Fingerprint, lossDb, type Shadowing, spreadDb } from '../path-loss.ts';
import { Near, type Way } from './near.ts';
import type { ClientStation, RadioStation } from './station.ts';

const PREAMBLE_DETECT_MW = dbmToMw(PREAMBLE_DETECT_DBM);
/** Interference below this part of the noise does not count. */
const NEGLIGIBLE = 1 / 16;

interface Fingerprinted {
  readonly fingerprint: Fingerprint;
}

interface Placed extends Fingerprinted {
  readonly at: RadioStation['at'];
}

/** The radios that a change concerns. */
export interface Concerned {
  /** Other burdens. */
  readonly moved: Set<number>;
  /** Another idle time or state of sending. */
  readonly turns: Set<number>;
  /** Clients with another signal or offered load. */
  readonly rates: Set<number>;
  /** Clients disturbed by others than before. */
  readonly disturbed: Set<number>;
  /** Others are heard than before. */
  readonly hearing: Set<number>;
}

export class Topology {
  readonly radios: RadioStation[] = [];
  readonly clients: ClientStation[] = [];
  readonly emitters: Emitter[] = [];
  readonly walls: Wall[] = [];
  readonly graph = new BurdenGraph();
  readonly given = new GivenLosses();
  /** Share of the time that no emitter silences the radio; whole steps. */
  idle = new Float64Array(64).fill(1);

  readonly #shadowing: Shadowing;
  readonly #near: Near;
  readonly #moved = new Set<number>();
  readonly #retuned = new Set<number>();
  readonly #emitted = new Set<number>();
  readonly #regrouped = new Set<number>();
  #concerned: Concerned = nobody();

  constructor(shadowing: Shadowing) {
    this.#shadowing = shadowing;
    this.#near = new Near(this.radios, (a, b, metres) => this.#way(a, b, metres));
  }

  addRadio(radio: RadioStation): void {
    this.radios.push(radio);
    this.graph.add();
    if (this.radios.length > this.idle.length) {
      const wider = new Float64Array(this.idle.length * 2).fill(1);
      wider.set(this.idle);
      this.idle = wider;
    }
    this.#near.insert(radio);
    this.#moved.add(radio.index);
  }

  moveRadio(radio: RadioStation, at: RadioStation['at']): void {
    this.#near.move(radio, at);
    this.#moved.add(radio.index);
  }

  /** Channel, power, silence or noise figure changed. */
  retuned(radio: RadioStation): void {
    this.#retuned.add(radio.index);
    if (this.#near.reachFor(radio)) this.#moveAll();
  }

  addWall(wall: Wall): void {
    this.walls.push(wall);
    this.#moveAll();
  }

  /** The loss between two stations is known. */
  giveLoss(link: GivenLink, from: Fingerprinted, to: Fingerprinted): void {
    this.given.give(link, from.fingerprint, to.fingerprint);
    this.#moveAll();
  }

  /** Where the emitter was and where it is: call it on both sides of a change. */
  emitted(emitter: Emitter): void {
    const shadow = spanOf(emitter);
    for (const { channel, index } of this.radios) {
      if (channel !== null && overlapMhz(span(channel), shadow) > 0) this.#emitted.add(index);
    }
  }

  /** Place, radio or offered load of a client changed: call it on both sides of a change. */
  regrouped(client: ClientStation): void {
    if (client.radio >= 0) this.#regrouped.add(client.radio);
  }

  /** Moves a client to another radio, or to none. */
  join(client: ClientStation, radio: RadioStation | null): void {
    if (client.radio >= 0) remove(this.radios[client.radio]!.clients, client.index);
    client.radio = radio?.index ?? -1;
    client.throughputMbps = 0;
    if (radio !== null) insert(radio.clients, client.index);
  }

  /** What arrives of another radio in the block of this one, from its burden: exact for one that sends on the same. */
  heardMw(radio: number, other: number): number {
    const widthMhz = this.radios[radio]!.channel?.widthMhz ?? 20;
    return this.graph.of(radio, other) * PREAMBLE_DETECT_MW * (widthMhz / 20);
  }

  /** How strong something that is sent with `eirpDbm` around `mhz` arrives. */
  arrivesDbm(from: Placed | { at: null }, to: Placed, mhz: number, eirpDbm: number): number {
    if (from.at === null) return eirpDbm;
    const { spreadDb: spread, extraDb } = this.#way(from, to);
    return eirpDbm - lossDb(bandOf(mhz), spread, extraDb);
  }

  get isSettled(): boolean {
    return this.#moved.size + this.#retuned.size + this.#emitted.size + this.#regrouped.size === 0;
  }

  settle(): Concerned {
    for (const index of this.#moved) {
      this.#retuned.add(index);
      for (const client of this.radios[index]!.clients) this.regrouped(this.clients[client]!);
    }
    // Where losses are known, distance does not say who is near.
    const gainDb = this.given.isEmpty ? this.#shadowing.gainDbMax : Number.POSITIVE_INFINITY;
    this.#near.place(this.#moved, gainDb);
    const retuned = [...this.#retuned].sort((a, b) => a - b);
    for (const index of retuned) {
      this.#markAround(index);
      this.#unlink(this.radios[index]!);
    }
    for (const index of retuned) this.#link(this.radios[index]!);
    for (const index of retuned) {
      this.#markAround(index);
      this.#emitted.add(index);
    }
    for (const index of this.#emitted) {
      this.#receiveEmitters(this.radios[index]!);
      this.#concerned.turns.add(index);
      this.#concerned.hearing.add(index);
      this.#regrouped.add(index);
    }
    for (const index of this.#regrouped) {
      for (const client of this.radios[index]!.clients) this.#receive(this.clients[client]!);
      this.#concerned.rates.add(index);
    }
    const concerned = this.#concerned;
    this.#concerned = nobody();
    for (const dirty of [this.#moved, this.#retuned, this.#emitted, this.#regrouped]) dirty.clear();
    return concerned;
  }

  #moveAll(): void {
    if (this.#moved.size === this.radios.length) return;
    for (const { index } of this.radios) this.#moved.add(index);
  }

  #way(from: Placed, to: Placed, metres = distanceM(from.at, to.at)): Way {
    const given = this.given.extraDb(from.fingerprint, to.fingerprint);
    if (given !== undefined) return { spreadDb: 0, extraDb: given };
    const walls = this.walls.length === 0 ? 0 : wallLossDb(this.walls, from.at, to.at);
    const extraDb = walls + this.#shadowing.lossDb(from.fingerprint, to.fingerprint);
    return { spreadDb: spreadDb(metres), extraDb };
  }

  #markAround(index: number): void {
    const { moved, turns, disturbed, hearing } = this.#concerned;
    turns.add(index);
    moved.add(index);
    for (const { other } of this.graph.burdens[index]!) moved.add(other);
    for (const other of this.radios[index]!.disturbed) disturbed.add(other);
    hearing.add(index);
    for (const other of this.radios[index]!.hearers) hearing.add(other);
  }

  #unlink(radio: RadioStation): void {
    const { index } = radio;
    for (const other of radio.hearers) remove(this.radios[other]!.heard, index);
    for (const other of radio.heard) remove(this.radios[other]!.hearers, index);
    for (const other of radio.hidden) remove(this.radios[other]!.disturbed, index);
    for (const other of radio.disturbed) {
      remove(this.radios[other]!.hidden, index);
      if (this.#retuned.has(other)) continue;
      for (const client of this.radios[other]!.clients) this.#calm(this.clients[client]!, index);
    }
    radio.hearers = [];
    radio.heard = [];
    radio.hidden = [];
    radio.disturbed = [];
    this.graph.isolate(index);
  }

  #link(radio: RadioStation): void {
    const { channel } = radio;
    if (channel === null) return;
    for (let place = 0; place < radio.near.length; place += 1) {
      const other = this.radios[radio.near[place]!]!;
      // Two that both changed are looked at once.
      if (other.index < radio.index && this.#retuned.has(other.index)) continue;
      if (other.channel?.band !== channel.band) continue;
      const loss = lossDb(channel.band, radio.nearSpreadDb[place]!, radio.nearExtraDb[place]!);
      this.#linkPair(radio, other, loss);
    }
  }

  #linkPair(a: RadioStation, b: RadioStation, loss: number): void {
    const atA = b.isSending ? hears(a.channel!, b.channel!, b.eirpDbm - loss) : undefined;
    const atB = a.isSending ? hears(b.channel!, a.channel!, a.eirpDbm - loss) : undefined;
    if (atA?.isBusy) {
      insert(a.heard, b.index);
      insert(b.hearers, a.index);
    }
    if (atB?.isBusy) {
      insert(b.heard, a.index);
      insert(a.hearers, b.index);
    }
    if (!a.isSending || !b.isSending) return;
    this.graph.connect(a.index, b.index, atA?.burden ?? 0, atB?.burden ?? 0);
    if (atA?.isBusy || atB?.isBusy) return;
    if (atA !== undefined) this.#disturb(a, b);
    if (atB !== undefined) this.#disturb(b, a);
  }

  #disturb(radio: RadioStation, source: RadioStation): void {
    insert(radio.hidden, source.index);
    insert(source.disturbed, radio.index);
    if (this.#retuned.has(radio.index)) return;
    for (const client of radio.clients) this.#hearRadio(this.clients[client]!, radio, source);
  }

  #receiveEmitters(radio: RadioStation): void {
    let idle = 1;
    radio.emitterMw = 0;
    radio.weakEmitters = [];
    const { channel } = radio;
    for (const emitter of channel === null ? [] : this.emitters) {
      const shared = channel === null ? 0 : overlapMhz(span(channel), spanOf(emitter));
      if (shared === 0 || emitter.duty === 0) continue;
      const inBlockDbm = this.#fromEmitterDbm(emitter, radio, shared);
      if (inBlockDbm >= ENERGY_DETECT_DBM) {
        idle *= 1 - emitter.duty;
      } else {
        radio.emitterMw += emitter.duty * dbmToMw(inBlockDbm);
        radio.weakEmitters.push(emitter.index);
      }
    }
    this.idle[radio.index] = wholeSteps(idle);
  }

  #fromEmitterDbm(emitter: Emitter, to: Placed, sharedMhz: number): number {
    const { at, fingerprint, centerMhz, eirpDbm } = emitter;
    const level = this.arrivesDbm(
      at === null ? { at } : { at, fingerprint },
      to,
      centerMhz,
      eirpDbm,
    );
    return level + ratioToDb(sharedMhz / emitter.widthMhz);
  }

  /** Everything a client receives, anew. */
  #receive(client: ClientStation): void {
    const radio = this.radios[client.radio]!;
    client.disturbances = [];
    if (radio.channel === null) return;
    const { centerMhz, widthMhz } = radio.channel;
    client.signalMw = dbmToMw(this.arrivesDbm(radio, client, centerMhz, radio.eirpDbm));
    client.noiseMw = dbmToMw(noiseDbm(widthMhz, NOISE_FIGURE_DB));
    for (const source of radio.hidden) this.#hearRadio(client, radio, this.radios[source]!);
    for (const index of radio.weakEmitters) {
      const emitter = this.emitters[index]!;
      const shared = overlapMhz(span(radio.channel), spanOf(emitter));
      const mw = dbmToMw(this.#fromEmitterDbm(emitter, client, shared));
      this.#addDisturbance(client, -1 - index, mw);
    }
  }

  #hearRadio(client: ClientStation, radio: RadioStation, source: RadioStation): void {
    const sender = source.channel!;
    const shared = overlapMhz(span(radio.channel!), span(sender));
    const level = this.arrivesDbm(source, client, sender.centerMhz, source.eirpDbm);
    const mw = dbmToMw(level) * (shared / sender.widthMhz);
    this.#addDisturbance(client, source.index, mw);
  }

  #addDisturbance(client: ClientStation, source: number, mw: number): void {
    if (mw < client.noiseMw * NEGLIGIBLE) return;
    const list = client.disturbances;
    let place = list.length;
    while (place > 0) {
      const before = list[place - 1]!;
      if (before.mw > mw || (before.mw === mw && before.source < source)) break;
      place -= 1;
    }
    list.splice(place, 0, { source, mw });
  }

  #calm(client: ClientStation, source: number): void {
    const place = client.disturbances.findIndex((one) => one.source === source);
    if (place >= 0) client.disturbances.splice(place, 1);
  }
}

function nobody(): Concerned {
  return {
    moved: new Set(),
    turns: new Set(),
    rates: new Set(),
    disturbed: new Set(),
    hearing: new Set(),
  };
}
