/** A simulated device of class A before a simulated gateway. */
import { type Clock, US_PER_S } from '#protocols/clock.ts';
import type { Outcome } from '#protocols/errors.ts';
import { airtimeUs, dataFrameUs, JOIN_REQUEST_BYTES } from '#protocols/lorawan/airtime.ts';
import type {
  LoraModem,
  ModemDone,
  ModemError,
  ModemEvent,
  Uplink,
} from '#protocols/lorawan/modem.ts';
import { type LoraRegion, payloadFault, rateOf } from '#protocols/lorawan/regions.ts';
import type { Random } from '#protocols/random.ts';
import type { DownlinkOnAir, LoraGateway, OnAir } from './gateway.ts';
import { sensitivityDbm } from './reception.ts';

export interface SimModemParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly region: LoraRegion;
  readonly gateway: LoraGateway;
  readonly devEui: string;
  /** At which data rate it joins. */
  readonly dr: number;
  /** Between the antennas, their gains taken off. */
  readonly pathLossDb: number;
  /** How much a frame differs from the next, standard deviation. */
  readonly fadingDb?: number;
  readonly eirpDbm?: number;
}

/** Both receive windows are over by then, for an answer that has not begun. */
const WINDOWS_US = 2.2 * US_PER_S;
/** JOIN_ACCEPT_DELAY2 of LoRaWAN 1.0.4, and a little. */
const JOIN_WINDOWS_US = 6.5 * US_PER_S;

export class SimModem implements LoraModem {
  readonly #parts: SimModemParts;
  readonly address: string;
  #onEvent: ((event: ModemEvent) => void) | undefined;
  #joined = false;
  #isBusy = false;
  #frameCount = 0;
  /** All that it sent, for whoever checks its duty cycle. */
  readonly sent: { readonly startUs: number; readonly endUs: number; readonly hz: number }[] = [];

  constructor(parts: SimModemParts) {
    this.#parts = parts;
    this.address = `sim:${parts.devEui}`;
  }

  open(onEvent: (event: ModemEvent) => void, done: ModemDone<null>): void {
    this.#onEvent = onEvent;
    this.#later(() => done({ ok: true, value: null }));
  }

  close(): void {
    this.#onEvent = undefined;
  }

  join(done: ModemDone<null>): void {
    const { gateway, region, dr } = this.#parts;
    if (this.#isBusy) {
      this.#later(() => done(busy));
      return;
    }
    const rate = rateOf(region, dr);
    this.#transmit(airtimeUs({ ...rate, bytes: JOIN_REQUEST_BYTES }), dr, (frame) => {
      if (gateway.end(frame) === 'received') {
        gateway.accept(frame, (downlink) => {
          if (this.#hears(downlink)) this.#joined = true;
        });
      }
      this.#at(frame.endUs + JOIN_WINDOWS_US, () => {
        this.#isBusy = false;
        done(this.#joined ? { ok: true, value: null } : noAnswer);
      });
    });
  }

  send(uplink: Uplink, done: ModemDone<null>): void {
    const { gateway, region } = this.#parts;
    const fault = payloadFault(region, rateOf(region, uplink.dr), uplink.payload.length);
    const refusal = this.#refusal(fault);
    if (refusal !== undefined) {
      this.#later(() => done(refusal));
      return;
    }
    const rate = rateOf(region, uplink.dr);
    const data = { ...uplink, payload: uplink.payload.slice(), frameCount: this.#frameCount };
    this.#frameCount += 1;
    this.#transmit(dataFrameUs(rate, uplink.payload.length), uplink.dr, (frame) => {
      let quietUs = frame.endUs + WINDOWS_US;
      if (gateway.end(frame) === 'received') {
        gateway.receive(frame, data, (downlink) => {
          quietUs = Math.max(quietUs, downlink.endUs);
          this.#at(downlink.endUs, () => {
            if (!this.#hears(downlink)) return;
            const { port, payload } = downlink;
            this.#onEvent?.({ type: 'downlink', port, payload });
          });
        });
      }
      const rest = () => {
        if (this.#parts.clock.monotonic() < quietUs) {
          this.#at(quietUs, rest);
          return;
        }
        this.#isBusy = false;
        done({ ok: true, value: null });
      };
      this.#at(quietUs, rest);
    });
  }

  #refusal(fault: string | undefined): Outcome<null, ModemError> | undefined {
    if (!this.#joined) return { ok: false, error: { code: 'not_joined', message: 'not joined' } };
    if (this.#isBusy) return busy;
    return fault === undefined
      ? undefined
      : { ok: false, error: { code: 'too_long', message: fault } };
  }

  #transmit(lastsUs: number, dr: number, ended: (frame: OnAir) => void): void {
    const { clock, random, region, gateway, devEui, pathLossDb } = this.#parts;
    this.#isBusy = true;
    const startUs = clock.monotonic();
    const frame: OnAir = {
      devEui,
      hz: region.channelsHz[random.below(region.channelsHz.length)]!,
      rate: rateOf(region, dr),
      startUs,
      endUs: startUs + lastsUs,
      dbm: (this.#parts.eirpDbm ?? region.maxEirpDbm) - pathLossDb + this.#fading(),
    };
    this.sent.push({ startUs, endUs: frame.endUs, hz: frame.hz });
    gateway.begin(frame);
    this.#at(frame.endUs, () => ended(frame));
  }

  #hears({ eirpDbm, rate }: DownlinkOnAir): boolean {
    return eirpDbm - this.#parts.pathLossDb + this.#fading() >= sensitivityDbm(rate);
  }

  #fading(): number {
    return this.#parts.random.normal() * (this.#parts.fadingDb ?? 3);
  }

  #later(task: () => void): void {
    this.#at(this.#parts.clock.monotonic(), task);
  }

  #at(dueUs: number, task: () => void): void {
    this.#parts.clock.schedule(dueUs, task);
  }
}

const busy: Outcome<never, ModemError> = {
  ok: false,
  error: { code: 'busy', message: 'the modem is sending' },
};
const noAnswer: Outcome<never, ModemError> = {
  ok: false,
  error: { code: 'rejected', message: 'no network answered the join request' },
};
