/**
 * Time, as a host sees it. Each process makes one clock and hands it down; nobody reads another.
 *
 * Both readings are integer microseconds. `now` is the wall clock (since the Unix epoch) and may
 * jump; `monotonic` counts since this clock began and never goes back.
 */
export interface Clock {
  now(): number;
  monotonic(): number;
  /**
   * Runs `task` when `monotonic()` reaches `dueUs`, at once (but not before this call returns) when
   * that is past. Tasks due at the same time run in the order of `tie`.
   */
  schedule(dueUs: number, task: () => void, tie?: Tie): Timer;
}

/** Orders what falls on one microsecond: by target, then source, then the source's own count. */
export interface Tie {
  readonly target: string;
  readonly source: string;
  readonly seq: number;
}

export interface Timer {
  cancel(): void;
}

export const US_PER_MS = 1_000;
export const US_PER_S = 1_000_000;
