/**
 * The way out for messages that must not be lost. They were committed with the step that made them;
 * here they are appended in order until the broker has them. That one is out is committed with some
 * later step or a little later by itself: said twice, the broker knows it by its id.
 */
import { type Clock, type Timer, US_PER_S } from '#protocols/clock.ts';
import type { Bus } from '../bus/bus.ts';
import type { OutboxMessage, Store } from '../store/store.ts';

const IN_FLIGHT = 256;
const FIRST_RETRY_US = US_PER_S / 4;
const LAST_RETRY_US = 30 * US_PER_S;
const FORGET_AFTER_US = US_PER_S;

export class Outbox {
  readonly #bus: Bus;
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #isOver: () => boolean;
  #waiting: OutboxMessage[] = [];
  #failed: OutboxMessage[] = [];
  #inFlight = 0;
  #retryUs = FIRST_RETRY_US;
  #retry: Timer | undefined;
  #out: string[] = [];
  #forget: Timer | undefined;
  #idle: (() => void)[] = [];

  constructor(parts: { bus: Bus; store: Store; clock: Clock; isOver: () => boolean }) {
    this.#bus = parts.bus;
    this.#store = parts.store;
    this.#clock = parts.clock;
    this.#isOver = parts.isOver;
  }

  /** How many are not out yet. */
  get length(): number {
    return this.#waiting.length + this.#failed.length + this.#inFlight;
  }

  add(message: OutboxMessage): void {
    this.#waiting.push(message);
    this.#pump();
  }

  /** A message needs no more: some commit will forget it. */
  isOut(id: string): void {
    this.#out.push(id);
    this.#forget ??= this.#clock.schedule(this.#clock.monotonic() + FORGET_AFTER_US, () => {
      this.#commitOut();
    });
  }

  /** Ids that a commit may forget now. */
  takeOut(): readonly string[] | undefined {
    if (this.#out.length === 0) return undefined;
    const out = this.#out;
    this.#out = [];
    return out;
  }

  /** Tries again at once, as when the broker is back. */
  retryNow(): void {
    if (this.#retry === undefined) return;
    this.#retry.cancel();
    this.#again();
  }

  /** Calls back once everything is out and forgotten. */
  whenEmpty(done: () => void): void {
    if (this.length > 0) {
      this.#idle.push(done);
      return;
    }
    this.#commitOut();
    done();
  }

  close(): void {
    this.#retry?.cancel();
    this.#forget?.cancel();
  }

  #pump(): void {
    while (this.#failed.length === 0 && this.#inFlight < IN_FLIGHT) {
      const message = this.#waiting.shift();
      if (message === undefined) return;
      this.#inFlight += 1;
      const { subject, data, id, headers } = message;
      this.#bus.append(subject, data, { id, headers }, ({ ok }) => this.#settle(message, ok));
    }
  }

  #settle(message: OutboxMessage, isOut: boolean): void {
    if (this.#isOver()) return;
    this.#inFlight -= 1;
    if (isOut) {
      this.#retryUs = FIRST_RETRY_US;
      this.isOut(message.id);
    } else {
      this.#failed.push(message);
    }
    if (this.#failed.length === 0) this.#pump();
    else if (this.#inFlight === 0 && this.#retry === undefined) {
      const dueUs = this.#clock.monotonic() + this.#retryUs;
      this.#retry = this.#clock.schedule(dueUs, () => this.#again());
      this.#retryUs = Math.min(LAST_RETRY_US, this.#retryUs * 2);
    }
    if (this.#idle.length > 0 && this.length === 0) {
      this.#commitOut();
      for (const done of this.#idle.splice(0)) done();
    }
  }

  #again(): void {
    this.#retry = undefined;
    if (this.#isOver()) return;
    this.#waiting = [...this.#failed, ...this.#waiting];
    this.#failed = [];
    this.#pump();
  }

  #commitOut(): void {
    this.#forget?.cancel();
    this.#forget = undefined;
    if (this.#isOver()) return;
    const sent = this.takeOut();
    if (sent !== undefined) this.#store.commit({ sent });
  }
}
