/**
 * An air in another process, reached over the bus. It is told again what the radios do whenever it
 * has not been heard of for a while: then it may have been started anew.
 */
import type { Bus, BusDone, BusMessage, Subscription } from '#agents/bus/bus.ts';
import type { Load, Observation, Observations, Tuned } from '#protocols/air.ts';
import {
  AirAnswer,
  type AirLink,
  AirTold,
  type OnRadar,
  observationSchemas,
  type RadioTuning,
  type SpectrumWish,
  TunedReport,
} from '#protocols/air-link.ts';
import { type Clock, type Timer, US_PER_S } from '#protocols/clock.ts';
import type { Done, DriverError } from '#protocols/driver.ts';
import { Address } from '#protocols/ids.ts';
import { subjectOf } from '#protocols/subjects.ts';

export interface RemoteAirOptions {
  readonly bus: Bus;
  readonly site: string;
  readonly clock: Clock;
}

/** Loads come once a second; three missed are a silence. */
const SILENCE_US = 3 * US_PER_S;
const TIMEOUT_MS = 2_000;
const UNREADABLE = 'the air process answered in a form unknown here: expected one of this version';

interface Attached {
  readonly address: Address;
  readonly told: Subscription;
  readonly watchers: Set<OnRadar>;
  tuning: RadioTuning;
  load: Load | undefined;
  heardUs: number;
}

export class RemoteAir implements AirLink {
  readonly #options: RemoteAirOptions;
  readonly #attached = new Map<string, Attached>();
  #watch: Timer | undefined;

  constructor(options: RemoteAirOptions) {
    this.#options = options;
    this.#armWatch();
  }

  close(): void {
    this.#watch?.cancel();
    this.#watch = undefined;
    for (const { told } of this.#attached.values()) told.close();
    this.#attached.clear();
  }

  load(radio: string): Load | undefined {
    const attached = this.#attach(radio);
    return this.#isSilent(attached) ? undefined : attached.load;
  }

  tuned(radio: string, done: Done<Tuned>): void {
    this.#ask(this.#attach(radio), 'tuned', null, (outcome) => {
      if (!outcome.ok) return done(outcome);
      const parsed = TunedReport.safeParse(outcome.value);
      done(parsed.success ? { ok: true, value: parsed.data } : failed(UNREADABLE));
    });
  }

  apply(radio: string, tuning: RadioTuning, done: Done<void>): void {
    const attached = this.#attach(radio);
    attached.tuning = { ...attached.tuning, ...tuning };
    this.#ask(attached, 'apply', tuning, (outcome) => {
      done(outcome.ok ? { ok: true, value: undefined } : outcome);
    });
  }

  observe<Kind extends Observation>(
    radio: string,
    kind: Kind,
    overUs: number,
    done: Done<Observations[Kind]>,
  ): void {
    this.#ask(this.#attach(radio), 'observe', { kind, overUs }, (outcome) => {
      if (!outcome.ok) return done(outcome);
      const parsed = observationSchemas[kind].safeParse(outcome.value);
      if (!parsed.success) return done(failed(UNREADABLE));
      // The schema is the one of this kind, which the compiler cannot see through the index.
      done({ ok: true, value: parsed.data as unknown as Observations[Kind] });
    });
  }

  spectrum(radio: string, wish: SpectrumWish, done: Done<Uint8Array>): void {
    this.#request(this.#attach(radio), 'spectrum', wish, (outcome) => {
      if (!outcome.ok) return done(failed(outcome.error.message));
      if (outcome.value.headers['Airguard-Form'] === 'bytes') {
        done({ ok: true, value: outcome.value.data });
      } else {
        const answer = parseAnswer(outcome.value);
        done(answer.ok ? failed(UNREADABLE) : answer);
      }
    });
  }

  watchRadar(radio: string, onHeard: OnRadar): () => void {
    const { watchers } = this.#attach(radio);
    watchers.add(onHeard);
    return () => watchers.delete(onHeard);
  }

  #attach(radio: string): Attached {
    const known = this.#attached.get(radio);
    if (known !== undefined) return known;
    const address = Address.parse(`${this.#options.site}/${radio}`);
    const attached: Attached = {
      address,
      told: this.#options.bus.subscribe(subjectOf('air', address, 'told'), (message) =>
        this.#hear(attached, message),
      ),
      watchers: new Set(),
      tuning: {},
      load: undefined,
      heardUs: this.#options.clock.monotonic(),
    };
    this.#attached.set(radio, attached);
    this.#ask(attached, 'attach', attached.tuning, () => {});
    return attached;
  }

  #hear(attached: Attached, message: BusMessage): void {
    const parsed = AirTold.safeParse(jsonOf(message.data));
    if (!parsed.success) return;
    attached.heardUs = this.#options.clock.monotonic();
    if ('load' in parsed.data) attached.load = parsed.data.load;
    else for (const onHeard of attached.watchers) onHeard(parsed.data.radar, parsed.data.stopped);
  }

  #isSilent({ heardUs }: Attached): boolean {
    return this.#options.clock.monotonic() - heardUs > SILENCE_US;
  }

  #armWatch(): void {
    const { clock } = this.#options;
    this.#watch = clock.schedule(clock.monotonic() + SILENCE_US / 2, () => {
      if (this.#watch === undefined) return;
      for (const attached of this.#attached.values()) {
        if (this.#isSilent(attached)) this.#ask(attached, 'attach', attached.tuning, () => {});
      }
      this.#armWatch();
    });
  }

  #ask(attached: Attached, operation: string, body: unknown, done: Done<unknown>): void {
    this.#request(attached, operation, body, (outcome) => {
      done(outcome.ok ? parseAnswer(outcome.value) : failed(outcome.error.message));
    });
  }

  #request(
    { address }: Attached,
    operation: string,
    body: unknown,
    done: BusDone<BusMessage>,
  ): void {
    const subject = subjectOf('air', address, operation);
    const data = new TextEncoder().encode(JSON.stringify(body));
    this.#options.bus.request(subject, data, { timeoutMs: TIMEOUT_MS }, done);
  }
}

function parseAnswer(message: BusMessage) {
  const parsed = AirAnswer.safeParse(jsonOf(message.data));
  if (!parsed.success) return failed(UNREADABLE);
  if ('error' in parsed.data) return failed(parsed.data.error);
  return { ok: true, value: parsed.data.value } as const;
}

/** Undefined when it is no JSON. */
function jsonOf(data: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(data));
  } catch {
    return undefined;
  }
}

function failed(message: string): { readonly ok: false; readonly error: DriverError } {
  return { ok: false, error: { code: 'gone', message } };
}
