/**
 * Tells the uplink from time to time how the radios of a node bear on each other and their neighbours,
 * and of each radio how it is off: the latter once an hour, and sooner when it has changed.
 */
import { type Clock, type Timer, US_PER_MS } from '#protocols/clock.ts';
import type { Calibration } from '#protocols/telemetry/calibration.ts';
import type { Draft } from '#protocols/telemetry/record.ts';
import { calibrationsOf } from './calibration/records.ts';
import { matrices } from './matrices/index.ts';
import type { Surroundings } from './surroundings.ts';

export interface TellerOptions {
  readonly clock: Clock;
  readonly surroundings: () => Surroundings;
  /** How warm the chip of a radio is; undefined where it does not tell. */
  readonly chipC: (radio: string) => number | undefined;
  /** `actor`: a radio, or `node`. */
  readonly put: (actor: string, draft: Draft) => void;
  /** When for the first time; then again and again after `everyMs`. */
  readonly firstMs: number;
  readonly everyMs?: number;
}

const EVERY_MS = 5 * 60_000;
const CALIBRATION_EVERY_US = 3_600_000 * US_PER_MS;
/** What differs by less is the same. */
const CHANGE_DB = 1;

interface Told {
  readonly calibration: Calibration;
  readonly atUs: number;
}

export class Teller {
  readonly #options: Required<TellerOptions>;
  readonly #told = new Map<string, Told>();
  #timer: Timer;

  constructor(options: TellerOptions) {
    this.#options = { everyMs: EVERY_MS, ...options };
    this.#timer = this.#in(this.#options.firstMs);
  }

  stop(): void {
    this.#timer.cancel();
  }

  #in(ms: number): Timer {
    const { clock, everyMs } = this.#options;
    const tie = { target: 'node', source: 'surroundings', seq: 0 };
    const dueUs = clock.monotonic() + Math.round(ms * US_PER_MS);
    return clock.schedule(
      dueUs,
      () => {
        this.#timer = this.#in(everyMs);
        this.#tell();
      },
      tie,
    );
  }

  #tell(): void {
    const { surroundings, put, chipC } = this.#options;
    const now = surroundings();
    const { windowMs } = now;
    for (const { kind, fill } of matrices) {
      const filled = fill(now);
      if (filled !== undefined)
        put('node', { type: 'matrix', body: { kind, windowMs, ...filled } });
    }
    for (const radio of now.radios) {
      for (const body of calibrationsOf(now, radio, chipC(radio.name))) {
        if (this.#isNews(radio.name, body)) put(radio.name, { type: 'calibration', body });
      }
    }
  }

  #isNews(radio: string, calibration: Calibration): boolean {
    const key = `${radio}/${calibration.method}`;
    const told = this.#told.get(key);
    const atUs = this.#options.clock.monotonic();
    const isDue = told === undefined || atUs - told.atUs >= CALIBRATION_EVERY_US;
    if (!isDue && isAlike(told.calibration, calibration)) return false;
    this.#told.set(key, { calibration, atUs });
    return true;
  }
}

/** The same members, at the same place, about as large. */
function isAlike(one: Calibration, other: Calibration): boolean {
  if (one.centerMhz !== other.centerMhz || one.widthMhz !== other.widthMhz) return false;
  const [levels, others] = [levelsOf(one), levelsOf(other)];
  return (
    levels.length === others.length &&
    levels.every((level, index) => !(Math.abs(level - others[index]!) >= CHANGE_DB))
  );
}

/** All that is in decibels. A cell that became known is NaN against a number, so it is no news by itself. */
function levelsOf(calibration: Calibration): number[] {
  const { noiseFloorDbm, gainDb, txDeltasDb, rxDeltasDb, coupling } = calibration;
  const all = [noiseFloorDbm, gainDb, txDeltasDb, rxDeltasDb, coupling?.values];
  return all.flatMap((of) => (of === undefined ? [] : typeof of === 'number' ? [of] : [...of]));
}
