/**
 * Requests over one inbox: a table says who waits under which token. That carries about four times
 * what the library's own requests do.
 *
 * A token whose answer has come is used again, for requests to the same subject alone: a broker with
 * `allow_responses` keeps every reply subject of a responder for as long as that may answer, and
 * nats-server 2.9 walks all of them at each message once there are 4,096. Who has answered may
 * answer there again, and can so speak for nobody but itself. A token that was given up is never
 * used again, since its answer may still come.
 */
import type { Msg } from '@nats-io/transport-node';
import type { BusDone, BusError, BusErrorCode, BusMessage, RequestOptions } from './bus.ts';
import { failed } from './nats-errors.ts';
import { statusOf } from './nats-headers.ts';

/** A request that waits for its answer. */
export interface Pending {
  readonly token: number;
  readonly subject: string;
  readonly options: RequestOptions;
  readonly done: BusDone<BusMessage>;
  readonly dueMs: number;
  /** Why it was not sent; it fails with that in the next turn. */
  readonly refusal: { ok: false; error: BusError } | undefined;
}

/** Subjects whose tokens are kept for another use; beyond that they are forgotten. */
const SUBJECTS_MAX = 10_000;

/** What setTimeout can wait for: 2^31 - 1 ms. */
const WAIT_MS_MAX = 2_147_483_647;

type Answer = Parameters<BusDone<BusMessage>>[0];

export class Requests {
  readonly #pending = new Map<number, Pending>();
  readonly #receive: (message: Msg) => BusMessage;
  /** Tokens that may be used again, by subject. */
  #free = new Map<string, number[]>();
  #count = 0;
  #onIdle: (() => void) | undefined;
  /** One timer for all, at the earliest due of any; making one a request costs more than the rest here. */
  #timer: NodeJS.Timeout | undefined;
  #timerDueMs = Number.POSITIVE_INFINITY;

  /** `receive` makes of a message what callers see. */
  constructor(receive: (message: Msg) => BusMessage) {
    this.#receive = receive;
  }

  /** Waits for an answer under a token. A request that was refused fails without being sent. */
  start(
    subject: string,
    options: RequestOptions,
    refusal: { ok: false; error: BusError } | undefined,
    done: BusDone<BusMessage>,
  ): Pending {
    const token = this.#tokenFor(subject);
    const dueMs = nowMs() + (refusal === undefined ? options.timeoutMs : 0);
    const pending: Pending = { token, subject, options, done, dueMs, refusal };
    this.#pending.set(token, pending);
    if (dueMs < this.#timerDueMs) this.#wakeAt(dueMs);
    return pending;
  }

  cancel(pending: Pending): void {
    if (this.#end(pending)) this.#rest();
  }

  answered(token: number, message: Msg): void {
    const pending = this.#pending.get(token);
    if (pending === undefined) return;
    if (statusOf(message) === 503) {
      this.#settle(pending, failed('no_responders', `nobody serves '${pending.subject}'`));
      return;
    }
    const answer = this.#receive(message);
    if (pending.options.isInterim?.(answer)) pending.options.onInterim?.(answer);
    else {
      this.#setFree(pending);
      this.#settle(pending, { ok: true, value: answer });
    }
  }

  /** The broker refused a subject: whoever waits on it waits in vain. */
  refused(subject: string, message: string): void {
    for (const pending of [...this.#pending.values()]) {
      if (pending.subject === subject) this.#settle(pending, failed('not_permitted', message));
    }
  }

  failAll(code: BusErrorCode, message: string): void {
    for (const pending of [...this.#pending.values()]) {
      this.#settle(pending, failed(code, message));
    }
  }

  whenIdle(onIdle: () => void): void {
    if (this.#pending.size === 0) onIdle();
    else this.#onIdle = onIdle;
  }

  #settle(pending: Pending, answer: Answer): void {
    if (!this.#end(pending)) return;
    pending.done(answer);
    this.#rest();
  }

  /** False when it had ended before; its token may be another's by now. */
  #end(pending: Pending): boolean {
    return this.#pending.get(pending.token) === pending && this.#pending.delete(pending.token);
  }

  #wakeAt(dueMs: number): void {
    clearTimeout(this.#timer);
    this.#timerDueMs = dueMs;
    this.#timer = undefined;
    if (dueMs === Number.POSITIVE_INFINITY) return;
    const waitMs = Math.min(Math.max(0, Math.ceil(dueMs - nowMs())), WAIT_MS_MAX);
    this.#timer = setTimeout(() => this.#sweep(), waitMs);
    // Whoever waits for an answer holds a connection, and that holds the process.
    if (waitMs > 0) this.#timer.unref();
  }

  /** Fails what is overdue, and waits for what is due next. */
  #sweep(): void {
    const now = nowMs();
    this.#timerDueMs = Number.POSITIVE_INFINITY;
    let nextMs = Number.POSITIVE_INFINITY;
    for (const pending of [...this.#pending.values()]) {
      const { dueMs, refusal, subject, options } = pending;
      if (dueMs > now) nextMs = Math.min(nextMs, dueMs);
      else {
        const late = `no answer to '${subject}' in ${options.timeoutMs} ms`;
        this.#settle(pending, refusal ?? failed('timed_out', late));
      }
    }
    // What was settled may have asked again, sooner than what was seen here.
    if (nextMs < this.#timerDueMs) this.#wakeAt(nextMs);
  }

  #tokenFor(subject: string): number {
    const free = this.#free.get(subject)?.pop();
    if (free !== undefined) return free;
    this.#count += 1;
    return this.#count;
  }

  #setFree({ token, subject }: Pending): void {
    const free = this.#free.get(subject);
    if (free !== undefined) {
      free.push(token);
      return;
    }
    if (this.#free.size >= SUBJECTS_MAX) this.#free = new Map();
    this.#free.set(subject, [token]);
  }

  #rest(): void {
    if (this.#pending.size > 0) return;
    const onIdle = this.#onIdle;
    this.#onIdle = undefined;
    onIdle?.();
  }
}

function nowMs(): number {
  // biome-ignore lint/plugin/real-time-and-chance: requests of a real broker time out in real time
  return performance.now();
}
