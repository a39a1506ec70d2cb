/**
 * A node's way out over LoRaWAN: joins, sends what waits within the duty cycle, and repeats what
 * matters until the cloud has said that it came.
 */
import { type Clock, type Timer, US_PER_S } from '#protocols/clock.ts';
import { airtimeUs, dataFrameUs, JOIN_REQUEST_BYTES } from '#protocols/lorawan/airtime.ts';
import { decodeMessage } from '#protocols/lorawan/codec.ts';
import { LORA_PORT, type LoraMessage } from '#protocols/lorawan/messages.ts';
import type { LoraModem, ModemError } from '#protocols/lorawan/modem.ts';
import {
  type DataRate,
  dutyOf,
  type LoraRegion,
  payloadFault,
  rateOf,
} from '#protocols/lorawan/regions.ts';
import type { Random } from '#protocols/random.ts';
import { type Booking, DutyBudget } from './duty-budget.ts';
import { type NodeMessage, Outbox, type Waiting } from './outbox.ts';

/** A wait that doubles with each failure. */
interface Backoff {
  readonly firstUs: number;
  readonly mostUs: number;
}

const joinBackoff: Backoff = { firstUs: 15 * US_PER_S, mostUs: 3_600 * US_PER_S };
const openBackoff: Backoff = { firstUs: 5 * US_PER_S, mostUs: 300 * US_PER_S };
/** The answer of the cloud comes with one of the next downlinks, so after one of the next uplinks. */
const repeatBackoff: Backoff = { firstUs: 60 * US_PER_S, mostUs: 1_800 * US_PER_S };
/** After so many rounds an alert is left to the better link. */
const ROUNDS_MAX = 8;
const UNDELIVERED_MAX = 1_024;
/** What a modem says when nothing went on the air. */
const notSent: ReadonlySet<ModemError['code']> = new Set([
  'busy',
  'not_joined',
  'duty_limited',
  'too_long',
]);
/** A message waits up to so many of the longest frames of its rate. */
const SPREAD_FRAMES = 2;
const JOIN_SPREAD_US = 10 * US_PER_S;
const BUSY_WAIT_US = 5 * US_PER_S;
/** Part of the duty cycle that is left to alerts. */
const RESERVE = 0.3;

export interface LoraLinkParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly modem: LoraModem;
  readonly region: LoraRegion;
  /** The data rate it keeps; the network may not change it. */
  readonly dr: number;
  readonly onRequest?: () => void;
  /** What `spent` told before a restart. */
  readonly spent?: readonly Booking[];
}

export interface LoraHealth {
  readonly state: 'closed' | 'opening' | 'joining' | 'joined' | 'gone';
  readonly waiting: number;
  readonly framesSent: number;
  readonly received: number;
  readonly givenUp: number;
  readonly dropped: number;
  /** Frames that came and could not be read. */
  readonly unread: number;
  /** Of the last hour, against the duty cycle. */
  readonly airtimeUs: number;
  readonly fault: string | null;
}

export class LoraLink {
  readonly #parts: LoraLinkParts;
  readonly #rate: DataRate;
  readonly #budget: DutyBudget;
  readonly #outbox = new Outbox();
  #state: LoraHealth['state'] = 'closed';
  #isSending = false;
  /** Grows with each opening: what an earlier one still answers is not for this one. */
  #session = 0;
  #timer: Timer | undefined;
  #failures = 0;
  #fault: string | null = null;
  #framesSent = 0;
  #received = 0;
  #unread = 0;
  #undelivered: NodeMessage[] = [];
  #givenUp = 0;

  constructor(parts: LoraLinkParts) {
    this.#parts = parts;
    this.#rate = rateOf(parts.region, parts.dr);
    this.#budget = new DutyBudget(
      { duty: dutyOf(parts.region), reserve: RESERVE },
      shifted(parts.spent ?? [], -this.#wallOffsetUs()),
    );
  }

  open(): void {
    if (this.#state !== 'closed') return;
    this.#open();
  }

  close(): void {
    this.#timer?.cancel();
    this.#state = 'closed';
    this.#session += 1;
    this.#isSending = false;
    this.#parts.modem.close();
  }

  send(message: NodeMessage): void {
    const frameUs = dataFrameUs(this.#rate, this.#rate.payloadBytes);
    const dueUs = this.#nowUs() + this.#spread(SPREAD_FRAMES * frameUs);
    this.#outbox.add(message, this.#rate.payloadBytes, dueUs);
    this.#pump();
  }

  /** How many messages wait for the cloud's receipt. */
  get unreceived(): number {
    return this.#outbox.unreceived;
  }

  /**
   * Takes back what nobody has said he received, and what he received in its short form alone: another
   * link shall carry it. What only matters fresh is let go.
   */
  withdraw(): NodeMessage[] {
    const waiting = this.#outbox.clear().filter(({ wantsReceipt }) => wantsReceipt);
    const all = [...this.#undelivered, ...waiting.map(({ message }) => message)];
    this.#undelivered = [];
    return all.sort((one, other) => one.record - other.record);
  }

  /** What it sent in the last hour, by the wall clock: to be kept, and given to the link after a restart. */
  spent(): readonly Booking[] {
    return shifted(this.#budget.bookings(), this.#wallOffsetUs());
  }

  health(): LoraHealth {
    return {
      state: this.#state,
      waiting: this.#outbox.size,
      framesSent: this.#framesSent,
      received: this.#received,
      givenUp: this.#givenUp,
      dropped: this.#outbox.dropped,
      unread: this.#unread,
      airtimeUs: this.#budget.usedUs(this.#nowUs()),
      fault: this.#fault,
    };
  }

  #wallOffsetUs(): number {
    const { clock } = this.#parts;
    return clock.now() - clock.monotonic();
  }

  #nowUs(): number {
    return this.#parts.clock.monotonic();
  }

  #open(): void {
    this.#state = 'opening';
    this.#session += 1;
    const session = this.#session;
    this.#parts.modem.open(
      (event) => {
        if (session !== this.#session) return;
        if (event.type === 'gone') this.#lose(event.message);
        else if (event.port === LORA_PORT) this.#hear(event.payload);
      },
      (outcome) => {
        if (session !== this.#session || this.#state !== 'opening') return;
        if (!outcome.ok) {
          this.#lose(outcome.error.message);
          return;
        }
        this.#failures = 0;
        this.#state = 'joining';
        this.#at(this.#nowUs() + this.#spread(JOIN_SPREAD_US), () => this.#join());
      },
    );
  }

  #lose(message: string): void {
    if (this.#state === 'closed' || this.#state === 'gone') return;
    this.#fault = message;
    this.#state = 'gone';
    this.#isSending = false;
    this.#parts.modem.close();
    this.#again(openBackoff, () => this.#open());
  }

  #join(): void {
    const lastsUs = airtimeUs({ ...this.#rate, bytes: JOIN_REQUEST_BYTES });
    const earliestUs = this.#budget.earliestUs(lastsUs, 'routine', this.#nowUs());
    if (earliestUs !== undefined && earliestUs > this.#nowUs()) {
      this.#at(earliestUs, () => this.#join());
      return;
    }
    this.#budget.book(this.#nowUs(), lastsUs);
    const session = this.#session;
    this.#parts.modem.join((outcome) => {
      if (session !== this.#session || this.#state !== 'joining') return;
      if (!outcome.ok) {
        this.#fault = outcome.error.message;
        this.#again(joinBackoff, () => this.#join());
        return;
      }
      this.#failures = 0;
      this.#fault = null;
      this.#state = 'joined';
      this.#pump();
    });
  }

  #again(backoff: Backoff, task: () => void): void {
    this.#at(this.#nowUs() + this.#wait(backoff, this.#failures), task);
    this.#failures += 1;
  }

  /** Doubled with each failure; up to half as long again, so that nodes do not meet again and again. */
  #wait({ firstUs, mostUs }: Backoff, failures: number): number {
    const waitUs = Math.min(mostUs, firstUs * (1 << Math.min(failures, 20)));
    return Math.round(waitUs * (1 + this.#parts.random.uniform() / 2));
  }

  /** What befalls all nodes of a site at once must not make them all send at once. */
  #spread(mostUs: number): number {
    return Math.round(this.#parts.random.uniform() * mostUs);
  }

  #at(dueUs: number, task: () => void): void {
    this.#timer?.cancel();
    this.#timer = this.#parts.clock.schedule(dueUs, task);
  }

  /** Sends the next frame, or waits for the time when it may. The urgent is not overtaken. */
  #pump(): void {
    if (this.#state !== 'joined' || this.#isSending) return;
    const nowUs = this.#nowUs();
    const next = this.#outbox.due(nowUs);
    if (next === undefined) {
      const dueUs = this.#outbox.nextDueUs();
      if (dueUs !== undefined) this.#at(dueUs, () => this.#pump());
      return;
    }
    const payload = next.frames[next.next]!;
    const lastsUs = dataFrameUs(this.#rate, payload.length);
    const mayUs = this.#budget.earliestUs(lastsUs, next.purpose, nowUs);
    if (mayUs === undefined || payloadFault(this.#parts.region, this.#rate, payload.length)) {
      this.#giveUp(next);
      this.#pump();
      return;
    }
    if (mayUs > nowUs) {
      this.#at(mayUs, () => this.#pump());
      return;
    }
    this.#transmit(next, payload, lastsUs);
  }

  #transmit(waiting: Waiting, payload: Uint8Array, lastsUs: number): void {
    this.#isSending = true;
    this.#budget.book(this.#nowUs(), lastsUs);
    const { modem, dr } = this.#parts;
    const session = this.#session;
    modem.send({ port: LORA_PORT, payload, dr }, (outcome) => {
      if (session !== this.#session || this.#state !== 'joined') return;
      this.#isSending = false;
      if (!outcome.ok) {
        this.#failed(waiting, outcome.error);
        return;
      }
      this.#fault = null;
      this.#framesSent += 1;
      waiting.next += 1;
      if (waiting.next === waiting.frames.length) this.#sentAll(waiting);
      this.#pump();
    });
  }

  #failed(waiting: Waiting, { code, message }: ModemError): void {
    this.#fault = message;
    if (notSent.has(code)) this.#budget.unbook();
    if (code === 'gone') {
      this.#lose(message);
      return;
    }
    if (code === 'not_joined') {
      this.#state = 'joining';
      this.#at(this.#soonUs(), () => this.#join());
      return;
    }
    if (code === 'too_long') {
      // It fits the rate, so the network's frame options take its room: they may be gone later.
      this.#round(waiting);
      this.#pump();
      return;
    }
    this.#at(this.#soonUs(), () => this.#pump());
  }

  #soonUs(): number {
    return this.#nowUs() + this.#wait({ firstUs: BUSY_WAIT_US, mostUs: BUSY_WAIT_US }, 0);
  }

  #sentAll(waiting: Waiting): void {
    waiting.next = 0;
    if (waiting.wantsReceipt) this.#round(waiting);
    else this.#outbox.remove(waiting);
  }

  /** Once more later, unless it was often enough. */
  #round(waiting: Waiting): void {
    waiting.rounds += 1;
    if (waiting.rounds >= ROUNDS_MAX) this.#giveUp(waiting);
    else waiting.dueUs = this.#nowUs() + this.#wait(repeatBackoff, waiting.rounds - 1);
  }

  #giveUp(waiting: Waiting): void {
    this.#outbox.remove(waiting);
    this.#givenUp += 1;
    if (waiting.wantsReceipt) this.#keep(waiting);
  }

  /** For another link to carry; the oldest go when they are too many. */
  #keep({ message }: Waiting): void {
    this.#undelivered.push(message);
    if (this.#undelivered.length > UNDELIVERED_MAX) this.#undelivered.shift();
  }

  #hear(payload: Uint8Array): void {
    const outcome = decodeMessage(payload);
    if (!outcome.ok) {
      this.#unread += 1;
      return;
    }
    this.#obey(outcome.value);
  }

  /** Nothing that comes over LoRaWAN moves a radio: a receipt and a wish to hear from the node is all. */
  #obey(message: LoraMessage): void {
    if (message.is === 'receipt') {
      const received = this.#outbox.receive(message.record);
      if (received === undefined) return;
      this.#received += 1;
      if (received.isShort) this.#keep(received);
      this.#pump();
    } else if (message.is === 'heartbeat_request') {
      this.#parts.onRequest?.();
    } else {
      this.#unread += 1;
    }
  }
}

function shifted(bookings: readonly Booking[], byUs: number): Booking[] {
  return bookings.map(({ startUs, endUs }) => ({ startUs: startUs + byUs, endUs: endUs + byUs }));
}
