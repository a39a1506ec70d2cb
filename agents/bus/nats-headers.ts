/** Headers of a NATS message, written by ourselves: half the cost of the library's general form. */
import type { Msg } from '@nats-io/transport-node';
import type { Headers } from './bus.ts';

const none: Headers = {};

/** The header that makes JetStream store a message once. */
export const MESSAGE_ID = 'Nats-Msg-Id';

/** The whole block of headers; empty when there are none. */
export function headersText(headers: Headers = none, id?: string): string {
  let text = id === undefined ? '' : `${MESSAGE_ID}: ${oneLine(id)}\r\n`;
  for (const name in headers) text += line(name, headers[name]!);
  return text === '' ? '' : `NATS/1.0\r\n${text}\r\n`;
}

export function readHeaders(message: Msg): Headers {
  const { headers } = message;
  if (headers === undefined) return none;
  const read: Record<string, string> = {};
  for (const [name, values] of headers) read[name] = values[0] ?? '';
  return read;
}

/** The status code of a message the broker itself sent: 503 nobody there, 408 nothing in time. */
export function statusOf(message: Msg): number {
  return message.data.length === 0 ? (message.headers?.code ?? 0) : 0;
}

function line(name: string, value: string): string {
  if (name === '' || name.includes(':')) {
    throw new RangeError(`a header's name holds no colon and is not empty, unlike '${name}'`);
  }
  return `${oneLine(name)}: ${oneLine(value)}\r\n`;
}

function oneLine(text: string): string {
  if (text.includes('\n') || text.includes('\r')) {
    throw new RangeError(`a header is one line, and '${text}' is not`);
  }
  return text;
}
