/**
 * Has the radios of a node report their load together, once a second: one process reads them all,
 * one after the other, and one timer is enough for it.
 */
import { type Clock, type Timer, US_PER_S } from '#protocols/clock.ts';

export class LoadTicker {
  readonly #clock: Clock;
  readonly #node: string;
  readonly #reports = new Set<() => void>();
  #dueUs = 0;
  #seq = 0;
  #timer: Timer | undefined;

  private constructor(clock: Clock, node: string) {
    this.#clock = clock;
    this.#node = node;
  }

  /** The one of a node's process: it has a clock of its own. */
  static of(clock: Clock, node: string): LoadTicker {
    let ticker = tickers.get(clock);
    if (ticker === undefined) {
      ticker = new LoadTicker(clock, node);
      tickers.set(clock, ticker);
    }
    return ticker;
  }

  join(report: () => void): void {
    this.#reports.add(report);
    if (this.#timer !== undefined) return;
    this.#dueUs = this.#clock.monotonic() + phaseOf(this.#node);
    this.#arm();
  }

  leave(report: () => void): void {
    this.#reports.delete(report);
    if (this.#reports.size > 0) return;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #arm(): void {
    this.#seq += 1;
    const tie = { target: this.#node, source: 'load', seq: this.#seq };
    this.#timer = this.#clock.schedule(this.#dueUs, this.#tick, tie);
  }

  readonly #tick = (): void => {
    this.#dueUs += US_PER_S;
    this.#arm();
    for (const report of this.#reports) report();
  };
}

const tickers = new WeakMap<Clock, LoadTicker>();

/** Spreads nodes over a second; a function of the name alone (FNV-1a). */
function phaseOf(node: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < node.length; at += 1) {
    hash = Math.imul(hash ^ node.charCodeAt(at), 0x01000193);
  }
  return (hash >>> 0) % US_PER_S;
}
