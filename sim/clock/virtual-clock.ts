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
    return this.#size;
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
    this.#removeAt(0);
    this.#nowUs = dueUs;
    if (entry.pacer !== undefined) {
      // The host's pace may have changed since; a host never sees a timer before it is due.
      const worldDueUs = entry.pacer.worldDue(entry.hostDueUs);
      if (worldDueUs === undefined) return true;
      if (worldDueUs > dueUs) {
        this.#push(entry, worldDueUs);
        return true;
      }
    }
    entry.task();
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

  /** Called by an entry that is in the heap. */
  remove(entry: Entry): void {
    if (entry.index >= 0) this.#removeAt(entry.index);
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

  #removeAt(index: number): void {
    (this.#heap[index] as Entry).index = -1;
    const last = this.#size - 1;
    this.#size = last;
    const entry = this.#heap.pop() as Entry;
    if (index === last) return;
    const dueUs = this.#due[last] as number;
    if (index > 0 && this.#isBefore(entry, dueUs, (index - 1) >> 2)) {
      this.#siftUp(index, entry, dueUs);
    } else {
      this.#siftDown(index, entry, dueUs);
    }
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
    entry.index = index;
  }
}

/** A timer that waits; the only object made for it. */
class Entry implements Timer {
  /** Its place in the heap; -1 once it has run or was cancelled. */
  index = -1;
  readonly clock: VirtualClock;
  readonly task: () => void;
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
    this.clock.remove(this);
  }
}

function precedes(a: Entry, b: Entry): boolean {
  if (a.target !== b.target) return a.target < b.target;
  if (a.source !== b.source) return a.source < b.source;
  if (a.seq !== b.seq) return a.seq < b.seq;
  return a.inserted < b.inserted;
}
