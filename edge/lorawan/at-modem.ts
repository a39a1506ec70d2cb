/**
 * A LoRaWAN module on a serial line that takes the AT commands of RAKwireless RUI3 (RAK3172 and its
 * kin, firmware 4). Keys lie in the module; those given here are written to it and told to nobody else.
 *
 * @see RAKwireless, "RUI3 AT Command Manual", https://docs.rakwireless.com/product-categories/software-apis-and-libraries/rui3/at-command-manual/
 */
import { type Clock, type Timer, US_PER_MS } from '#protocols/clock.ts';
import { InputError } from '#protocols/errors.ts';
import type {
  LoraModem,
  ModemDone,
  ModemError,
  ModemEvent,
  Uplink,
} from '#protocols/lorawan/modem.ts';
import type { LoraRegion } from '#protocols/lorawan/regions.ts';
import { AtDialog, type AtFailure, type OpenLine } from './at-dialog.ts';

/** Hexadecimal; left out, the module keeps what it has. */
export interface OtaaKeys {
  readonly devEui: string;
  readonly joinEui: string;
  readonly appKey: string;
}

export interface AtModemParts {
  readonly clock: Clock;
  readonly address: string;
  readonly openLine: OpenLine;
  readonly region: LoraRegion;
  readonly dr: number;
  readonly keys?: OtaaKeys;
  /** Which channels of a band with 64, as `AT+MASK` takes it; `0002` is the second eight. */
  readonly channelMask?: string;
}

/** Numbers of `AT+BAND`. */
const bands: Readonly<Record<string, number>> = {
  IN865: 3,
  EU868: 4,
  US915: 5,
  AU915: 6,
  KR920: 7,
  AS923: 8,
};

const codes: Readonly<Record<string, ModemError['code']>> = {
  AT_BUSY_ERROR: 'busy',
  AT_NO_NETWORK_JOINED: 'not_joined',
  AT_DUTYCYCLE_RESTRICTED: 'duty_limited',
  // As the manual of the first firmware spells it.
  AT_DUTYCYLE_RESTRICTED: 'duty_limited',
  AT_TEST_PARAM_OVERFLOW: 'too_long',
};

const JOIN_MS = 30_000;
const SEND_MS = 30_000;
const RECEIVED = /^RX_[A-C12]+:-?\d+:-?\d+:UNICAST:(\d+):((?:[0-9A-Fa-f]{2})*)$/;

interface Pending {
  readonly kind: 'join' | 'send';
  readonly done: ModemDone<null>;
}

export class AtModem implements LoraModem {
  readonly #parts: AtModemParts;
  readonly address: string;
  #dialog: AtDialog | undefined;
  #onEvent: ((event: ModemEvent) => void) | undefined;
  #pending: Pending | undefined;
  #timer: Timer | undefined;
  #dr: number | undefined;

  constructor(parts: AtModemParts) {
    checkKeys(parts);
    this.#parts = parts;
    this.address = parts.address;
  }

  open(onEvent: (event: ModemEvent) => void, done: ModemDone<null>): void {
    const { clock, openLine } = this.#parts;
    this.#onEvent = onEvent;
    this.#dr = undefined;
    try {
      this.#dialog = new AtDialog(
        clock,
        openLine,
        (event) => this.#hear(event),
        (message) => this.#lose(message),
      );
    } catch (error) {
      const message = `${this.address}: ${(error as Error).message}`;
      clock.schedule(clock.monotonic(), () =>
        done({ ok: false, error: { code: 'gone', message } }),
      );
      return;
    }
    this.#dialog.ask('AT+NWM=?', (mode) => {
      if (!mode.ok) {
        done(this.#failure('AT+NWM', mode.error));
        return;
      }
      if (shownBy(mode.value, 'AT+NWM') !== '1') {
        const message = `${this.address}: expected a module in LoRaWAN mode; set it with AT+NWM=1`;
        done({ ok: false, error: { code: 'rejected', message } });
        return;
      }
      this.#askAll(this.#settings(), done);
    });
  }

  join(done: ModemDone<null>): void {
    this.#ask('AT+NJS=?', done, (lines) => {
      if (shownBy(lines, 'AT+NJS') === '1') {
        done({ ok: true, value: null });
        return;
      }
      this.#begin({ kind: 'join', done }, JOIN_MS);
      // Now, not by itself after a reset, and without repetition: the link decides when again.
      this.#ask('AT+JOIN=1:0:8:0', (outcome) => this.#end(outcome));
    });
  }

  send({ port, payload, dr }: Uplink, done: ModemDone<null>): void {
    const hex = Buffer.from(payload).toString('hex').toUpperCase();
    this.#atRate(dr, done, () => {
      this.#begin({ kind: 'send', done }, SEND_MS);
      this.#ask(`AT+SEND=${port}:${hex}`, (outcome) => this.#end(outcome));
    });
  }

  close(): void {
    this.#timer?.cancel();
    this.#pending = undefined;
    this.#onEvent = undefined;
    this.#dialog?.close();
    this.#dialog = undefined;
  }

  /** Class A, joined over the air, a rate that the network does not change, and the module's own duty cycle. */
  #settings(): string[] {
    const { region, keys, channelMask, dr } = this.#parts;
    return [
      'AT+NJM=1',
      'AT+CLASS=A',
      `AT+BAND=${bands[region.name]}`,
      ...(channelMask === undefined ? [] : [`AT+MASK=${channelMask}`]),
      'AT+ADR=0',
      `AT+DR=${dr}`,
      'AT+CFM=0',
      ...(region.name === 'EU868' ? ['AT+DCS=1'] : []),
      ...(keys === undefined
        ? []
        : [`AT+DEVEUI=${keys.devEui}`, `AT+APPEUI=${keys.joinEui}`, `AT+APPKEY=${keys.appKey}`]),
    ];
  }

  #askAll([command, ...rest]: readonly string[], done: ModemDone<null>): void {
    if (command === undefined) {
      this.#dr = this.#parts.dr;
      done({ ok: true, value: null });
      return;
    }
    this.#ask(command, done, () => this.#askAll(rest, done));
  }

  #atRate(dr: number, done: ModemDone<null>, then: () => void): void {
    if (dr === this.#dr) {
      then();
      return;
    }
    this.#ask(`AT+DR=${dr}`, done, () => {
      this.#dr = dr;
      then();
    });
  }

  /** Asks; a failure goes to `failed`, an answer to `then`. */
  #ask(command: string, failed: ModemDone<null>, then?: (lines: readonly string[]) => void): void {
    const [name = command] = command.split('=');
    if (this.#dialog === undefined) {
      failed({ ok: false, error: { code: 'gone', message: `${this.address}: is not open` } });
      return;
    }
    this.#dialog.ask(command, (answer) => {
      if (answer.ok) then?.(answer.value);
      else failed(this.#failure(name, answer.error));
    });
  }

  /** Says the name of the command, never what was given with it. */
  #failure(name: string, status: AtFailure) {
    if (status === null) {
      const message = `${this.address}: no answer to ${name}; is it a RUI3 module at 115200 baud?`;
      return { ok: false, error: { code: 'gone', message } } as const;
    }
    const isLong = name === 'AT+SEND' && status === 'AT_PARAM_ERROR';
    const code = isLong ? 'too_long' : (codes[status] ?? 'rejected');
    return { ok: false, error: { code, message: `${this.address}: ${name}: ${status}` } } as const;
  }

  #begin(pending: Pending, ms: number): void {
    const { clock } = this.#parts;
    this.#pending = pending;
    this.#timer = clock.schedule(clock.monotonic() + ms * US_PER_MS, () => {
      const message = `${this.address}: the module did not say how its ${pending.kind} ended`;
      this.#end({ ok: false, error: { code: 'rejected', message } });
    });
  }

  #end(outcome: Parameters<ModemDone<null>>[0]): void {
    this.#timer?.cancel();
    const pending = this.#pending;
    this.#pending = undefined;
    pending?.done(outcome);
  }

  #hear(event: string): void {
    const { kind } = this.#pending ?? {};
    const received = RECEIVED.exec(event);
    if (received !== null) {
      const [, port, hex = ''] = received;
      this.#onEvent?.({ type: 'downlink', port: Number(port), payload: Buffer.from(hex, 'hex') });
    } else if (event === 'JOINED' && kind === 'join') {
      this.#end({ ok: true, value: null });
    } else if (/^JOIN[_ ]FAILED/.test(event) && kind === 'join') {
      const message = `${this.address}: no network answered the join request (${event})`;
      this.#end({ ok: false, error: { code: 'rejected', message } });
    } else if (event === 'TX_DONE' && kind === 'send') {
      this.#end({ ok: true, value: null });
    }
  }

  #lose(message: string): void {
    const onEvent = this.#onEvent;
    const told = `${this.address}: ${message}`;
    this.#end({ ok: false, error: { code: 'gone', message: told } });
    this.close();
    onEvent?.({ type: 'gone', message: told });
  }
}

/** RUI3 answers `AT+NJS=1`, its forerunner `1`. */
function shownBy(lines: readonly string[], name: string): string | undefined {
  return lines.at(-1)?.replace(`${name}=`, '');
}

function checkKeys({ keys, channelMask, address }: AtModemParts): void {
  const wrong = (what: string, digits: number) =>
    new InputError(`${address}: ${what}: expected ${digits} hexadecimal digits`);
  const isHex = (text: string, digits: number) =>
    text.length === digits && /^[0-9A-Fa-f]+$/.test(text);
  if (channelMask !== undefined && !isHex(channelMask, 4)) throw wrong('channel mask', 4);
  if (keys === undefined) return;
  if (!isHex(keys.devEui, 16)) throw wrong('DevEUI', 16);
  if (!isHex(keys.joinEui, 16)) throw wrong('JoinEUI', 16);
  if (!isHex(keys.appKey, 32)) throw wrong('AppKey', 32);
}
