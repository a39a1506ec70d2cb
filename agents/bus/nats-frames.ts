/**
 * Messages on their way out, each written as one piece into one buffer (`PUB` and `HPUB` of the
 * NATS client protocol). The library's own publishing makes three to five pieces of a message and
 * joins them afterwards.
 */
import type { NatsConnection } from '@nats-io/transport-node';

const BUFFER_BYTES = 64 * 1024;
/** At most: the verb, four spaces, two lengths, two line ends. */
const AROUND_BYTES = 40;

/** Where the library takes bytes that are ready to go; its types do not show it. */
interface Outlet {
  sendCommand(bytes: Uint8Array): void;
  flushPending(): void;
}

export class FrameWriter {
  readonly #connection: NatsConnection;
  readonly #sendBytes: number;
  readonly #outlet: Outlet;
  #buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  /** What stands before this was handed over, and the socket may still read it. */
  #start = 0;
  #end = 0;

  /**
   * A burst goes out in parts of `sendBytes`. Small ones keep the broker and whoever is behind it at
   * work while the rest is written; large ones cost fewer system calls.
   */
  constructor(connection: NatsConnection, sendBytes: number) {
    this.#connection = connection;
    this.#sendBytes = sendBytes;
    this.#outlet = (connection as unknown as { protocol: Outlet }).protocol;
  }

  /**
   * Goes out at the end of this turn, or sooner when much has gathered; to a closed connection it
   * does not go. `reply` is a subject of ours. `headers` is a whole block of them, as `headersText`
   * writes it, or empty.
   */
  publish(subject: string, data: Uint8Array, reply = '', headers = ''): void {
    if (this.#connection.isClosed()) return;
    const to = reply === '' ? oneWord(subject) : `${oneWord(subject)} ${reply}`;
    const headerBytes = headers === '' ? 0 : Buffer.byteLength(headers);
    const bytes = headerBytes + data.length;
    this.#makeRoom(AROUND_BYTES + 3 * to.length + bytes);
    const frame =
      headerBytes === 0
        ? `PUB ${to} ${bytes}\r\n`
        : `HPUB ${to} ${headerBytes} ${bytes}\r\n${headers}`;
    const buffer = this.#buffer;
    let at = this.#end + buffer.write(frame, this.#end);
    buffer.set(data, at);
    at += data.length;
    buffer[at] = 13;
    buffer[at + 1] = 10;
    this.#end = at + 2;
    if (this.#end - this.#start >= this.#sendBytes) this.flush();
  }

  flush(): void {
    if (this.#end === this.#start) return;
    const bytes = this.#buffer.subarray(this.#start, this.#end);
    this.#start = this.#end;
    this.#outlet.sendCommand(bytes);
    this.#outlet.flushPending();
  }

  #makeRoom(bytes: number): void {
    if (this.#end === this.#start) queueMicrotask(() => this.flush());
    if (this.#end + bytes <= this.#buffer.length) return;
    this.flush();
    this.#buffer = Buffer.allocUnsafeSlow(Math.max(BUFFER_BYTES, bytes));
    this.#start = 0;
    this.#end = 0;
  }
}

/** A blank in a subject would end it on the wire, and what follows would be read as something else. */
function oneWord(subject: string): string {
  if (subject !== '' && !/\s/.test(subject)) return subject;
  throw new RangeError(`a subject is one word, and '${subject}' is not`);
}
