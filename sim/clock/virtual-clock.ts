/**
 * The world's time. It stands still while something runs and leaps to whatever is due next, so an
 * hour passes as fast as its events can be worked off. What is due at one microsecond runs in the
 * order of its tie, never in the order it was put in.
 */
import type { Clock, Tie, Timer } from '#protocols/clock.ts';
import { HostClock, type HostClockOptions } from './host-clock.ts';

/** Where a clock of a host stands between its own time and the world's. */
interface Pacer {
  /** World time at which the host's monotonic clock reads `dueUs`, or undefined when it never will. */
  worldDue(dueUs: number): number | undefined;
}

export class VirtualClock implements Clock {
  readonly #heap: Entry[] = [];
  /** Due time of the entry in the same place: most comparisons end here, without a pointer. */
  #due = new Float64Array(1024);
  #size = 0;
  /** Entries in the heap that were cancelled; the first is never one of them. */
  #cancelled = 0;
  #inserted = 0;
  #nowUs = 0;
  readonly #startsAtUs: number;

  /** `startsAtUs`: what the wall shows when the world begins, since the Unix epoch. */
  constructor(startsAtUs = 0) {
    this.#startsAtUs = startsAtUs;
  }

  now(): number {
    return this.#startsAtUs + this.#nowUs;
  }

  monotonic(): number {
    return this.#nowUs;
  }

  /** How many timers wait. */
  get pending(): number {
    return this.#size - this.#cancelled;
  }

  /** When the next timer is due; undefined when none waits. */
  get nextUs(): number | undefined {
    return this.#size === 0 ? undefined : this.#due[0];
  }

  /** `tie` is read at once and not kept. */
  schedule(dueUs: number, task: () => void, tie?: Tie): Timer {
    return this.#enter(dueUs, task, tie, undefined, 0);
  }

  /** A clock for one host: skewed, drifting, and able to jump. */
  hostClock(options: HostClockOptions = {}): HostClock {
    return new HostClock(this, options, (pacer, hostDueUs, task, tie) =>
      this.#enter(pacer.worldDue(hostDueUs) ?? this.#nowUs, task, tie, pacer, hostDueUs),
    );
  }

  /** Runs the next task; false when none waits. */
  step(): boolean {
    if (this.#size === 0) return false;
    const entry = this.#heap[0] as Entry;
    const dueUs = this.#due[0] as number;
    this.#removeFirst();
    this.#dropCancelled();
    this.#nowUs = dueUs;
    if (entry.pacer !== undefined) {
      // The host's pace may have changed since; a host never sees a timer before it is due.
      const worldDueUs = entry.pacer.worldDue(entry.hostDueUs);
      if (worldDueUs === undefined) {
        entry.task = undefined;
        return true;
      }
      if (worldDueUs > dueUs) {
        this.#push(entry, worldDueUs);
        return true;
      }
    }
    const { task } = entry;
    entry.task = undefined;
    task?.();
    return true;
  }

  /** Runs everything due until then, that instant included, and leaves the clock there. */
  run(untilUs: number): number {
    let ran = 0;
    while (this.#size > 0 && (this.#due[0] as number) <= untilUs) {
      this.step();
      ran += 1;
    }
    if (untilUs > this.#nowUs) this.#nowUs = untilUs;
    return ran;
  }

  /**
   * Called by an entry that waits and has just been cancelled. It stays until it comes first or the
   * cancelled are many: to find its place, every entry would have to be told of each of its moves.
   */
  forget(): void {
    this.#cancelled += 1;
    this.#dropCancelled();
    if (this.#cancelled > CANCELLED_MAX && this.#cancelled * 2 > this.#size) this.#compact();
  }

  #dropCancelled(): void {
    while (this.#size > 0 && (this.#heap[0] as Entry).task === undefined) {
      this.#cancelled -= 1;
      this.#removeFirst();
    }
  }

  #compact(): void {
    const heap = this.#heap;
    const size = this.#size;
    let kept = 0;
    for (let index = 0; index < size; index += 1) {
      const entry = heap[index] as Entry;
      if (entry.task !== undefined) this.#place(entry, this.#due[index] as number, kept++);
    }
    heap.length = kept;
    this.#size = kept;
    this.#cancelled = 0;
    // From the last that has children upwards.
    for (let index = (kept - 2) >> 2; index >= 0; index -= 1) {
      this.#siftDown(index, heap[index] as Entry, this.#due[index] as number);
    }
  }

  #enter(
    dueUs: number,
    task: () => void,
    tie: Tie | undefined,
    pacer: Pacer | undefined,
    hostDueUs: number,
  ): Entry {
    if (!(dueUs < Number.MAX_SAFE_INTEGER)) {
      throw new Error(`timer due at ${dueUs} µs: expected an integer of microseconds`);
    }
    const entry = new Entry(this, task, tie, this.#inserted, pacer, hostDueUs);
    this.#inserted += 1;
    this.#push(entry, dueUs > this.#nowUs ? Math.ceil(dueUs) : this.#nowUs);
    return entry;
  }

  #push(entry: Entry, dueUs: number): void {
    if (this.#size === this.#due.length) {
      const wider = new Float64Array(this.#size * 2);
      wider.set(this.#due);
      this.#due = wider;
    }
    this.#size += 1;
    this.#siftUp(this.#size - 1, entry, dueUs);
  }

  #removeFirst(): void {
    const last = this.#size - 1;
    this.#size = last;
    const entry = this.#heap.pop() as Entry;
    if (last > 0) this.#siftDown(0, entry, this.#due[last] as number);
  }

  /** Four children a place: half the levels of a binary heap for the same comparisons. */
  #siftUp(start: number, entry: Entry, dueUs: number): void {
    const heap = this.#heap;
    const due = this.#due;
    let index = start;
    while (index > 0) {
      const parent = (index - 1) >> 2;
      if (!this.#isBefore(entry, dueUs, parent)) break;
      this.#place(heap[parent] as Entry, due[parent] as number, index);
      index = parent;
    }
    this.#place(entry, dueUs, index);
  }

  #siftDown(start: number, entry: Entry, dueUs: number): void {
    const heap = this.#heap;
    const due = this.#due;
    const size = this.#size;
    let index = start;
    for (let first = 4 * index + 1; first < size; first = 4 * index + 1) {
      let least = first;
      let leastUs = due[first] as number;
      const end = Math.min(first + 4, size);
      for (let child = first + 1; child < end; child += 1) {
        const childUs = due[child] as number;
        if (
          childUs < leastUs ||
          (childUs === leastUs && precedes(heap[child] as Entry, heap[least] as Entry))
        ) {
          least = child;
          leastUs = childUs;
        }
      }
      if (leastUs > dueUs) break;
      const child = heap[least] as Entry;
      if (leastUs === dueUs && !precedes(child, entry)) break;
      this.#place(child, leastUs, index);
      index = least;
    }
    this.#place(entry, dueUs, index);
  }

  #isBefore(entry: Entry, dueUs: number, index: number): boolean {
    const otherUs = this.#due[index] as number;
    return dueUs < otherUs || (dueUs === otherUs && precedes(entry, this.#heap[index] as Entry));
  }

  #place(entry: Entry, dueUs: number, index: number): void {
    this.#heap[index] = entry;
    this.#due[index] = dueUs;
  }
}

/** A timer that waits; the only object made for it. */
class Entry implements Timer {
  readonly clock: VirtualClock;
  /** Undefined once it has run or was cancelled. */
  task: (() => void) | undefined;
  readonly target: string;
  readonly source: string;
  readonly seq: number;
  readonly inserted: number;
  readonly pacer: Pacer | undefined;
  readonly hostDueUs: number;

  constructor(
    clock: VirtualClock,
    task: () => void,
    tie: Tie | undefined,
    inserted: number,
    pacer: Pacer | undefined,
    hostDueUs: number,
  ) {
    this.clock = clock;
    this.task = task;
    this.target = tie === undefined ? '' : tie.target;
    this.source = tie === undefined ? '' : tie.source;
    this.seq = tie === undefined ? 0 : tie.seq;
    this.inserted = inserted;
    this.pacer = pacer;
    this.hostDueUs = hostDueUs;
  }

  cancel(): void {
    if (this.task === undefined) return;
    this.task = undefined;
    this.clock.forget();
  }
}

/** So many cancelled timers may lie about in any case. */
const CANCELLED_MAX = 1024;

function precedes(a: Entry, b: Entry): boolean {
  if (a.target !== b.target) return a.target < b.target;
  if (a.source !== b.source) return a.source < b.source;
  if (a.seq !== b.seq) return a.seq < b.seq;
  return a.inserted < b.inserted;
}
