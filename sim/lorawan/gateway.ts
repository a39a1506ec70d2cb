/**
 * One simulated gateway with the network server behind it. Left out: rates and channels that the network
 * changes, several gateways, encryption, and that frames of different spreading factors disturb each
 * other a little. The first receive window has the rate and channel of the uplink in every region.
 */
import { type Clock, US_PER_S } from '#protocols/clock.ts';
import { airtimeUs, dataFrameUs, type LoraRate, symbolUs } from '#protocols/lorawan/airtime.ts';
import { type LoraRegion, type SubBand, subBandOf } from '#protocols/lorawan/regions.ts';
import { captures, noiseDbm, sensitivityDbm } from './reception.ts';

/** What a device sends, as strong as the gateway hears it. */
export interface OnAir {
  readonly devEui: string;
  readonly hz: number;
  readonly rate: LoraRate;
  readonly startUs: number;
  readonly endUs: number;
  readonly dbm: number;
}

export type Fate = 'received' | 'weak' | 'collided' | 'deaf';

export interface GatewayUplink {
  readonly devEui: string;
  readonly port: number;
  readonly payload: Uint8Array;
  readonly dr: number;
  readonly frameCount: number;
  readonly rssiDbm: number;
  readonly snrDb: number;
  readonly hz: number;
  readonly rate: LoraRate;
}

export interface Downlink {
  readonly port: number;
  readonly payload: Uint8Array;
}

/** A downlink as it goes out; the device hears it when it is near enough. */
export interface DownlinkOnAir extends Downlink {
  readonly eirpDbm: number;
  readonly rate: LoraRate;
  readonly endUs: number;
}

interface GatewayParts {
  readonly clock: Clock;
  readonly region: LoraRegion;
  readonly onUplink: (uplink: GatewayUplink) => void;
}

/** RECEIVE_DELAY1 and 2 of LoRaWAN 1.0.4 §3.3, as all regions have them. */
const RX1_US = US_PER_S;
const RX2_US = 2 * US_PER_S;
/** The default of EU868: 869.525 MHz at SF12, with 500 mW (RP002-1.0.4 §2.4.7). */
const RX2_HZ = 869_525_000;
const RX2_RATE: LoraRate = { spreadingFactor: 12, bandwidthHz: 125_000 };
const RX2_EIRP_DBM = 29;
/** A receiver locks on the last symbols of a preamble; what overlaps only before does no harm (Bor et al.). */
const LOCK_SYMBOLS = 3;

export class LoraGateway {
  readonly #parts: GatewayParts;
  #onAir: OnAir[] = [];
  /** When the gateway sends, and so hears nothing. */
  #sending: { startUs: number; endUs: number }[] = [];
  /** By sub-band, when it may send again. */
  readonly #freeAtUs = new Map<SubBand, number>();
  readonly #queues = new Map<string, Downlink[]>();
  readonly fates: Record<Fate, number> = { received: 0, weak: 0, collided: 0, deaf: 0 };
  downlinksSent = 0;

  constructor(parts: GatewayParts) {
    this.#parts = parts;
  }

  /** For the device's next receive window. */
  enqueue(devEui: string, downlink: Downlink): void {
    const queue = this.#queues.get(devEui) ?? [];
    queue.push(downlink);
    this.#queues.set(devEui, queue);
  }

  begin(frame: OnAir): void {
    const recentUs = frame.startUs - 10 * US_PER_S;
    this.#onAir = this.#onAir.filter(({ endUs }) => endUs > recentUs);
    this.#sending = this.#sending.filter(({ endUs }) => endUs > recentUs);
    this.#onAir.push(frame);
  }

  /** What became of a frame, asked when it ends. */
  end(frame: OnAir): Fate {
    const fate = this.#fateOf(frame);
    this.fates[fate] += 1;
    return fate;
  }

  #fateOf(frame: OnAir): Fate {
    if (frame.dbm < sensitivityDbm(frame.rate)) return 'weak';
    if (this.#sending.some((each) => overlap(each, frame))) return 'deaf';
    const lockedUs = frame.startUs + LOCK_SYMBOLS * symbolUs(frame.rate);
    const others = this.#onAir.filter(
      (each) =>
        each !== frame &&
        each.hz === frame.hz &&
        each.rate.spreadingFactor === frame.rate.spreadingFactor &&
        each.rate.bandwidthHz === frame.rate.bandwidthHz &&
        overlap(each, { startUs: lockedUs, endUs: frame.endUs }),
    );
    const isClear = captures(
      frame.dbm,
      others.map(({ dbm }) => dbm),
    );
    return isClear ? 'received' : 'collided';
  }

  /** Hands a data frame on, and answers in a receive window of its device when something waits. */
  receive(
    frame: OnAir,
    data: Pick<GatewayUplink, 'port' | 'payload' | 'dr' | 'frameCount'>,
    answer: (downlink: DownlinkOnAir) => void,
  ): void {
    const { clock, onUplink } = this.#parts;
    const { devEui, hz, rate, endUs, dbm } = frame;
    onUplink({ ...data, devEui, hz, rate, rssiDbm: dbm, snrDb: dbm - noiseDbm(rate) });
    const eirpDbm = this.#parts.region.maxEirpDbm;
    clock.schedule(endUs + RX1_US, () => {
      if (this.#answer(devEui, { hz, rate, eirpDbm }, answer)) return;
      if (this.#parts.region.name !== 'EU868') return;
      clock.schedule(endUs + RX2_US, () =>
        this.#answer(devEui, { hz: RX2_HZ, rate: RX2_RATE, eirpDbm: RX2_EIRP_DBM }, answer),
      );
    });
  }

  /** Answers a join in its window, if it may send then. */
  accept(frame: OnAir, answer: (downlink: DownlinkOnAir) => void): void {
    // Of 17 bytes without a list of channels, after JOIN_ACCEPT_DELAY1 (LoRaWAN 1.0.4 §3.3, §6.2.5).
    const lastsUs = airtimeUs({ ...frame.rate, bytes: 17, hasCrc: false });
    this.#parts.clock.schedule(frame.endUs + 5 * US_PER_S, () => {
      const eirpDbm = this.#parts.region.maxEirpDbm;
      const endUs = this.#send(frame.hz, lastsUs);
      if (endUs === undefined) return;
      answer({ port: 0, payload: new Uint8Array(), eirpDbm, rate: frame.rate, endUs });
    });
  }

  #answer(
    devEui: string,
    { hz, rate, eirpDbm }: { hz: number; rate: LoraRate; eirpDbm: number },
    answer: (downlink: DownlinkOnAir) => void,
  ): boolean {
    const queue = this.#queues.get(devEui);
    const [downlink] = queue ?? [];
    if (queue === undefined || downlink === undefined) return true;
    const endUs = this.#send(hz, dataFrameUs(rate, downlink.payload.length));
    if (endUs === undefined) return false;
    queue.shift();
    answer({ ...downlink, eirpDbm, rate, endUs });
    return true;
  }

  /** Sends when it is not sending and may; when that ends. */
  #send(hz: number, lastsUs: number): number | undefined {
    const nowUs = this.#parts.clock.monotonic();
    const subBand = subBandOf(this.#parts.region, hz);
    const isSending = this.#sending.some(({ startUs, endUs }) => startUs <= nowUs && nowUs < endUs);
    if (isSending || nowUs < (this.#freeAtUs.get(subBand) ?? 0)) return undefined;
    const endUs = nowUs + lastsUs;
    this.#sending.push({ startUs: nowUs, endUs });
    // The pause that keeps the duty cycle whatever comes, as gateways do.
    this.#freeAtUs.set(subBand, nowUs + Math.ceil(lastsUs / subBand.duty));
    this.downlinksSent += 1;
    return endUs;
  }
}

interface Times {
  readonly startUs: number;
  readonly endUs: number;
}

function overlap(one: Times, other: Times): boolean {
  return one.startUs < other.endUs && other.startUs < one.endUs;
}
