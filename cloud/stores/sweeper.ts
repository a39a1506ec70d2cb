/**
 * Removes what puts that broke off left in the hub's object stores: nodes may add there and remove
 * nothing. What has not grown between two looks belongs to nobody any more.
 */
import type { Bus, Leftovers } from '#agents/bus/bus.ts';
import { type Clock, type Timer, US_PER_S } from '#protocols/clock.ts';
import { objectStores } from '#protocols/subjects.ts';

/** A put whose link is slow adds a piece in less. */
const EVERY_US = 3_600 * US_PER_S;

export interface SweeperOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  /** In one line, of what was removed. */
  readonly say: (line: string) => void;
}

export class Sweeper {
  readonly #options: SweeperOptions;
  readonly #leftovers = new Map<string, Leftovers>();
  #timer: Timer | undefined;

  constructor(options: SweeperOptions) {
    this.#options = options;
    this.#look();
  }

  stop(): void {
    this.#timer?.cancel();
  }

  #look(): void {
    const { bus, clock, say } = this.#options;
    const tie = { target: 'cloud', source: 'sweeper', seq: 0 };
    this.#timer = clock.schedule(clock.monotonic() + EVERY_US, () => this.#look(), tie);
    for (const store of objectStores) {
      const before = this.#leftovers.get(store) ?? new Map<string, number>();
      bus.objects(store).sweep(before, (swept) => {
        // A hub that is away is asked again in an hour.
        if (!swept.ok) return;
        const { left, removed } = swept.value;
        this.#leftovers.set(store, left);
        if (removed > 0) say(`${store}: removed what ${removed} broken-off puts had left`);
      });
    }
  }
}
