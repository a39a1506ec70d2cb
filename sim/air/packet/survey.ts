/**
 * What radios did with their time, as `iw dev survey dump` tells it: kept for those alone that are asked
 * about. A radio hears of a frame when its preamble is read, so what it makes of the first 4 µs is known
 * afterwards, and times are put right then.
 */

const IDLE = 0;
const SENDING = 1;
const RECEIVING = 2;
const HELD = 3;

/** Since the run began, in ns. */
export interface Times {
  readonly sendingNs: number;
  /** While a frame was read, for whomever it was. */
  readonly receivingNs: number;
  /** Both, and while other energy held the medium. */
  readonly busyNs: number;
}

export class Survey {
  /** 1 for radios that are asked about. */
  readonly #isKept: Uint8Array;
  readonly #state: Uint8Array;
  readonly #since: Float64Array;
  /** By node and state. */
  readonly #spent: Float64Array;

  constructor(nodes: number, asked: Iterable<number>) {
    this.#isKept = new Uint8Array(nodes);
    for (const node of asked) this.#isKept[node] = 1;
    this.#state = new Uint8Array(nodes);
    this.#since = new Float64Array(nodes);
    this.#spent = new Float64Array(4 * nodes);
  }

  send(node: number, now: number): void {
    this.#become(node, SENDING, now);
  }
  /** It reads a frame that began then. */
  receive(node: number, since: number): void {
    this.#become(node, RECEIVING, since);
  }
  hold(node: number, now: number): void {
    this.#become(node, HELD, now);
  }
  rest(node: number, now: number): void {
    this.#become(node, IDLE, now);
  }

  /** Undefined of a radio that was not asked about. */
  times(node: number, now: number): Times | undefined {
    if (this.#isKept[node] === 0) return undefined;
    const spent = (state: number) => {
      const open = this.#state[node] === state ? Math.max(0, now - this.#since[node]!) : 0;
      return this.#spent[4 * node + state]! + open;
    };
    const [sendingNs, receivingNs] = [spent(SENDING), spent(RECEIVING)];
    return { sendingNs, receivingNs, busyNs: sendingNs + receivingNs + spent(HELD) };
  }

  #become(node: number, state: number, now: number): void {
    if (this.#isKept[node] === 0) return;
    const place = 4 * node + this.#state[node]!;
    // A frame's end reaches a radio up to a microsecond after it was sent, and events between were earlier.
    const at = Math.max(now, this.#since[node]!);
    this.#spent[place] = this.#spent[place]! + at - this.#since[node]!;
    this.#state[node] = state;
    this.#since[node] = at;
  }
}
