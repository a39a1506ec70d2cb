/** A message as the library hands it over, as the bus shows it. */
import type { Msg } from '@nats-io/transport-node';
import type { BusMessage, Headers } from './bus.ts';
import type { FrameWriter } from './nats-frames.ts';
import { headersText, readHeaders } from './nats-headers.ts';

export class ReceivedMessage implements BusMessage {
  readonly #frames: FrameWriter;
  readonly #message: Msg;

  constructor(frames: FrameWriter, message: Msg) {
    this.#frames = frames;
    this.#message = message;
  }
  get subject(): string {
    return this.#message.subject;
  }
  get data(): Uint8Array {
    return this.#message.data;
  }
  get headers(): Headers {
    return readHeaders(this.#message);
  }
  get wantsReply(): boolean {
    return this.#message.reply !== undefined && this.#message.reply !== '';
  }
  respond(data: Uint8Array, headers?: Headers): void {
    const { reply } = this.#message;
    if (reply === undefined || reply === '') return;
    this.#frames.publish(reply, data, '', headersText(headers));
  }
}

/**
 * The number that a subject ends in. It is read where it stands: the library would make text of the
 * whole subject for each answer, and does where it keeps its bytes elsewhere one day.
 */
export function tokenOf(message: Msg, from: number): number {
  const { _msg } = message as unknown as { _msg?: { subject?: unknown } };
  const bytes = _msg?.subject;
  if (!(bytes instanceof Uint8Array)) return Number(message.subject.slice(from));
  let token = 0;
  for (let at = from; at < bytes.length; at += 1) token = token * 10 + (bytes[at]! - 48);
  return token;
}
