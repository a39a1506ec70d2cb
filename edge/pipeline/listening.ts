/**
 * Listens to one radio without end: keeps its spectrum open and polls it, since the kernel's buffer
 * holds two thirds of a second of sweeps and drops the newest when it is full.
 */
import { type Clock, type Timer, US_PER_MS, US_PER_S } from '#protocols/clock.ts';
import type { Driver, SpectrumStream } from '#protocols/driver.ts';

/** The longest that a poll may wait is a fraction of what the kernel holds. */
const POLL_US = 50 * US_PER_MS;
const OPEN_AGAIN_US = 5 * US_PER_S;
/** A radio that retunes or whose interface went down gives nothing any more until it is asked anew. */
const SILENT_US = 10 * US_PER_S;
/** One poll reads on while there is more, but not for ever. */
const READS_MAX = 256;

export interface ListeningOptions {
  readonly actor: string;
  readonly driver: Driver;
  readonly clock: Clock;
  readonly bins: number;
  readonly onBytes: (bytes: Uint8Array, atUs: number) => void;
}

export class Listening {
  readonly #options: ListeningOptions;
  #stream: SpectrumStream | undefined;
  #timer: Timer | undefined;
  #heardUs = 0;
  #trouble: string | undefined;
  #isStopped = false;

  constructor(options: ListeningOptions) {
    this.#options = options;
    this.#open();
  }

  /** Why nothing is heard; undefined while it is. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
    this.#stream?.close();
    this.#stream = undefined;
  }

  #open(): void {
    const { driver, bins, clock } = this.#options;
    driver.openSpectrum({ bins, sweeps: null }, (opened) => {
      if (this.#isStopped) {
        if (opened.ok) opened.value.close();
        return;
      }
      if (!opened.ok) {
        this.#trouble = opened.error.message;
        this.#after(OPEN_AGAIN_US, () => this.#open());
        return;
      }
      this.#trouble = undefined;
      this.#stream = opened.value;
      this.#heardUs = clock.monotonic();
      this.#poll();
    });
  }

  #poll(): void {
    const { clock, onBytes, actor } = this.#options;
    const stream = this.#stream!;
    const nowUs = clock.monotonic();
    try {
      for (let reads = 0; reads < READS_MAX; reads += 1) {
        const bytes = stream.read();
        if (bytes.length === 0) break;
        this.#heardUs = nowUs;
        this.#trouble = undefined;
        onBytes(bytes, clock.now());
      }
    } catch (error) {
      this.#reopen(error instanceof Error ? error.message : String(error));
      return;
    }
    if (nowUs - this.#heardUs > SILENT_US) {
      this.#reopen(`${actor} has given no sweep for ${SILENT_US / US_PER_S} s`);
    } else this.#after(POLL_US, () => this.#poll());
  }

  #reopen(why: string): void {
    this.#trouble = why;
    this.#stream?.close();
    this.#stream = undefined;
    this.#after(OPEN_AGAIN_US, () => this.#open());
  }

  #after(us: number, task: () => void): void {
    const { clock, actor } = this.#options;
    const tie = { target: actor, source: 'listening', seq: 0 };
    this.#timer = clock.schedule(clock.monotonic() + us, task, tie);
  }
}
