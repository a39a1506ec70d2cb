/**
 * A simulated radio: the chip, its antenna and the host access point daemon beside it. It lives as
 * long as the node's hardware, through every restart of the process that drives it. It takes one order at a
 * time; a newer one takes the place of one under way. Radar that nobody heeds, because the process is
 * gone, makes it stop by itself; it tells again of that radar when it is driven again.
 */
import type { HeardRadar } from '#protocols/air.ts';
import type { AirLink, RadioTuning } from '#protocols/air-link.ts';
import { overlapMhz, sameChannel, span } from '#protocols/channels.ts';
import { type Clock, type Timer, US_PER_MS } from '#protocols/clock.ts';
import type {
  Done,
  DriverError,
  DriverEvent,
  RadioCapabilities,
  RadioState,
} from '#protocols/driver.ts';
import type { Random } from '#protocols/random.ts';

/** What goes wrong on purpose; read at every operation, so it may change under way. */
export interface SimFaults {
  /** How many of the next orders are rejected. */
  rejectNext?: number;
  /** Added to every latency. */
  lateMs?: number;
  /** Radar is not reported. */
  ignoreRadar?: boolean;
}

export interface SimRadioOptions {
  /** `sim:<node>/<radio>`. */
  readonly address: string;
  /** Its name in the air: `<node>/<radio>`. */
  readonly id: string;
  readonly air: AirLink;
  /** The hardware's, which goes on while the node is down. */
  readonly clock: Clock;
  readonly random: Random;
  readonly capabilities: RadioCapabilities;
  /** Null or undefined: not set on site; then it does not send. */
  readonly antennaGainDbi: number | null | undefined;
  readonly cableLossDb?: number;
  /** Told of every change of what the radio really does, when it happens. */
  readonly onChange?: (state: RadioState) => void;
  readonly faults?: SimFaults;
}

/**
 * From the first pulse until the event is out: the chip needs a burst (18 pulses of 1,428 µs) and the
 * kernel some time. The range is typical, not measured here; the rules leave 10 s in all.
 */
const DETECTION_US = { least: 30_000, most: 150_000 } as const;
/** How often a chip hands over the pulses that it heard: ours to choose. */
const PULSES_US = 50_000;
/** Longer than any radar pauses between bursts: the test signal of long pulses, 12 s (47 CFR 15.407, KDB 905462 D02). */
const PULSES_OVER_US = 15_000_000;
/** A change of channel: typical of such chips, not measured here. */
const TUNING_US = { least: 20_000, most: 80_000 } as const;
const SWITCHING_US = 5_000;

interface Span {
  readonly least: number;
  readonly most: number;
}

export class SimRadio {
  readonly address: string;
  readonly id: string;
  readonly air: AirLink;
  readonly clock: Clock;
  readonly capabilities: RadioCapabilities;
  readonly #options: SimRadioOptions;
  readonly #random: Random;
  readonly #detecting = new Map<string, Timer>();
  #state: RadioState;
  #order = 0;
  #isUnderWay = false;
  #seq = 0;
  #onEvent: ((event: DriverEvent) => void) | undefined;
  /** Radar that it told of and that nobody has heeded yet. */
  #radar: DriverEvent | undefined;
  /** Pulses were handed over until then; undefined while no radar is heard. */
  #pulsesUs: number | undefined;

  constructor(options: SimRadioOptions) {
    this.#options = options;
    this.address = options.address;
    this.id = options.id;
    this.air = options.air;
    this.clock = options.clock;
    this.capabilities = options.capabilities;
    this.#random = options.random;
    this.#state = { channel: null, eirpDbm: options.capabilities.minEirpDbm, silent: true };
    this.air.watchRadar(this.id, (radar, stopped) => {
      if (stopped) this.#beStopped(radar);
      else this.#hear(radar);
    });
  }

  /** What it really does: asked of the air, unless an order is under way. */
  read(done: Done<RadioState>): void {
    this.air.tuned(this.id, (outcome) => {
      if (!outcome.ok) return done(outcome);
      if (!this.#isUnderWay) this.#become(outcome.value);
      done({ ok: true, value: this.#state });
    });
  }

  get faults(): SimFaults {
    return this.#options.faults ?? {};
  }

  /** What a planted fault adds to every latency. */
  get lateUs(): number {
    return (this.faults.lateMs ?? 0) * US_PER_MS;
  }

  /** One driver at a time: events go to the last that attached. */
  attach(onEvent: (event: DriverEvent) => void): void {
    this.#onEvent = onEvent;
    if (this.#radar !== undefined) onEvent(this.#radar);
    if (!isSending(this.#state)) this.#radar = undefined;
  }

  /** Does nothing when another has attached since. */
  detach(onEvent: (event: DriverEvent) => void): void {
    if (this.#onEvent !== onEvent) return;
    this.#onEvent = undefined;
    if (this.#radar !== undefined) this.#stop();
  }

  /** Why an order cannot be taken; counts the faults that are to come. */
  refusal(): DriverError | undefined {
    const { faults } = this;
    if (faults.rejectNext === undefined || faults.rejectNext <= 0) return undefined;
    faults.rejectNext -= 1;
    return { code: 'rejected', message: `${this.address} rejected it: a planted fault` };
  }

  /** Undefined when the power of a wave can be told from that at the connector. */
  powerUnknown(): DriverError | undefined {
    const { antennaGainDbi } = this.#options;
    return antennaGainDbi === null || antennaGainDbi === undefined
      ? {
          code: 'rejected',
          message: `${this.address} has no antennaGainDbi: expected a number in dBi, so that its EIRP is known; set it on site`,
        }
      : undefined;
  }

  /** Tunes there and sends, or only listens. It stops sending at once, unless it may go on as it is. */
  tune(target: Pick<RadioState, 'channel' | 'silent'>, done: Done<RadioState>): void {
    this.#order += 1;
    const order = this.#order;
    this.#isUnderWay = true;
    const { channel, silent } = this.#state;
    const stays =
      target.channel !== null && channel !== null && sameChannel(channel, target.channel);
    if (target.channel === null || (stays && target.silent)) {
      // Silence is owed at once; only the answer takes time.
      this.#apply(
        target.channel === null ? { channel: null, silent: true } : { silent: true },
        (set) => this.#after(SWITCHING_US, () => this.#answer(order, set, done)),
      );
      return;
    }
    const latencyUs = stays ? SWITCHING_US : this.#draw(TUNING_US);
    const arrive = () => {
      if (order !== this.#order) this.#answer(order, undefined, done);
      else {
        this.#apply({ channel: target.channel, silent: target.silent }, (set) =>
          this.#answer(order, set, done),
        );
      }
    };
    // On its way it neither sends nor hears.
    if (stays || (channel === null && silent)) this.#after(latencyUs, arrive);
    else this.#apply({ channel: null, silent: true }, () => this.#after(latencyUs, arrive));
  }

  power(eirpDbm: number, done: Done<RadioState>): void {
    this.#after(SWITCHING_US, () =>
      this.#apply({ eirpDbm }, (failure) =>
        done(
          failure === undefined ? { ok: true, value: this.#state } : { ok: false, error: failure },
        ),
      ),
    );
  }

  /** After a modelled time of the hardware, faults included. */
  #after(latencyUs: number, task: () => void): Timer {
    this.#seq += 1;
    const dueUs = this.clock.monotonic() + latencyUs + this.lateUs;
    return this.clock.schedule(dueUs, task, { target: this.id, source: 'radio', seq: this.#seq });
  }

  #answer(order: number, failure: DriverError | undefined, done: Done<RadioState>): void {
    if (order !== this.#order) {
      const message = `${this.address} was given a newer order meanwhile`;
      done({ ok: false, error: { code: 'busy', message } });
      return;
    }
    this.#isUnderWay = false;
    if (failure !== undefined) {
      done({ ok: false, error: failure });
    } else {
      done({ ok: true, value: this.#state });
    }
  }

  #apply(tuning: RadioTuning, then: (failure: DriverError | undefined) => void): void {
    this.air.apply(this.id, tuning, (outcome) => {
      if (outcome.ok) this.#become({ ...this.#state, ...tuning } as RadioState);
      then(outcome.ok ? undefined : outcome.error);
    });
  }

  #become(state: RadioState): void {
    const before = this.#state;
    const isTuned =
      before.channel === null || state.channel === null
        ? before.channel !== state.channel
        : !sameChannel(before.channel, state.channel);
    if (!isTuned && before.eirpDbm === state.eirpDbm && before.silent === state.silent) return;
    this.#state = state;
    if (this.#onEvent !== undefined && (isTuned || !isSending(state))) this.#radar = undefined;
    this.#options.onChange?.(state);
  }

  #hear(radar: HeardRadar): void {
    this.#followPulses();
    if (this.faults.ignoreRadar || this.#detecting.has(radar.id)) return;
    this.#detecting.set(
      radar.id,
      this.#after(this.#draw(DETECTION_US), () => {
        this.#detecting.delete(radar.id);
        this.#detect(radar);
      }),
    );
  }

  /** Pulses come whether or not the chip takes them for radar, for as long as they are heard. */
  #followPulses(): void {
    if (!this.capabilities.pulses || this.#pulsesUs !== undefined) return;
    this.#pulsesUs = this.clock.monotonic();
    let lastUs = this.#pulsesUs;
    const look = () =>
      this.#after(PULSES_US, () => {
        this.#handPulses(() => {
          lastUs = this.clock.monotonic();
        });
        const isOver = this.clock.monotonic() - lastUs > PULSES_OVER_US;
        if (isOver || this.#state.channel === null) this.#pulsesUs = undefined;
        else look();
      });
    look();
  }

  #handPulses(onSome: () => void = () => {}): void {
    if (this.#pulsesUs === undefined) return;
    const nowUs = this.clock.monotonic();
    const overUs = nowUs - this.#pulsesUs;
    this.#pulsesUs = nowUs;
    this.air.observe(this.id, 'pulses', overUs, (seen) => {
      if (!seen.ok || seen.value.length === 0) return;
      onSome();
      this.#onEvent?.({ type: 'pulses', pulses: seen.value });
    });
  }

  /** The air process switched it off, since its orders did not come in time. */
  #beStopped({ centerMhz, widthMhz }: HeardRadar): void {
    this.#become({ ...this.#state, channel: null, silent: true });
    this.#radar = { type: 'radar.detected', centerMhz, widthMhz };
    this.#onEvent?.(this.#radar);
    if (this.#onEvent !== undefined) this.#radar = undefined;
  }

  #detect({ centerMhz, widthMhz }: HeardRadar): void {
    const { channel } = this.#state;
    const lowMhz = centerMhz - widthMhz / 2;
    const isHere = channel && overlapMhz(span(channel), { lowMhz, highMhz: lowMhz + widthMhz }) > 0;
    if (!isHere) return;
    // Once it is told, the radio leaves, and hears no more of them.
    this.#handPulses();
    const detected = { type: 'radar.detected', centerMhz, widthMhz } as const;
    this.#radar = detected;
    if (this.#onEvent === undefined) {
      this.#stop();
      return;
    }
    this.#onEvent(detected);
    if (!isSending(this.#state)) this.#radar = undefined;
  }

  #stop(): void {
    this.tune({ channel: null, silent: true }, () => {});
  }

  #draw({ least, most }: Span): number {
    return least + this.#random.below(most - least + 1);
  }
}

function isSending({ channel, silent }: RadioState): boolean {
  return channel !== null && !silent;
}
