/**
 * Requests over one inbox: a table says who waits under which token. That carries about four times
 * what the library's own requests do.
 */
import type { Msg } from '@nats-io/transport-node';
import type { BusDone, BusError, BusErrorCode, BusMessage, RequestOptions } from './bus.ts';
import { failed } from './nats-errors.ts';
import { statusOf } from './nats-headers.ts';

interface Pending {
  readonly subject: string;
  readonly options: RequestOptions;
  readonly done: BusDone<BusMessage>;
  readonly timer: NodeJS.Timeout;
}

type Answer = Parameters<BusDone<BusMessage>>[0];

export class Requests {
  readonly #pending = new Map<number, Pending>();
  readonly #receive: (message: Msg) => BusMessage;
  #count = 0;
  #onIdle: (() => void) | undefined;

  /** `receive` makes of a message what callers see. */
  constructor(receive: (message: Msg) => BusMessage) {
    this.#receive = receive;
  }

  /** Waits for an answer under a new token. A request that was refused fails without being sent. */
  start(
    subject: string,
    options: RequestOptions,
    refusal: { ok: false; error: BusError } | undefined,
    done: BusDone<BusMessage>,
  ): number {
    this.#count += 1;
    const token = this.#count;
    const { timeoutMs } = options;
    const late = refusal ?? failed('timed_out', `no answer to '${subject}' in ${timeoutMs} ms`);
    const timer = setTimeout(
      () => this.#settle(token, late),
      refusal === undefined ? timeoutMs : 0,
    );
    this.#pending.set(token, { subject, options, done, timer });
    return token;
  }

  cancel(token: number): void {
    clearTimeout(this.#pending.get(token)?.timer);
    if (this.#pending.delete(token)) this.#rest();
  }

  answered(token: number, message: Msg): void {
    const pending = this.#pending.get(token);
    if (pending === undefined) return;
    if (statusOf(message) === 503) {
      this.#settle(token, failed('no_responders', `nobody serves '${pending.subject}'`));
      return;
    }
    const answer = this.#receive(message);
    if (pending.options.isInterim?.(answer)) pending.options.onInterim?.(answer);
    else this.#settle(token, { ok: true, value: answer });
  }

  /** The broker refused a subject: whoever waits on it waits in vain. */
  refused(subject: string, message: string): void {
    for (const [token, pending] of [...this.#pending]) {
      if (pending.subject === subject) this.#settle(token, failed('not_permitted', message));
    }
  }

  failAll(code: BusErrorCode, message: string): void {
    for (const token of [...this.#pending.keys()]) this.#settle(token, failed(code, message));
  }

  whenIdle(onIdle: () => void): void {
    if (this.#pending.size === 0) onIdle();
    else this.#onIdle = onIdle;
  }

  #settle(token: number, answer: Answer): void {
    const pending = this.#pending.get(token);
    if (pending === undefined) return;
    clearTimeout(pending.timer);
    this.#pending.delete(token);
    pending.done(answer);
    this.#rest();
  }

  #rest(): void {
    if (this.#pending.size > 0) return;
    const onIdle = this.#onIdle;
    this.#onIdle = undefined;
    onIdle?.();
  }
}
