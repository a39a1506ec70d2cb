/**
 * Messages that no actor could take: it failed on them, its mailbox was full, or it is no more. The
 * last ones are kept in the store, to be listed and, once the cause is gone, replayed.
 */
import type { Clock } from '#protocols/clock.ts';
import type { Address } from '#protocols/ids.ts';
import type { Store } from '../store/store.ts';
import type { ChartEvent } from './message.ts';

export type DeadReason =
  /** The actor failed on it. */
  | 'fault'
  /** The mailbox was full. */
  | 'overflow'
  /** There is no such actor here, or it has ended. */
  | 'nobody'
  /** It came off the bus and was not what it should be. */
  | 'malformed';

export interface DeadLetter {
  readonly number: number;
  readonly address: Address;
  readonly reason: DeadReason;
  /** One line that says more. */
  readonly detail: string;
  /** What was to be delivered; undefined where it could not be read. */
  readonly event: ChartEvent | undefined;
  readonly atWallUs: number;
}

const KEPT = 256;
const COUNT = 'dead-letters';

export class DeadLetters {
  readonly #store: Store;
  readonly #clock: Clock;
  #count: number;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
    this.#count = (store.meta(COUNT) as number | undefined) ?? 0;
  }

  /** All that ever were, the forgotten ones included. */
  get count(): number {
    return this.#count;
  }

  /** What to commit to keep this letter. */
  bury(parts: Omit<DeadLetter, 'number' | 'atWallUs'>): Readonly<Record<string, unknown>> {
    const number = this.#count;
    this.#count += 1;
    const letter: DeadLetter = { ...parts, number, atWallUs: this.#clock.now() };
    return { [COUNT]: this.#count, [slot(number)]: letter };
  }

  /** Oldest first. */
  list(): readonly DeadLetter[] {
    const letters: DeadLetter[] = [];
    for (let number = Math.max(0, this.#count - KEPT); number < this.#count; number += 1) {
      const letter = this.find(number);
      if (letter !== undefined) letters.push(letter);
    }
    return letters;
  }

  find(number: number): DeadLetter | undefined {
    const letter = this.#store.meta(slot(number)) as DeadLetter | undefined;
    return letter?.number === number ? letter : undefined;
  }

  /** Forgets it, as when it is replayed. */
  forget(number: number): void {
    this.#store.commit({ meta: { [slot(number)]: null } });
  }
}

function slot(number: number): string {
  return `${COUNT}/${number % KEPT}`;
}
