/**
 * Who waits for the answer of which call. The answer of a durable call stands in the outbox until
 * somebody was told: its caller, or after a restart the door.
 */
import type { Outcome } from '#protocols/errors.ts';
import type { Address } from '#protocols/ids.ts';

type Waiting = (outcome: Outcome<unknown>) => void;

export class Answers {
  readonly #waiting = new Map<string, Waiting[]>();
  readonly #unheard: (() => void)[] = [];
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
    for (const tell of this.#unheard.splice(0)) tell();
  }

  /** Tells those who wait, or for a durable call the listeners; `told` is called once one was. */
  answer(address: Address, callId: string, outcome: Outcome<unknown>, told?: () => void): void {
    const waiting = this.#waiting.get(callId);
    this.#waiting.delete(callId);
    if (waiting !== undefined) for (const done of waiting) done(outcome);
    else if (told === undefined) return;
    else if (this.#listeners.length === 0) {
      this.#unheard.push(() => this.answer(address, callId, outcome, told));
      return;
    } else for (const listener of this.#listeners) listener(address, callId, outcome);
    told?.();
  }
}
