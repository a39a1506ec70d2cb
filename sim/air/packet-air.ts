/**
 * The air as frames: fidelity `packet` behind the air port. Of each second a part is simulated frame
 * by frame and stands for the whole; see docs/air/packet.md.
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
import { US_PER_S } from '#protocols/clock.ts';
import { ENERGY_DETECT_DBM, PREAMBLE_DETECT_DBM } from '#protocols/hearing.ts';
import { dbmToMw, dbToRatio, mwToDbm } from '#protocols/math.ts';
import type { Random } from '#protocols/random.ts';
import { exchangeUs, NOISE_FIGURE_DB, noiseDbm } from '#protocols/rates.ts';
import { checkChange, unknownClient } from './change-check.ts';
import { cellsOf } from './packet-air/cells.ts';
import { Ground, isSending, type Radio } from './packet-air/ground.ts';
import { History } from './packet-air/history.ts';
import { type PacketSnapshot, parseSnapshot } from './packet-air/snapshot.ts';
import { fingerprint, Shadowing } from './path-loss.ts';
import { RadarWatch } from './radar-watch.ts';
import type { SpectrumWish } from './spectrum/painter.ts';
import { type HeardRadio, scannedSpectrum } from './spectrum/scanned.ts';

export interface PacketAirOptions {
  readonly random: Random;
  /** Standard deviation of each link's lasting deviation from the mean loss; 0 when left out. */
  readonly shadowingDb?: number;
}

export function createPacketAir(options: PacketAirOptions): Air {
  return new PacketAir(options);
}

class PacketAir implements Air {
  readonly #random: Random;
  readonly #shadowingDb: number;
  readonly #radarWatch: RadarWatch<Radio>;
  readonly #history: History;
  #ground: Ground;
  #nowUs = 0;
  /** The cells are no longer those of the ground. */
  #isStale = true;

  constructor({ random, shadowingDb = 0 }: PacketAirOptions) {
    this.#random = random;
    this.#shadowingDb = shadowingDb;
    this.#ground = this.#emptyGround();
    this.#history = new History(random.fork('frames'));
    this.#radarWatch = new RadarWatch(random, (from, to, mhz, eirpDbm) =>
      this.#ground.arrivesDbm(from, to, mhz, eirpDbm),
    );
  }

  describe() {
    return { fidelity: 'packet', version: '1, 200 ms of each second', error: null } as const;
  }

  apply(change: AirChange): void {
    checkChange(change);
    this.#isStale ||= change.kind !== 'radar';
    switch (change.kind) {
      case 'radio': {
        const before = this.#ground.radios.get(change.id);
        const heard = before === undefined ? [] : this.#radarWatch.allHeard(before, this.#nowUs);
        const radio = this.#ground.putRadio(change);
        const was = before?.channel ?? null;
        const { channel } = radio;
        const stays = was !== null && channel !== null && sameChannel(was, channel);
        if (!stays || change.at !== undefined) {
          this.#radarWatch.tuned(radio, this.#nowUs, stays ? heard : []);
        }
        break;
      }
      case 'client':
        this.#ground.putClient(change);
        break;
      case 'emitter':
        this.#ground.putEmitter(change);
        break;
      case 'radar':
        this.#radarWatch.begin(change, this.#nowUs, (id) => this.#ground.radio(id));
        break;
      case 'wall':
        this.#ground.putWall(change);
        break;
      case 'link':
        this.#ground.giveLoss(change);
        break;
    }
  }

  advance(untilUs: number): void {
    if (untilUs <= this.#nowUs) return;
    this.#refresh();
    this.#history.pass(this.#nowUs, untilUs);
    this.#nowUs = untilUs;
  }

  observe<Kind extends Observation>(id: string, kind: Kind, window: Window): Observations[Kind] {
    const radio = this.#ground.radio(id);
    this.#refresh();
    const observers: { readonly [Name in Observation]: () => Observations[Name] } = {
      survey: () => this.#survey(radio, window),
      neighbours: () => this.#neighbours(radio, window),
      clients: () => this.#stations(radio, window),
      pulses: () => this.#radarWatch.pulses(radio, window),
    };
    return observers[kind]();
  }

  tuned(id: string): Tuned {
    const radio = this.#ground.radio(id);
    return { channel: radio.channel, eirpDbm: radio.eirpDbm, silent: !isSending(radio) };
  }

  level(id: string, clientId: string): number | undefined {
    const radio = this.#ground.radio(id);
    const client = this.#ground.clients.get(clientId);
    if (client === undefined) throw unknownClient(clientId);
    if (!isSending(radio) || radio.channel === null) return undefined;
    return this.#ground.arrivesDbm(radio, client, radio.channel.centerMhz, radio.eirpDbm);
  }

  load(id: string): Load {
    const radio = this.#ground.radio(id);
    this.#refresh();
    const window = { fromUs: Math.max(0, this.#nowUs - US_PER_S), untilUs: this.#nowUs };
    const stations = this.#stations(radio, window);
    return {
      utilisation: this.#busyShare(id, window),
      stations: stations.length,
      carriedMbps: stations.reduce((sum, { throughputMbps }) => sum + throughputMbps, 0),
    };
  }

  heardRadar(id: string): HeardRadar | undefined {
    return this.#radarWatch.heard(this.#ground.radio(id), this.#nowUs);
  }

  watchRadar(id: string, onHeard: (radar: HeardRadar) => void): () => void {
    return this.#radarWatch.watch(this.#ground.radio(id).id, onHeard);
  }

  /** Frames of others are painted by their share of the last second, not where they were in time. */
  spectrum(id: string, wish: SpectrumWish): Uint8Array {
    const radio = this.#ground.radio(id);
    this.#refresh();
    const window = { fromUs: Math.max(0, this.#nowUs - US_PER_S), untilUs: this.#nowUs };
    return scannedSpectrum(
      radio,
      {
        nowUs: this.#nowUs,
        random: this.#random,
        ownAirtime: this.#sendingShare(id, window),
        radios: this.#heardRadios(radio, window),
        emitters: [...this.#ground.emitters.values()],
        radars: this.#radarWatch.radars,
        arrivesDbm: (sender) => {
          const { at, centerMhz, eirpDbm } = sender;
          const print = fingerprint(sender.id);
          const from = at === null ? { at } : { at, fingerprint: print };
          return this.#ground.arrivesDbm(from, radio, centerMhz, eirpDbm);
        },
      },
      wish,
    );
  }

  snapshot(): PacketSnapshot {
    this.#refresh();
    const { radios, clients, emitters, walls, links } = this.#ground;
    const standing = {
      radios: [...radios.values()].map(({ fingerprint, ...radio }) => radio),
      clients: [...clients.values()].map(({ fingerprint, ...client }) => client),
      emitters: [...emitters.values()].map(({ fingerprint, index, ...emitter }) => emitter),
      radars: [...this.#radarWatch.radars],
      walls: [...walls],
      links: [...links],
    };
    const stretches = this.#history.saved;
    const format = 'airguard packet air 1';
    return structuredClone({ format, nowUs: this.#nowUs, ...standing, stretches });
  }

  /** Watchers stay. */
  restore(snapshot: unknown): void {
    const parsed = parseSnapshot(snapshot);
    const { radios, clients, emitters, radars, walls, links } = parsed;
    this.#ground = this.#emptyGround();
    for (const wall of walls) this.#ground.putWall({ kind: 'wall', ...wall });
    for (const radio of radios) this.#ground.putRadio({ kind: 'radio', ...radio });
    for (const client of clients) this.#ground.putClient({ kind: 'client', ...client });
    for (const { at, emission, ...emitter } of emitters) {
      const what = { ...(at === null ? {} : { at }), ...(emission === null ? {} : { emission }) };
      this.#ground.putEmitter({ kind: 'emitter', ...emitter, ...what });
    }
    for (const link of links) this.#ground.giveLoss({ kind: 'link', ...link });
    this.#radarWatch.restore(radars);
    this.#history.restore(parsed.stretches);
    this.#nowUs = parsed.nowUs;
    this.#isStale = false;
  }

  #emptyGround(): Ground {
    return new Ground(new Shadowing(this.#random.fork('shadowing'), this.#shadowingDb));
  }

  #refresh(): void {
    if (!this.#isStale) return;
    this.#isStale = false;
    this.#history.begin(this.#nowUs, cellsOf(this.#ground));
  }

  #sendingShare(id: string, window: Window): number {
    const parts = this.#history.partsOf(id, window);
    const totalUs = parts.reduce((sum, { us }) => sum + us, 0);
    const sentUs = parts.reduce(
      (sum, { us, tally }) => sum + us * tally.radios.get(id)!.sending,
      0,
    );
    return totalUs === 0 ? 0 : sentUs / totalUs;
  }

  #heardRadios(radio: Radio, window: Window): HeardRadio[] {
    const heard: HeardRadio[] = [];
    for (const other of this.#ground.radios.values()) {
      const { id, channel, eirpDbm } = other;
      if (other === radio || channel === null || channel.band !== radio.channel?.band) continue;
      if (!isSending(other)) continue;
      const dbm = this.#ground.arrivesDbm(other, radio, channel.centerMhz, eirpDbm);
      const airtime = this.#sendingShare(id, window);
      heard.push({ channel, dbm, airtime, exchangeUs: this.#exchangeUs(other, channel) });
    }
    return heard;
  }

  /** How long its exchanges take, on average over its clients. */
  #exchangeUs(radio: Radio, { centerMhz, widthMhz }: Channel): number {
    const noise = noiseDbm(widthMhz, NOISE_FIGURE_DB);
    const lengths = [...this.#ground.clients.values()].flatMap((client) => {
      if (client.radio !== radio.id) return [];
      const level = this.#ground.arrivesDbm(radio, client, centerMhz, radio.eirpDbm);
      return [exchangeUs(widthMhz, dbToRatio(level - noise))];
    });
    return lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, lengths.length);
  }

  /** The time in the window that the radio spent on the channel that it has now. */
  #survey({ id, channel, noiseFigureDb }: Radio, window: Window): SurveyReport[] {
    if (channel === null) return [];
    const parts = this.#history.partsOf(id, window).flatMap(({ us, cell, tally }) => {
      const then = cell.radios.find((one) => one.id === id)!;
      return sameChannel(then.channel, channel) ? [{ us, ...tally.radios.get(id)! }] : [];
    });
    const sum = (share: (part: (typeof parts)[number]) => number) =>
      Math.round(parts.reduce((total, part) => total + part.us * share(part), 0));
    return [
      {
        channel,
        activeUs: window.untilUs > window.fromUs ? sum(() => 1) : 0,
        busyUs: sum(({ busy }) => busy),
        rxUs: sum(({ receiving }) => receiving),
        txUs: sum(({ sending }) => sending),
        noiseDbm: mwToDbm(dbmToMw(noiseDbm(channel.widthMhz, noiseFigureDb)) + this.#emitterMw(id)),
      },
    ];
  }

  /** Of emitters too weak to silence the radio, by the time that they send. */
  #emitterMw(id: string): number {
    const radio = this.#ground.radio(id);
    let mw = 0;
    for (const emitter of this.#ground.emitters.values()) {
      const level = this.#ground.emitterDbm(emitter, radio, radio.channel!);
      if (level < ENERGY_DETECT_DBM) mw += emitter.duty * dbmToMw(level);
    }
    return mw;
  }

  /** Whose beacons it can read, on any channel of its band. */
  #neighbours(radio: Radio, window: Window): NeighbourReport[] {
    const { channel } = radio;
    if (channel === null) return [];
    const reports: NeighbourReport[] = [];
    for (const other of this.#ground.radios.values()) {
      if (other === radio || !isSending(other) || other.channel?.band !== channel.band) continue;
      const { id, eirpDbm, unmanaged } = other;
      const mhz = other.channel.centerMhz;
      const rssiDbm = this.#ground.arrivesDbm(other, radio, mhz, eirpDbm);
      if (rssiDbm < PREAMBLE_DETECT_DBM) continue;
      const load = this.#busyShare(id, window);
      reports.push({ id, channel: other.channel, rssiDbm, load, managed: !unmanaged });
    }
    return reports;
  }

  #stations(radio: Radio, window: Window): StationReport[] {
    const parts = this.#history.partsOf(radio.id, window);
    const totalUs = parts.reduce((sum, { us }) => sum + us, 0);
    return [...this.#ground.clients.values()].flatMap((client) => {
      if (client.radio !== radio.id) return [];
      const carried = parts.reduce(
        (sum, { us, tally }) => sum + us * (tally.clients.get(client.id) ?? 0),
        0,
      );
      const throughputMbps = totalUs === 0 ? 0 : Math.min(client.offeredMbps, carried / totalUs);
      const rssiDbm =
        isSending(radio) && radio.channel !== null
          ? this.#ground.arrivesDbm(radio, client, radio.channel.centerMhz, radio.eirpDbm)
          : -120;
      return [{ id: client.id, rssiDbm, offeredMbps: client.offeredMbps, throughputMbps }];
    });
  }

  /** How busy its channel looked to a radio while it was on. */
  #busyShare(id: string, window: Window): number {
    const parts = this.#history.partsOf(id, window);
    const totalUs = parts.reduce((sum, { us }) => sum + us, 0);
    const busyUs = parts.reduce((sum, { us, tally }) => sum + us * tally.radios.get(id)!.busy, 0);
    return totalUs === 0 ? 0 : Math.min(1, busyUs / totalUs);
  }
}
