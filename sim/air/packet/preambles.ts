/** Preambles that have come to a radio and are not decided on yet: some few, for 4 µs each. */

/** Preambles a radio can have in its window at once; more are noise. */
const PENDING_MAX = 16;

export class Preambles {
  readonly #nodes: number;
  readonly #count: Int32Array;
  readonly #from: Int32Array;
  readonly #mw: Float64Array;
  /** Receivers of a sender's preamble: from `sender · nodes` on, so many. */
  readonly receivers: Int32Array;
  readonly receiverCount: Int32Array;

  constructor(nodes: number) {
    this.#nodes = nodes;
    this.#count = new Int32Array(nodes);
    this.#from = new Int32Array(nodes * PENDING_MAX);
    this.#mw = new Float64Array(nodes * PENDING_MAX);
    this.receivers = new Int32Array(nodes * nodes);
    this.receiverCount = new Int32Array(nodes);
  }

  /** A sender begins: nobody has heard it yet, and it hears nobody. */
  begin(from: number): void {
    this.receiverCount[from] = 0;
    this.#count[from] = 0;
  }

  hear(node: number, from: number, mw: number): void {
    const held = this.#count[node]!;
    if (held === PENDING_MAX) return;
    const place = node * PENDING_MAX + held;
    this.#from[place] = from;
    this.#mw[place] = mw;
    this.#count[node] = held + 1;
    const count = this.receiverCount[from]!;
    this.receivers[from * this.#nodes + count] = node;
    this.receiverCount[from] = count + 1;
  }

  forget(node: number): void {
    this.#count[node] = 0;
  }

  has(node: number, from: number): boolean {
    const base = node * PENDING_MAX;
    const end = base + this.#count[node]!;
    for (let at = base; at < end; at += 1) if (this.#from[at] === from) return true;
    return false;
  }

  /** Takes it out of the window; its level if it was the strongest there, else 0. */
  take(node: number, from: number): number {
    const base = node * PENDING_MAX;
    const held = this.#count[node]!;
    this.#count[node] = held - 1;
    // Mostly it is alone.
    if (held === 1) return this.#mw[base]!;
    const last = base + held - 1;
    let place = last;
    let strongest = base;
    for (let at = base; at <= last; at += 1) {
      if (this.#from[at] === from) place = at;
      if (this.#mw[at]! > this.#mw[strongest]!) strongest = at;
    }
    const level = strongest === place ? this.#mw[place]! : 0;
    this.#from[place] = this.#from[last]!;
    this.#mw[place] = this.#mw[last]!;
    return level;
  }
}
