/**
 * An actor's mailbox: in order, bounded for what comes from outside. It is made when a message has
 * to wait and dropped when it is empty, so an idle actor has none.
 */
import type { Mailbox as Bounds } from '../body.ts';
import { isDroppable, type Message } from './message.ts';

export class Mailbox {
  readonly #messages: Message[] = [];
  #first = 0;

  get length(): number {
    return this.#messages.length - this.#first;
  }

  /** Puts a message last and gives back what had to go for it, which may be itself. */
  put(message: Message, bounds: Bounds): Message | undefined {
    if (!isDroppable(message) || this.length < bounds.capacity) {
      this.#messages.push(message);
      return undefined;
    }
    if (bounds.overflow === 'drop-newest') return message;
    const oldest = this.#messages.findIndex((kept, at) => at >= this.#first && isDroppable(kept));
    if (oldest < 0) return message;
    const [dropped] = this.#messages.splice(oldest, 1);
    this.#messages.push(message);
    return dropped;
  }

  take(): Message | undefined {
    const message = this.#messages[this.#first];
    if (message === undefined) return undefined;
    this.#first += 1;
    if (this.#first > 64 && this.#first * 2 > this.#messages.length) {
      this.#messages.splice(0, this.#first);
      this.#first = 0;
    }
    return message;
  }

  /** Empties it. */
  clear(): Message[] {
    const left = this.#messages.slice(this.#first);
    this.#messages.length = 0;
    this.#first = 0;
    return left;
  }
}
