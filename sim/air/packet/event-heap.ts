/**
 * What happens when: a binary heap of (time, what), in typed arrays. Among equal times the smaller
 * `what` comes first, so that the order depends on nothing else.
 */
/** Events are of up to sixteen kinds, each at a node, or of a flow. */
const KIND_BITS = 4;

/**
 * When a run begins. Beyond 2^31 V8 takes times for floats from the first event on; from zero it would take
 * them for small integers, and compile everything a second time after 2.1 s.
 */
export const START_NS = 4_294_967_296;

export function eventOf(node: number, kind: number): number {
  return (node << KIND_BITS) | kind;
}

export function nodeOf(event: number): number {
  return event >> KIND_BITS;
}

export function kindOf(event: number): number {
  return event & ((1 << KIND_BITS) - 1);
}

export class EventHeap {
  #times: Float64Array;
  #whats: Int32Array;
  #size = 0;

  constructor(capacity = 1_024) {
    this.#times = new Float64Array(capacity);
    this.#times[0] = Number.POSITIVE_INFINITY;
    this.#whats = new Int32Array(capacity);
  }

  /** Of the next event; infinity when there is none. */
  get time(): number {
    return this.#times[0]!;
  }

  /** Of the next event. */
  get what(): number {
    return this.#whats[0]!;
  }

  push(time: number, what: number): void {
    if (this.#size === this.#times.length) this.#grow();
    this.#size += 1;
    this.#rise(this.#size - 1, time, what);
  }

  pop(): void {
    this.#size -= 1;
    const last = this.#size;
    if (last > 0) this.#sink(this.#times[last]!, this.#whats[last]!);
    else this.#times[0] = Number.POSITIVE_INFINITY;
  }

  /** The next event comes later instead: one pass down where popping and pushing would take two. */
  postpone(time: number): void {
    this.#sink(time, this.#whats[0]!);
  }

  #rise(from: number, time: number, what: number): void {
    const times = this.#times;
    const whats = this.#whats;
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const parentTime = times[parent]!;
      if (parentTime < time || (parentTime === time && whats[parent]! < what)) break;
      times[at] = parentTime;
      whats[at] = whats[parent]!;
      at = parent;
    }
    times[at] = time;
    whats[at] = what;
  }

  /** Puts (time, what) in the place of the root. */
  #sink(time: number, what: number): void {
    const times = this.#times;
    const whats = this.#whats;
    const size = this.#size;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      const right = child + 1;
      let childTime = times[child]!;
      if (right < size) {
        const rightTime = times[right]!;
        if (rightTime < childTime || (rightTime === childTime && whats[right]! < whats[child]!)) {
          child = right;
          childTime = rightTime;
        }
      }
      if (time < childTime || (time === childTime && what < whats[child]!)) break;
      times[at] = childTime;
      whats[at] = whats[child]!;
      at = child;
    }
    times[at] = time;
    whats[at] = what;
  }

  #grow(): void {
    const times = new Float64Array(2 * this.#times.length);
    times.set(this.#times);
    this.#times = times;
    const whats = new Int32Array(times.length);
    whats.set(this.#whats);
    this.#whats = whats;
  }
}
