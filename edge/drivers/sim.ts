/**
 * Drives a simulated radio: `sim:<node>/<radio>`. One driver belongs to one start of a node and runs
 * on that start's clock; the radio stays. Answers and events come through that clock, so a node that
 * is gone hears nothing more.
 */
import type { Observation, Observations } from '#protocols/air.ts';
import type { Channel } from '#protocols/channels.ts';
import { type Clock, US_PER_S } from '#protocols/clock.ts';
import type {
  ChipSettings,
  Done,
  Driver,
  DriverError,
  DriverEvent,
  RadioCapabilities,
  RadioState,
  SpectrumRequest,
  SpectrumStream,
} from '#protocols/driver.ts';
import { LoadTicker } from './load-ticker.ts';
import { Pace } from './pace.ts';
import { SimRadio, type SimRadioOptions } from './sim-radio.ts';

/** How long a read takes. A look at the neighbours waits for beacons, one every 102.4 ms. */
const latencyUs = { state: 1_000, survey: 2_000, clients: 2_000, neighbours: 110_000 } as const;

/** The most an air gives for one request. */
const MOST_SWEEPS = 4_096;

const OPENING_TRIES = 60;
const OPENING_PAUSE_US = 500_000;

/** A radio with the one driver it will ever have. */
export function createSimDriver(options: SimRadioOptions): Driver {
  return new SimDriver(new SimRadio(options), options.clock);
}

export class SimDriver implements Driver {
  readonly #radio: SimRadio;
  readonly #clock: Clock;
  /** One object for all timers: a clock reads it at once and does not keep it. */
  readonly #tie: { readonly target: string; readonly source: string; seq: number };
  #onEvent: ((event: DriverEvent) => void) | undefined;
  readonly #ticker: LoadTicker;
  #surveyedUs = 0;

  constructor(radio: SimRadio, clock: Clock) {
    this.#radio = radio;
    this.#clock = clock;
    this.#tie = { target: radio.id, source: 'driver', seq: 0 };
    this.#ticker = LoadTicker.of(clock, radio.id.slice(0, radio.id.indexOf('/')));
  }

  get address(): string {
    return this.#radio.address;
  }

  open(onEvent: (event: DriverEvent) => void, done: Done<RadioState>): void {
    this.close();
    this.#onEvent = onEvent;
    this.#surveyedUs = this.#radio.clock.monotonic();
    this.#ticker.join(this.#reportLoad);
    this.#enter(onEvent, done, OPENING_TRIES);
  }

  close(): void {
    this.#onEvent = undefined;
    this.#ticker.leave(this.#reportLoad);
    this.#radio.detach(this.#pass);
  }

  capabilities(): RadioCapabilities {
    return this.#radio.capabilities;
  }

  state(done: Done<RadioState>): void {
    this.#read(latencyUs.state, () => this.#radio.read(done));
  }

  listen(channel: Channel | null, done: Done<RadioState>): void {
    const refusal = this.#radio.refusal() ?? (channel === null ? undefined : this.#beyond(channel));
    if (refusal !== undefined) this.#reject(refusal, done);
    else this.#radio.tune({ channel, silent: true }, this.#later(done));
  }

  setChannel(channel: Channel, done: Done<RadioState>): void {
    const refusal = this.#radio.refusal() ?? this.#radio.powerUnknown() ?? this.#beyond(channel);
    if (refusal !== undefined) this.#reject(refusal, done);
    else this.#radio.tune({ channel, silent: false }, this.#later(done));
  }

  setEirp(eirpDbm: number, done: Done<RadioState>): void {
    const refusal = this.#radio.refusal() ?? this.#radio.powerUnknown() ?? this.#tooMuch(eirpDbm);
    if (refusal !== undefined) this.#reject(refusal, done);
    else this.#radio.power(eirpDbm, this.#later(done));
  }

  survey(done: Done<Observations['survey']>): void {
    const nowUs = this.#radio.clock.monotonic();
    const overUs = Math.max(1, nowUs - this.#surveyedUs);
    this.#surveyedUs = nowUs;
    this.#observe('survey', overUs, latencyUs.survey, done);
  }

  neighbours(done: Done<Observations['neighbours']>): void {
    this.#observe('neighbours', US_PER_S, latencyUs.neighbours, done);
  }

  clients(done: Done<Observations['clients']>): void {
    this.#observe('clients', US_PER_S, latencyUs.clients, done);
  }

  openSpectrum({ bins, sweeps }: SpectrumRequest, done: Done<SpectrumStream>): void {
    if (!this.capabilities().spectral) {
      const message = `${this.address} has no spectral scan`;
      this.#reject({ code: 'unsupported', message }, done);
      return;
    }
    if (sweeps === null) {
      this.#later(done)({ ok: true, value: this.#lastingSpectrum(bins) });
      return;
    }
    this.#radio.air.spectrum(this.#radio.id, { bins, sweeps }, (outcome) => {
      if (!outcome.ok) this.#later(done)(outcome);
      else this.#later(done)({ ok: true, value: once(outcome.value) });
    });
  }

  /** There is no chip. */
  settings(done: Done<ChipSettings>): void {
    this.#later(done)({ ok: true, value: {} });
  }

  /** An air may answer later than it is asked: a read hands over what came for the one before. */
  #lastingSpectrum(bins: number): SpectrumStream {
    const { air, id } = this.#radio;
    const pace = new Pace(this.#clock);
    let arrived: Uint8Array[] = [];
    let isOpen = true;
    let isAsking = false;
    return {
      read() {
        const sweeps = isOpen && !isAsking ? Math.min(pace.due(), MOST_SWEEPS) : 0;
        if (sweeps > 0) {
          isAsking = true;
          air.spectrum(id, { bins, sweeps }, (outcome) => {
            isAsking = false;
            if (outcome.ok && isOpen) arrived.push(outcome.value);
          });
        }
        const bytes = Buffer.concat(arrived);
        arrived = [];
        return bytes;
      },
      close() {
        isOpen = false;
        arrived = [];
      },
    };
  }

  /** An air in another process may come up later than the node. */
  #enter(onEvent: (event: DriverEvent) => void, done: Done<RadioState>, tries: number): void {
    this.state((state) => {
      if (this.#onEvent !== onEvent) return;
      if (!state.ok && state.error.code === 'gone' && tries > 1) {
        const dueUs = this.#clock.monotonic() + OPENING_PAUSE_US;
        this.#clock.schedule(dueUs, () => this.#enter(onEvent, done, tries - 1), this.#tie);
        return;
      }
      done(state);
      this.#radio.attach(this.#pass);
    });
  }

  readonly #pass = (event: DriverEvent): void => {
    this.#soon(() => this.#onEvent?.(event));
  };

  readonly #reportLoad = (): void => {
    const onEvent = this.#onEvent;
    if (onEvent === undefined) return;
    const load = this.#radio.air.load(this.#radio.id);
    if (load === undefined) return;
    const { utilisation, stations, carriedMbps } = load;
    onEvent({ type: 'load.measured', utilisation, stations, carriedMbps });
  };

  #observe<Kind extends Observation>(
    kind: Kind,
    overUs: number,
    afterUs: number,
    done: Done<Observations[Kind]>,
  ): void {
    const { air, id } = this.#radio;
    this.#read(afterUs, () => air.observe(id, kind, overUs, done));
  }

  /** A read changes nothing, so it is this start's alone: on its clock, and gone with it. */
  #read(afterUs: number, task: () => void): void {
    this.#tie.seq += 1;
    const dueUs = this.#clock.monotonic() + afterUs + this.#radio.lateUs;
    this.#clock.schedule(dueUs, task, this.#tie);
  }

  #beyond({ band, widthMhz, primaryMhz }: Channel): DriverError | undefined {
    const { bands, maxWidthMhz } = this.capabilities();
    if (bands.includes(band) && widthMhz <= maxWidthMhz) return undefined;
    const can = `expected ${bands.join(' or ')} GHz and at most ${maxWidthMhz} MHz`;
    const message = `${this.address}: ${can}, came ${widthMhz} MHz around ${primaryMhz} MHz in ${band} GHz`;
    return { code: 'rejected', message };
  }

  #tooMuch(eirpDbm: number): DriverError | undefined {
    const { minEirpDbm, maxEirpDbm } = this.capabilities();
    if (eirpDbm >= minEirpDbm && eirpDbm <= maxEirpDbm) return undefined;
    const message = `${this.address}: expected ${minEirpDbm} to ${maxEirpDbm} dBm EIRP, came ${eirpDbm}`;
    return { code: 'rejected', message };
  }

  #reject<Value>(error: DriverError, done: Done<Value>): void {
    this.#soon(() => done({ ok: false, error }));
  }

  /** The same answer, through the clock of this start. */
  #later<Value>(done: Done<Value>): Done<Value> {
    return (outcome) => this.#soon(() => done(outcome));
  }

  #soon(task: () => void): void {
    this.#tie.seq += 1;
    this.#clock.schedule(this.#clock.monotonic(), task, this.#tie);
  }
}

/** A stream that holds what was taken when it was opened. */
function once(bytes: Uint8Array): SpectrumStream {
  let left = bytes;
  const nothing = new Uint8Array();
  return {
    read() {
      const read = left;
      left = nothing;
      return read;
    },
    close() {
      left = nothing;
    },
  };
}
