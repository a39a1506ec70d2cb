/**
 * Reads a radio's relay buffer. The file gives 0 bytes at its end instead of waiting, a full one
 * drops what comes and tells nobody, and ath11k empties it when a scan for access points begins: so
 * it is read twenty times a second, and once more before such a scan.
 *
 * @see linux/Documentation/filesystems/relay.rst; ath11k/mac.c, ath11k_mac_op_hw_scan(), which
 * calls ath11k_spectral_reset_buffer()
 */
import { type Clock, type Timer, US_PER_MS } from '#protocols/clock.ts';
import type { DriverError } from '#protocols/driver.ts';
import type { PhyIo, Relay } from './io.ts';
import { spectralError } from './spectral-control.ts';

const PERIOD_US = 50 * US_PER_MS;
/** 512 bins at full pace fill 0.12 MB in a period. */
const READ_BYTES = 256 * 1024;
/** Reads in a row: more than the largest buffer (2,870 × 534 bytes) holds. */
const MOST_READS = 16;

export type Tap = (bytes: Uint8Array) => void;

export class SweepFeed {
  readonly #io: PhyIo;
  readonly #clock: Clock;
  readonly #phy: string;
  readonly #path: string;
  readonly #taps = new Set<Tap>();
  readonly #target = new Uint8Array(READ_BYTES);
  #relay: Relay | undefined;
  #timer: Timer | undefined;
  #isReading = false;
  #waiting: (() => void)[] = [];
  #seq = 0;

  constructor(options: { io: PhyIo; clock: Clock; phy: string; path: string }) {
    this.#io = options.io;
    this.#clock = options.clock;
    this.#phy = options.phy;
    this.#path = options.path;
  }

  /** Opens the buffer and empties it of what is old. */
  open(done: (failed: DriverError | undefined) => void): void {
    if (this.#relay !== undefined) {
      // It may have been on its way to being closed.
      if (this.#timer === undefined) this.#arm();
      done(undefined);
      return;
    }
    this.#io.openRelay(this.#path, (opened) => {
      if (!opened.ok) return done(spectralError(this.#phy, opened.error));
      this.#relay = opened.value;
      this.drain(() => {
        this.#arm();
        done(undefined);
      });
    });
  }

  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#taps.clear();
    if (!this.#isReading) this.#shut();
  }

  /** Everything read from now on is handed to `tap` too; the function returned ends that. */
  tap(tap: Tap): () => void {
    this.#taps.add(tap);
    return () => this.#taps.delete(tap);
  }

  get isTapped(): boolean {
    return this.#taps.size > 0;
  }

  /** Reads until the buffer is empty. */
  drain(done: () => void): void {
    if (this.#relay === undefined) {
      done();
      return;
    }
    this.#waiting.push(done);
    if (!this.#isReading) this.#read(MOST_READS);
  }

  #arm(): void {
    this.#seq += 1;
    const tie = { target: this.#phy, source: 'sweeps', seq: this.#seq };
    this.#timer = this.#clock.schedule(
      this.#clock.monotonic() + PERIOD_US,
      () => {
        this.#arm();
        if (!this.#isReading) this.#read(MOST_READS);
      },
      tie,
    );
  }

  #read(left: number): void {
    const relay = this.#relay;
    if (relay === undefined || left === 0) {
      this.#end();
      return;
    }
    this.#isReading = true;
    relay.read(this.#target, (read) => {
      if (!read.ok || read.value === 0) return this.#end();
      for (const tap of this.#taps) tap(this.#target.subarray(0, read.value));
      this.#read(left - 1);
    });
  }

  #end(): void {
    this.#isReading = false;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const done of waiting) done();
    if (this.#timer === undefined && this.#taps.size === 0 && waiting.length === 0) this.#shut();
  }

  #shut(): void {
    this.#relay?.close();
    this.#relay = undefined;
  }
}
