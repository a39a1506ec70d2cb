/** Who waits for the answer of which call. */
import type { Outcome } from '#protocols/errors.ts';
import type { Address } from '#protocols/ids.ts';

type Waiting = (outcome: Outcome<unknown>) => void;

export class Answers {
  readonly #waiting = new Map<string, Waiting[]>();
  readonly #listeners: ((address: Address, key: string, outcome: Outcome<unknown>) => void)[] = [];

  wait(callId: string, done: Waiting): void {
    const others = this.#waiting.get(callId);
    if (others === undefined) this.#waiting.set(callId, [done]);
    else others.push(done);
  }

  isAwaited(callId: string): boolean {
    return this.#waiting.has(callId);
  }

  get length(): number {
    return this.#waiting.size;
  }

  listen(listener: (address: Address, key: string, outcome: Outcome<unknown>) => void): void {
    this.#listeners.push(listener);
  }

  /** Tells those who wait; for a durable call, the listeners when nobody does. */
  answer(address: Address, callId: string, outcome: Outcome<unknown>, isDurable: boolean): void {
    const waiting = this.#waiting.get(callId);
    this.#waiting.delete(callId);
    if (waiting !== undefined) for (const done of waiting) done(outcome);
    else if (isDurable) for (const listener of this.#listeners) listener(address, callId, outcome);
  }
}
