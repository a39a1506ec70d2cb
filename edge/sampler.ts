/**
 * Asks the drivers of a node for surveys and neighbours from time to time and hands what they say
 * to the radios. The times of different radios are spread, so that they do not fall together.
 */
import type { SurveyReport } from '#protocols/air.ts';
import { sameChannel } from '#protocols/channels.ts';
import { type Clock, type Timer, US_PER_MS } from '#protocols/clock.ts';
import type { Driver } from '#protocols/driver.ts';

export interface Sampling {
  readonly surveyPeriodMs: number;
  readonly neighbourPeriodMs: number;
}

interface Sampled {
  readonly actor: string;
  readonly driver: Driver;
}

type Tell = (actor: string, event: { readonly type: string }) => void;

export class Sampler {
  readonly #clock: Clock;
  readonly #sampling: Sampling;
  readonly #tell: Tell;
  readonly #addressOf: (id: string) => string;
  readonly #timers = new Map<string, Timer>();
  #stopped = false;

  /** `addressOf` turns the air's name of one of our own radios into its address. */
  constructor(options: {
    readonly clock: Clock;
    readonly sampling: Sampling;
    readonly tell: Tell;
    readonly addressOf: (id: string) => string;
  }) {
    this.#addressOf = options.addressOf;
    this.#clock = options.clock;
    this.#sampling = options.sampling;
    this.#tell = options.tell;
  }

  /** `phase` in [0, 1) places the radio's times within the periods. */
  start(sampled: Sampled, phase: number): void {
    const { surveyPeriodMs, neighbourPeriodMs } = this.#sampling;
    this.#every('survey', sampled, surveyPeriodMs, phase, () => this.#survey(sampled));
    // The first look around comes early, so that plans need not wait for a whole period.
    this.#every('neighbours', sampled, neighbourPeriodMs, phase / 10, () =>
      this.#neighbours(sampled),
    );
  }

  stop(): void {
    this.#stopped = true;
    for (const timer of this.#timers.values()) timer.cancel();
  }

  #every(name: string, { actor }: Sampled, periodMs: number, phase: number, task: () => void) {
    const key = `${name}/${actor}`;
    const arm = (dueUs: number) => {
      const run = () => {
        if (this.#stopped) return;
        arm(dueUs + periodMs * US_PER_MS);
        task();
      };
      this.#timers.set(
        key,
        this.#clock.schedule(dueUs, run, { target: actor, source: key, seq: 0 }),
      );
    };
    const first = Math.round((0.1 + phase) * periodMs * US_PER_MS);
    arm(this.#clock.monotonic() + first);
  }

  #survey({ actor, driver }: Sampled): void {
    driver.survey((surveys) => {
      if (!surveys.ok || this.#stopped) return;
      driver.state((state) => {
        if (!state.ok || this.#stopped) return;
        const { channel, silent } = state.value;
        const own = surveys.value.find(
          (survey) => channel !== null && sameChannel(survey.channel, channel),
        );
        if (own === undefined || silent) return;
        driver.clients((clients) => {
          if (!clients.ok || this.#stopped) return;
          this.#tell(actor, {
            type: 'survey.measured',
            channel: own.channel,
            windowMs: own.activeUs / US_PER_MS,
            ...sharesOf(own),
            noiseDbm: own.noiseDbm,
            clients: clients.value,
          } as { type: string });
        });
      });
    });
  }

  #neighbours({ actor, driver }: Sampled): void {
    driver.neighbours((heard) => {
      if (!heard.ok || this.#stopped) return;
      const neighbours = heard.value.map((neighbour) =>
        neighbour.managed ? { ...neighbour, id: this.#addressOf(neighbour.id) } : neighbour,
      );
      this.#tell(actor, { type: 'neighbours.measured', neighbours } as { type: string });
    });
  }
}

function sharesOf({ activeUs, busyUs, txUs }: SurveyReport): { busy: number; tx: number } {
  if (activeUs === 0) return { busy: 0, tx: 0 };
  return { busy: Math.min(1, busyUs / activeUs), tx: Math.min(1, txUs / activeUs) };
}
