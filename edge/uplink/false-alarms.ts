/**
 * How often a chip tells of radar that is in none of the pulses it reports. That is no proof that there
 * was none, and of drivers that report no pulses nothing is known.
 */
import { type Clock, US_PER_S } from '#protocols/clock.ts';
import type { Driver, DriverEvent } from '#protocols/driver.ts';
import { PulseDetector } from '../detector/pulses/detector.ts';
import { overlaid } from '../drivers/overlaid.ts';

/** Our own detector may need a burst more, and is silent for 10 s about what it told. */
const AFTER_US = 2 * US_PER_S;
const BEFORE_US = 12 * US_PER_S;
/** A rate of less than an hour says nothing. */
const LEAST_US = 3_600 * US_PER_S;
const DAY_US = 24 * LEAST_US;

interface Watched {
  readonly driver: Driver;
  alarms: number;
}

export class FalseAlarms {
  readonly #clock: Clock;
  readonly #startUs: number;
  readonly #watched = new Map<string, Watched>();

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startUs = clock.monotonic();
  }

  /** The same driver; what it tells is heard here too. */
  watch(radio: string, driver: Driver): Driver {
    const watched: Watched = { driver, alarms: 0 };
    this.#watched.set(radio, watched);
    return overlaid(driver, {
      open: (onEvent, done) => {
        const hear = this.#ear(radio, watched);
        driver.open((event) => {
          hear(event);
          onEvent(event);
        }, done);
      },
    });
  }

  /** Undefined while that is not known. */
  perDay(radio: string): number | undefined {
    const watched = this.#watched.get(radio);
    const sinceUs = this.#clock.monotonic() - this.#startUs;
    if (watched === undefined || sinceUs < LEAST_US) return undefined;
    return watched.driver.capabilities().pulses ? (watched.alarms * DAY_US) / sinceUs : undefined;
  }

  #ear(radio: string, watched: Watched): (event: DriverEvent) => void {
    let seenUs = Number.NEGATIVE_INFINITY;
    const detector = new PulseDetector({
      onRadar: () => {
        seenUs = this.#clock.monotonic();
      },
    });
    return (event) => {
      if (event.type === 'pulses') detector.push(event.pulses);
      if (event.type !== 'radar.detected') return;
      const toldUs = this.#clock.monotonic();
      const tie = { target: radio, source: 'false-alarms', seq: 0 };
      this.#clock.schedule(
        toldUs + AFTER_US,
        () => {
          if (seenUs < toldUs - BEFORE_US) watched.alarms += 1;
        },
        tie,
      );
    };
  }
}
