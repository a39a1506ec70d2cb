/**
 * The spectral scan of one real radio, shared by who wants it: one that lasts, and short ones. A
 * short one rides along while one lasts, with the bins of that one.
 */
import { type Clock, type Timer, US_PER_MS, US_PER_S } from '#protocols/clock.ts';
import type { Done, DriverError, SpectrumRequest, SpectrumStream } from '#protocols/driver.ts';
import { SweepReader } from '../../capture/tlv.ts';
import type { SpectralControl } from './spectral-control.ts';
import type { SweepFeed } from './sweep-feed.ts';

/** What is kept for a reader that is late: over 3 s of 512 bins at full pace. */
const KEPT_BYTES = 8 * 1024 * 1024;
/** A scan that ends, with its interface for one, is started again. */
const WATCH_US = 2 * US_PER_S;
/** A short scan hands over what came by then: its channel may be too busy to give more. */
const LEAST_WAIT_US = 250 * US_PER_MS;
/** Four times the usual pace of 233 µs. */
const WAIT_PER_SWEEP_US = 1_000;

export class Spectrum {
  readonly #clock: Clock;
  readonly #control: SpectralControl;
  readonly #feed: SweepFeed;
  readonly #phy: string;
  /** Bins of the streams that last. */
  readonly #lasting = new Map<object, number>();
  #watch: Timer | undefined;
  #seq = 0;

  constructor(options: { clock: Clock; control: SpectralControl; feed: SweepFeed; phy: string }) {
    this.#clock = options.clock;
    this.#control = options.control;
    this.#feed = options.feed;
    this.#phy = options.phy;
  }

  openStream({ bins, sweeps }: SpectrumRequest, done: Done<SpectrumStream>): void {
    this.#feed.open((failed) => {
      if (failed !== undefined) done({ ok: false, error: failed });
      else if (sweeps === null) this.#openLasting(bins, done);
      else this.#collect(bins, sweeps, done);
    });
  }

  /** After the interface was up anew, and from time to time. */
  restart(): void {
    const [bins] = this.#lasting.values();
    if (bins === undefined) return;
    this.#control.isOn((on) => {
      if (!on && this.#lasting.size > 0) this.#control.start({ bins, sweeps: null }, () => {});
    });
  }

  /** Before a scan for access points, which empties the buffer. */
  drain(done: () => void): void {
    this.#feed.drain(done);
  }

  close(): void {
    this.#watch?.cancel();
    this.#watch = undefined;
    if (this.#lasting.size > 0 || this.#feed.isTapped) this.#control.stop(() => {});
    this.#lasting.clear();
    this.#feed.close();
  }

  #openLasting(bins: number, done: Done<SpectrumStream>): void {
    const queue = new ByteQueue(KEPT_BYTES);
    const untap = this.#feed.tap((bytes) => queue.push(bytes));
    const key = {};
    const stream: SpectrumStream = {
      read: () => queue.take(),
      close: () => {
        if (!this.#lasting.delete(key)) return;
        untap();
        queue.take();
        this.#rest();
      },
      get droppedBytes() {
        return queue.droppedBytes;
      },
    };
    const isFirst = this.#lasting.size === 0;
    this.#lasting.set(key, bins);
    this.#keepWatch();
    const opened = { ok: true, value: stream } as const;
    if (!isFirst) {
      done(opened);
      return;
    }
    this.#control.start({ bins, sweeps: null }, (failed) => {
      // While no interface is up there is nothing to hear; the watch starts it when one is.
      if (failed === undefined || failed.code === 'gone') return done(opened);
      stream.close();
      done({ ok: false, error: failed });
    });
  }

  #collect(bins: number, sweeps: number, done: Done<SpectrumStream>): void {
    const reader = new SweepReader();
    const collected: Uint8Array[] = [];
    let timer: Timer | undefined;
    const finish = (failed?: DriverError) => {
      if (timer === undefined) return;
      timer.cancel();
      timer = undefined;
      untap();
      this.#rest();
      // While no interface is up it hears nothing, like a radio that is tuned to nothing.
      if (failed === undefined || failed.code === 'gone') {
        done({ ok: true, value: given(Buffer.concat(collected)) });
      } else done({ ok: false, error: failed });
    };
    const untap = this.#feed.tap((bytes) => {
      reader.push(bytes, (sweep) => {
        // The bytes are those of the read buffer, which is used again.
        if (collected.length < sweeps) collected.push(new Uint8Array(sweep.bytes));
      });
      if (collected.length >= sweeps) finish();
    });
    const waitUs = Math.max(LEAST_WAIT_US, sweeps * WAIT_PER_SWEEP_US);
    timer = this.#after(waitUs, () => finish());
    if (this.#lasting.size === 0) {
      this.#control.start({ bins, sweeps }, (failed) => {
        if (failed !== undefined) finish(failed);
      });
    }
  }

  /** Ends the scan when nobody wants it any more. */
  #rest(): void {
    if (this.#lasting.size > 0) return;
    this.#watch?.cancel();
    this.#watch = undefined;
    if (this.#feed.isTapped) return;
    this.#control.stop(() => {});
    this.#feed.close();
  }

  #keepWatch(): void {
    if (this.#watch !== undefined) return;
    this.#watch = this.#after(WATCH_US, () => {
      this.#watch = undefined;
      if (this.#lasting.size === 0) return;
      this.restart();
      this.#keepWatch();
    });
  }

  #after(waitUs: number, task: () => void): Timer {
    this.#seq += 1;
    const tie = { target: this.#phy, source: 'spectrum', seq: this.#seq };
    return this.#clock.schedule(this.#clock.monotonic() + waitUs, task, tie);
  }
}

/** Keeps the newest bytes; the oldest go first, and are counted. */
class ByteQueue {
  readonly #most: number;
  #chunks: Uint8Array[] = [];
  #length = 0;
  droppedBytes = 0;

  constructor(most: number) {
    this.#most = most;
  }

  push(bytes: Uint8Array): void {
    this.#chunks.push(new Uint8Array(bytes));
    this.#length += bytes.length;
    while (this.#length > this.#most) {
      const oldest = this.#chunks.shift() as Uint8Array;
      this.#length -= oldest.length;
      this.droppedBytes += oldest.length;
    }
  }

  take(): Uint8Array {
    const whole = this.#chunks.length === 1 ? this.#chunks[0] : Buffer.concat(this.#chunks);
    this.#chunks = [];
    this.#length = 0;
    return whole ?? new Uint8Array(0);
  }
}

/** A stream that holds what was collected before it was handed over. */
function given(bytes: Uint8Array): SpectrumStream {
  let left = bytes;
  const nothing = new Uint8Array(0);
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
