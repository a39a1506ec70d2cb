/**
 * The air as a fluid: at every moment each radio has a share of the time and each client a
 * throughput, found from who hears whom; there are no frames. Between changes nothing happens, so
 * time costs nothing. It knows no collisions, no uplink and no fading in time.
 */
import type {
  Air,
  AirChange,
  HeardRadar,
  Load,
  NeighbourReport,
  Observation,
  Observations,
  StationReport,
  SurveyReport,
  Tuned,
  Window,
} from '#protocols/air.ts';
import { type Channel, sameChannel } from '#protocols/channels.ts';
import { InputError } from '#protocols/errors.ts';
import { PREAMBLE_DETECT_DBM } from '#protocols/hearing.ts';
import { dbmToMw, mwToDbm } from '#protocols/math.ts';
import type { Random } from '#protocols/random.ts';
import { noiseDbm } from '#protocols/rates.ts';
import { checkChange, unknownClient, unknownEnd } from './change-check.ts';
import { type Emitter, emitterAfter } from './emitter.ts';
import { type FluidSnapshot, parseSnapshot, snapshotOf } from './fluid-air/snapshot.ts';
import { ClientStation, RadioStation } from './fluid-air/station.ts';
import { Topology } from './fluid-air/topology.ts';
import { Traffic } from './fluid-air/traffic.ts';
import { fluidErrorText } from './fluid-error.ts';
import { fingerprint, lossDb, Shadowing } from './path-loss.ts';
import type { Radar } from './radar.ts';
import { RadarWatch } from './radar-watch.ts';
import type { SpectrumWish } from './spectrum/painter.ts';
import { type HeardRadio, scannedSpectrum } from './spectrum/scanned.ts';

export interface FluidOptions {
  readonly random: Random;
  /** Standard deviation of each link's lasting deviation from the mean loss; 0 when left out. */
  readonly shadowingDb?: number;
}

export function createFluidAir(options: FluidOptions): FluidAir {
  return new FluidAir(options);
}

/** `load` may be this old: changes that come in a flock are worked off together. */
const LOAD_AGE_US = 100_000;

type Change<Kind extends AirChange['kind']> = Extract<AirChange, { kind: Kind }>;

export class FluidAir implements Air {
  readonly #random: Random;
  readonly #shadowingDb: number;
  readonly #radarWatch: RadarWatch<RadioStation>;
  #topology: Topology;
  #traffic: Traffic;
  #radioIndex = new Map<string, number>();
  #clientIndex = new Map<string, number>();
  #emitterIndex = new Map<string, number>();
  #nowUs = 0;
  #settledUs = Number.NEGATIVE_INFINITY;

  constructor({ random, shadowingDb = 0 }: FluidOptions) {
    this.#random = random;
    this.#shadowingDb = shadowingDb;
    this.#topology = this.#emptyTopology();
    this.#traffic = new Traffic(this.#topology);
    this.#radarWatch = new RadarWatch(random, (from, to, mhz, eirpDbm) =>
      this.#topology.arrivesDbm(from, to, mhz, eirpDbm),
    );
  }

  describe() {
    return { fidelity: 'fluid', version: '2', error: fluidErrorText } as const;
  }

  apply(change: AirChange): void {
    checkChange(change);
    switch (change.kind) {
      case 'radio':
        this.#applyRadio(change);
        break;
      case 'client':
        this.#applyClient(change);
        break;
      case 'emitter':
        this.#applyEmitter(change);
        break;
      case 'radar':
        this.#radarWatch.begin(change, this.#nowUs, (id) => this.#radio(id));
        break;
      case 'wall':
        this.#topology.addWall(change);
        break;
      case 'link':
        this.#applyLink(change);
        break;
    }
  }

  advance(untilUs: number): void {
    if (untilUs > this.#nowUs) this.#nowUs = untilUs;
  }

  observe<Kind extends Observation>(id: string, kind: Kind, window: Window): Observations[Kind] {
    const radio = this.#radio(id);
    const observers: { readonly [Name in Observation]: () => Observations[Name] } = {
      survey: () => this.#survey(radio, window),
      neighbours: () => this.#neighbours(radio),
      clients: () => this.#stations(radio),
      pulses: () => this.#radarWatch.pulses(radio, window),
    };
    return observers[kind]();
  }

  tuned(id: string): Tuned {
    const { channel, eirpDbm, isSending } = this.#radio(id);
    return { channel, eirpDbm, silent: !isSending };
  }

  level(id: string, clientId: string): number | undefined {
    const radio = this.#radio(id);
    const client = this.#topology.clients[this.#clientIndex.get(clientId) ?? -1];
    if (client === undefined) throw unknownClient(clientId);
    if (!radio.isSending || radio.channel === null) return undefined;
    return this.#topology.arrivesDbm(radio, client, radio.channel.centerMhz, radio.eirpDbm);
  }

  load(id: string): Load {
    const radio = this.#radio(id);
    if (this.#nowUs - this.#settledUs >= LOAD_AGE_US) this.#settle();
    return {
      utilisation: this.#traffic.utilisation[radio.index] ?? 0,
      stations: radio.clients.length,
      carriedMbps: this.#traffic.carriedMbps[radio.index] ?? 0,
    };
  }

  heardRadar(id: string): HeardRadar | undefined {
    return this.#radarWatch.heard(this.#radio(id), this.#nowUs);
  }

  watchRadar(id: string, onHeard: (radar: HeardRadar) => void): () => void {
    return this.#radarWatch.watch(this.#radio(id).id, onHeard);
  }

  spectrum(id: string, wish: SpectrumWish): Uint8Array {
    const radio = this.#radio(id);
    this.#settle();
    const around = {
      nowUs: this.#nowUs,
      random: this.#random,
      ownAirtime: this.#traffic.airtime(radio.index),
      radios: this.#heardRadios(radio),
      emitters: this.#topology.emitters,
      radars: this.#radarWatch.radars,
      arrivesDbm: (sender: Emitter | Radar) => this.#fromSenderDbm(sender, radio),
    };
    return scannedSpectrum(radio, around, wish);
  }

  snapshot(): FluidSnapshot {
    // What `load` says next must not depend on whether a snapshot was taken and restored here.
    this.#settle();
    return snapshotOf(this.#topology, this.#radarWatch.radars, this.#nowUs);
  }

  /** Watchers stay. */
  restore(snapshot: unknown): void {
    const { nowUs, radios, clients, emitters, radars, walls, links } = parseSnapshot(snapshot);
    this.#topology = this.#emptyTopology();
    this.#traffic = new Traffic(this.#topology);
    this.#radioIndex.clear();
    this.#clientIndex.clear();
    this.#emitterIndex.clear();
    // Nobody is told of what was there.
    this.#radarWatch.restore([]);
    for (const wall of walls) this.apply({ kind: 'wall', ...wall });
    for (const radio of radios) this.apply({ kind: 'radio', ...radio });
    for (const client of clients) this.apply({ kind: 'client', ...client });
    for (const { at, emission, ...emitter } of emitters) {
      const what = { ...(at === null ? {} : { at }), ...(emission === null ? {} : { emission }) };
      this.apply({ kind: 'emitter', ...emitter, ...what });
    }
    for (const link of links) this.apply({ kind: 'link', ...link });
    this.#radarWatch.restore(radars);
    this.#nowUs = nowUs;
    this.#settle();
  }

  #emptyTopology(): Topology {
    return new Topology(new Shadowing(this.#random.fork('shadowing'), this.#shadowingDb));
  }

  #radio(id: string): RadioStation {
    const index = this.#radioIndex.get(id);
    if (index === undefined) {
      throw new InputError(`no radio '${id}' in the air: expected one that the scene places`);
    }
    return this.#topology.radios[index]!;
  }

  #settle(): void {
    this.#settledUs = this.#nowUs;
    if (!this.#topology.isSettled) this.#traffic.settle(this.#topology.settle());
  }

  #applyRadio(change: Change<'radio'>): void {
    const known = this.#radioIndex.get(change.id);
    const { radios } = this.#topology;
    const radio =
      known === undefined
        ? new RadioStation(radios.length, change.id, placeOfNew(change))
        : radios[known]!;
    const { channel = radio.channel } = change;
    const isTuned =
      channel !== radio.channel &&
      (channel === null || radio.channel === null || !sameChannel(channel, radio.channel));
    const heardBefore =
      change.at === undefined || isTuned ? [] : this.#radarWatch.allHeard(radio, this.#nowUs);
    radio.channel = channel;
    radio.eirpDbm = change.eirpDbm ?? radio.eirpDbm;
    radio.silent = change.silent ?? radio.silent;
    radio.noiseFigureDb = change.noiseFigureDb ?? radio.noiseFigureDb;
    radio.unmanaged = change.unmanaged ?? radio.unmanaged;
    if (known === undefined) {
      this.#radioIndex.set(change.id, radio.index);
      this.#topology.addRadio(radio);
    } else if (change.at !== undefined) {
      this.#topology.moveRadio(radio, change.at);
    }
    this.#topology.retuned(radio);
    if (isTuned || change.at !== undefined) this.#radarWatch.tuned(radio, this.#nowUs, heardBefore);
  }

  #applyClient(change: Change<'client'>): void {
    const known = this.#clientIndex.get(change.id);
    const { clients } = this.#topology;
    const radio = typeof change.radio === 'string' ? this.#radio(change.radio) : change.radio;
    const client =
      known === undefined
        ? new ClientStation(clients.length, change.id, placeOfNew(change))
        : clients[known]!;
    if (known === undefined) {
      this.#clientIndex.set(change.id, client.index);
      clients.push(client);
    }
    this.#topology.regrouped(client);
    client.at = change.at ?? client.at;
    client.offeredMbps = change.offeredMbps ?? client.offeredMbps;
    if (radio !== undefined) this.#topology.join(client, radio);
    this.#topology.regrouped(client);
  }

  #applyEmitter(change: Change<'emitter'>): void {
    const { emitters } = this.#topology;
    const index = this.#emitterIndex.get(change.id) ?? emitters.length;
    const before = emitters[index];
    const emitter = emitterAfter(change, before, index);
    if (before !== undefined) this.#topology.emitted(before);
    emitters[index] = emitter;
    this.#emitterIndex.set(change.id, index);
    this.#topology.emitted(emitter);
  }

  #applyLink({ kind, ...link }: Change<'link'>): void {
    const { radios, clients, emitters } = this.#topology;
    const radio = this.#radioIndex;
    const client = this.#clientIndex;
    const find = (id: string) =>
      radios[radio.get(id) ?? -1] ??
      clients[client.get(id) ?? -1] ??
      emitters[this.#emitterIndex.get(id) ?? -1];
    const [from, to] = [find(link.from), find(link.to)];
    if (from === undefined || to === undefined) throw unknownEnd(link, from === undefined);
    this.#topology.giveLoss(link, from, to);
  }

  #fromSenderDbm(sender: Emitter | Radar, radio: RadioStation): number {
    const { at, id, centerMhz, eirpDbm } = sender;
    const from = at === null ? { at } : { at, fingerprint: fingerprint(id) };
    return this.#topology.arrivesDbm(from, radio, centerMhz, eirpDbm);
  }

  /** The channel the radio is on, as it is now, taken for the whole window. */
  #survey(radio: RadioStation, window: Window): SurveyReport[] {
    this.#settle();
    const { channel, index } = radio;
    if (channel === null) return [];
    const activeUs = Math.max(0, window.untilUs - window.fromUs);
    const airtime = this.#traffic.airtime(index);
    const busy = this.#traffic.utilisation[index]!;
    const emitted = 1 - this.#topology.idle[index]!;
    const noise = noiseDbm(channel.widthMhz, radio.noiseFigureDb);
    return [
      {
        channel,
        activeUs,
        busyUs: Math.round(activeUs * busy),
        txUs: Math.round(activeUs * airtime),
        rxUs: Math.round(activeUs * Math.max(0, busy - airtime - emitted)),
        noiseDbm: mwToDbm(dbmToMw(noise) + radio.emitterMw),
      },
    ];
  }

  /** Whose beacons it can read, on any channel of its band. */
  #neighbours(radio: RadioStation): NeighbourReport[] {
    this.#settle();
    const reports: NeighbourReport[] = [];
    this.#hearSenders(radio, ({ id, index, unmanaged }, channel, rssiDbm) => {
      if (rssiDbm < PREAMBLE_DETECT_DBM) return;
      const load = this.#traffic.utilisation[index]!;
      reports.push({ id, channel, rssiDbm, load, managed: !unmanaged });
    });
    return reports;
  }

  #heardRadios(radio: RadioStation): HeardRadio[] {
    const heard: HeardRadio[] = [];
    this.#hearSenders(radio, ({ index }, channel, dbm) => {
      const airtime = this.#traffic.airtime(index);
      heard.push({ channel, dbm, airtime, exchangeUs: this.#traffic.exchangeUs(index) });
    });
    return heard;
  }

  /** Calls for each that sends in its band within reach, with how strongly that arrives. */
  #hearSenders(
    radio: RadioStation,
    onHeard: (other: RadioStation, channel: Channel, dbm: number) => void,
  ): void {
    const { channel } = radio;
    if (channel === null) return;
    radio.near.forEach((index, place) => {
      const other = this.#topology.radios[index]!;
      if (!other.isSending || other.channel?.band !== channel.band) return;
      const loss = lossDb(channel.band, radio.nearSpreadDb[place]!, radio.nearExtraDb[place]!);
      onHeard(other, other.channel, other.eirpDbm - loss);
    });
  }

  #stations(radio: RadioStation): StationReport[] {
    this.#settle();
    return radio.clients.map((index) => {
      const { id, signalMw, offeredMbps, throughputMbps } = this.#topology.clients[index]!;
      const rssiDbm = radio.isSending ? mwToDbm(signalMw) : -120;
      return { id, rssiDbm, offeredMbps, throughputMbps };
    });
  }
}

function placeOfNew({ kind, id, at }: Change<'radio'> | Change<'client'>) {
  if (at === undefined) {
    throw new InputError(`new ${kind} '${id}' in the air: expected its place \`at\`, came none`);
  }
  return at;
}
