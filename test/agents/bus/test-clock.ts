/** A virtual clock for tests of the bus: a heap ordered by due time, then by tie. */
import type { Clock, Tie, Timer } from '#protocols/clock.ts';

interface Task {
  readonly dueUs: number;
  readonly tie: Tie | undefined;
  readonly order: number;
  run: (() => void) | undefined;
}

export class TestClock implements Clock {
  #nowUs = 0;
  #order = 0;
  readonly #heap: Task[] = [];

  now(): number {
    return 1_700_000_000_000_000 + this.#nowUs;
  }

  monotonic(): number {
    return this.#nowUs;
  }

  schedule(dueUs: number, run: () => void, tie?: Tie): Timer {
    this.#order += 1;
    const task: Task = { dueUs: Math.max(dueUs, this.#nowUs), tie, order: this.#order, run };
    this.#heap.push(task);
    this.#rise(this.#heap.length - 1);
    return {
      cancel: () => {
        task.run = undefined;
      },
    };
  }

  /** Runs everything due within the next `ms`, and stands there. */
  advance(ms: number): void {
    this.advanceUntil(() => false, ms);
  }

  /** Runs until `isMet` or until `ms` have passed; says whether it was met. */
  advanceUntil(isMet: () => boolean, ms: number): boolean {
    const endUs = this.#nowUs + Math.round(ms * 1_000);
    while (!isMet()) {
      const [next] = this.#heap;
      if (next === undefined || next.dueUs > endUs) {
        this.#nowUs = endUs;
        return isMet();
      }
      this.#takeFirst();
      this.#nowUs = next.dueUs;
      next.run?.();
    }
    return true;
  }

  #takeFirst(): void {
    const last = this.#heap.pop()!;
    if (this.#heap.length === 0) return;
    this.#heap[0] = last;
    let index = 0;
    for (;;) {
      const left = index * 2 + 1;
      if (left >= this.#heap.length) return;
      const right = left + 1;
      const child =
        right < this.#heap.length && isBefore(this.#heap[right]!, this.#heap[left]!) ? right : left;
      if (!isBefore(this.#heap[child]!, this.#heap[index]!)) return;
      this.#swap(index, child);
      index = child;
    }
  }

  #rise(from: number): void {
    let index = from;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(this.#heap[index]!, this.#heap[parent]!)) return;
      this.#swap(index, parent);
      index = parent;
    }
  }

  #swap(one: number, other: number): void {
    const kept = this.#heap[one]!;
    this.#heap[one] = this.#heap[other]!;
    this.#heap[other] = kept;
  }
}

function isBefore(one: Task, other: Task): boolean {
  if (one.dueUs !== other.dueUs) return one.dueUs < other.dueUs;
  if (one.tie === undefined || other.tie === undefined) return one.order < other.order;
  if (one.tie.target !== other.tie.target) return one.tie.target < other.tie.target;
  if (one.tie.source !== other.tie.source) return one.tie.source < other.tie.source;
  if (one.tie.seq !== other.tie.seq) return one.tie.seq < other.tie.seq;
  return one.order < other.order;
}
