/**
 * Real time. The wall is the system's and may jump; `monotonic` counts from the making of the clock.
 * Timers wait in one heap behind a single timer of Node's, which fires on whole milliseconds.
 */
import type { Clock, Tie, Timer } from '#protocols/clock.ts';
import { US_PER_MS } from '#protocols/clock.ts';

interface Entry {
  readonly dueUs: number;
  readonly tie: Tie | undefined;
  readonly order: number;
  readonly task: () => void;
  isCancelled: boolean;
}

/** What setTimeout can wait for: 2^31 - 1 ms. */
const WAIT_MS_MAX = 2_147_483_647;

export class RealClock implements Clock {
  readonly #beganMs = readMonotonicMs();
  readonly #heap: Entry[] = [];
  #count = 0;
  #timer: NodeJS.Timeout | undefined;
  #timerDueUs = Number.POSITIVE_INFINITY;
  #isStopped = false;

  now(): number {
    // biome-ignore lint/plugin/real-time-and-chance: this is the clock of live processes
    return Date.now() * US_PER_MS;
  }

  monotonic(): number {
    return Math.floor((readMonotonicMs() - this.#beganMs) * US_PER_MS);
  }

  schedule(dueUs: number, task: () => void, tie?: Tie): Timer {
    this.#count += 1;
    const kept = tie && { target: tie.target, source: tie.source, seq: tie.seq };
    const entry: Entry = { dueUs, tie: kept, order: this.#count, task, isCancelled: false };
    this.#push(entry);
    this.#arm();
    return {
      cancel: () => {
        entry.isCancelled = true;
        if (this.#heap[0] === entry) this.#arm();
      },
    };
  }

  /** None of its timers runs any more. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#heap.length = 0;
  }

  #arm(): void {
    while (this.#heap[0]?.isCancelled) this.#pop();
    const dueUs = this.#heap[0]?.dueUs ?? Number.POSITIVE_INFINITY;
    if (dueUs === this.#timerDueUs || this.#isStopped) return;
    clearTimeout(this.#timer);
    this.#timerDueUs = dueUs;
    if (dueUs === Number.POSITIVE_INFINITY) return;
    const waitMs = Math.ceil((dueUs - this.monotonic()) / US_PER_MS);
    const boundMs = Math.max(0, Math.min(waitMs, WAIT_MS_MAX));
    this.#timer = setTimeout(() => this.#ring(), boundMs);
  }

  /** Runs what is due now; what these tasks add comes with the next turn. */
  #ring(): void {
    this.#timerDueUs = Number.POSITIVE_INFINITY;
    const nowUs = this.monotonic();
    const due: Entry[] = [];
    for (let first = this.#heap[0]; first !== undefined && first.dueUs <= nowUs; ) {
      due.push(this.#pop());
      first = this.#heap[0];
    }
    try {
      while (due.length > 0) {
        const entry = due.shift() as Entry;
        if (!entry.isCancelled && !this.#isStopped) entry.task();
      }
    } finally {
      // A task that threw ends the process, or, where that is caught, only itself.
      for (const entry of due) this.#push(entry);
      this.#arm();
    }
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let place = heap.length;
    heap.push(entry);
    while (place > 0) {
      const above = (place - 1) >> 1;
      if (!isBefore(entry, heap[above] as Entry)) break;
      heap[place] = heap[above] as Entry;
      place = above;
    }
    heap[place] = entry;
  }

  #pop(): Entry {
    const heap = this.#heap;
    const first = heap[0] as Entry;
    const last = heap.pop() as Entry;
    if (heap.length === 0) return first;
    let place = 0;
    for (;;) {
      let below = 2 * place + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && isBefore(heap[below + 1] as Entry, heap[below] as Entry)) {
        below += 1;
      }
      if (!isBefore(heap[below] as Entry, last)) break;
      heap[place] = heap[below] as Entry;
      place = below;
    }
    heap[place] = last;
    return first;
  }
}

function readMonotonicMs(): number {
  // biome-ignore lint/plugin/real-time-and-chance: this is the clock of live processes
  return performance.now();
}

function isBefore(one: Entry, other: Entry): boolean {
  if (one.dueUs !== other.dueUs) return one.dueUs < other.dueUs;
  return (compareTies(one.tie, other.tie) || one.order - other.order) < 0;
}

function compareTies(one: Tie | undefined, other: Tie | undefined): number {
  if (one === undefined || other === undefined) return 0;
  if (one.target !== other.target) return one.target < other.target ? -1 : 1;
  if (one.source !== other.source) return one.source < other.source ? -1 : 1;
  return one.seq - other.seq;
}
