/**
 * What the library does not tell by itself: whether the hub can be reached from a leaf, and whether
 * this process keeps up with what it is sent.
 */
import type { NatsConnection } from '@nats-io/transport-node';
import type { BusStatus } from './bus.ts';

const BEAT_MS = 1_000;
/** Probes in a row without an answer until the link counts as lost. */
const MISSES = 2;

export class Probe {
  readonly #connection: NatsConnection;
  readonly #tell: (status: BusStatus) => void;
  readonly #askHub: ((done: (isThere: boolean) => void) => void) | undefined;
  readonly #slowMs: number;
  readonly #busiest: () => string;
  readonly #timer: NodeJS.Timeout;
  #isConnected = true;
  #isAsking = false;
  #isMeasuring = false;
  #misses = 0;
  #isLost = false;

  constructor(options: {
    connection: NatsConnection;
    tell: (status: BusStatus) => void;
    /** Left out at the hub, which has no link to itself. */
    askHub?: (done: (isThere: boolean) => void) => void;
    /** How long a sign of life may queue behind messages that wait to be handled. */
    slowMs: number;
    /** The subscription that took most messages since it was last asked. */
    busiest: () => string;
  }) {
    this.#connection = options.connection;
    this.#tell = options.tell;
    this.#askHub = options.askHub;
    this.#slowMs = options.slowMs;
    this.#busiest = options.busiest;
    this.#timer = setInterval(() => this.#beat(), BEAT_MS);
    this.#timer.unref();
    this.#beat();
  }

  connected(isConnected: boolean): void {
    this.#isConnected = isConnected;
    this.#misses = 0;
    // Who hears of a new connection takes the link to stand until told otherwise.
    if (isConnected) this.#isLost = false;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #beat(): void {
    if (!this.#isConnected || this.#connection.isClosed() || this.#connection.isDraining()) return;
    this.#measure();
    if (this.#askHub === undefined || this.#isAsking) return;
    this.#isAsking = true;
    this.#askHub((isThere) => {
      this.#isAsking = false;
      this.#misses = isThere ? 0 : this.#misses + 1;
      if (isThere === !this.#isLost || (!isThere && this.#misses < MISSES)) return;
      this.#isLost = !isThere;
      this.#tell({ type: isThere ? 'link.restored' : 'link.lost' });
    });
  }

  /** The answer to a ping comes behind every message sent before it. */
  #measure(): void {
    if (this.#isMeasuring) return;
    this.#isMeasuring = true;
    this.#connection.rtt().then(
      (roundTripMs) => {
        this.#isMeasuring = false;
        const subject = this.#busiest();
        if (roundTripMs >= this.#slowMs) this.#tell({ type: 'slow_consumer', subject });
      },
      () => {
        this.#isMeasuring = false;
      },
    );
  }
}
