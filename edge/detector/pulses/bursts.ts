/**
 * Long chirped pulses come one to three together, many times in some seconds. One alone says nothing;
 * two or three that look alike, at a radar's interval and with silence around, are a burst; a few
 * bursts are a radar. A sender whose frames are mistaken for such pulses keeps no silence.
 */
import type { PulseReport } from '#protocols/air.ts';
import { areAlike } from './ring.ts';
import type { BurstSignal } from './signals.ts';

/** Bursts remembered; more than a radar sends in its cycle. */
const SIZE = 32;
/** Bursts of a radar are most of a second apart, with few exceptions. */
const SILENCE_US = 50_000;
const INTERVAL_US = 3;

export class LongBursts {
  readonly #signal: BurstSignal;
  readonly #clean = new Recent();
  readonly #spoiled = new Recent();
  #last: PulseReport | undefined;
  #pulses = 0;
  #isSpoiled = false;

  constructor(signal: BurstSignal) {
    this.#signal = signal;
  }

  clear(): void {
    this.#clean.clear();
    this.#spoiled.clear();
    this.#last = undefined;
  }

  /** The next long chirped pulse. Returns how many bursts a radar's cycle had, 0 where others abound. */
  add(pulse: PulseReport): number {
    const { pulsesMost, cycleUs } = this.#signal;
    const last = this.#last;
    this.#last = pulse;
    if (last === undefined || pulse.tUs - last.tUs > SILENCE_US) {
      this.#pulses = 1;
      this.#isSpoiled = false;
      return 0;
    }
    if (this.#isSpoiled) return 0;
    this.#pulses += 1;
    if (this.#pulses > pulsesMost || !this.#follows(last, pulse)) {
      this.#isSpoiled = true;
      this.#spoiled.add(pulse.tUs);
      if (this.#pulses > 2) this.#clean.drop();
      return 0;
    }
    if (this.#pulses > 2) return 0;
    this.#clean.add(pulse.tUs);
    const clean = this.#clean.since(pulse.tUs - cycleUs);
    return 2 * this.#spoiled.since(pulse.tUs - cycleUs) > clean ? 0 : clean;
  }

  #follows(last: PulseReport, pulse: PulseReport): boolean {
    const [least, most] = this.#signal.intervalUs;
    const gapUs = pulse.tUs - last.tUs;
    // Of three the middle one may be lost.
    return gapUs >= least - INTERVAL_US && gapUs <= 2 * most + INTERVAL_US && areAlike(last, pulse);
  }
}

/** The newest times of something. */
class Recent {
  readonly #atUs = new Float64Array(SIZE).fill(Number.NEGATIVE_INFINITY);
  #next = 0;

  add(tUs: number): void {
    this.#atUs[this.#next] = tUs;
    this.#next = (this.#next + 1) % SIZE;
  }

  /** Takes the last one back. */
  drop(): void {
    this.#next = (this.#next + SIZE - 1) % SIZE;
    this.#atUs[this.#next] = Number.NEGATIVE_INFINITY;
  }

  since(fromUs: number): number {
    let count = 0;
    for (const tUs of this.#atUs) if (tUs >= fromUs) count += 1;
    return count;
  }

  clear(): void {
    this.#atUs.fill(Number.NEGATIVE_INFINITY);
  }
}
