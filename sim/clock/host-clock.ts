/**
 * A host's own clock over the world's: its crystal runs a little fast or slow, its wall is off by
 * some skew and may jump. One host clock lasts from one start of a host to its end.
 */
import type { Clock, Tie, Timer } from '#protocols/clock.ts';

export interface HostClockOptions {
  /** How far the wall is off when this clock begins. */
  readonly skewUs?: number;
  /** How much faster than the world it runs, parts per million. */
  readonly driftPpm?: number;
  /** A jump of the wall at a time of the world. */
  readonly jump?: { readonly atUs: number; readonly byUs: number };
}

/** What a host clock needs of the world's. */
interface World {
  now(): number;
  monotonic(): number;
  schedule(dueUs: number, task: () => void, tie?: Tie): Timer;
}

type Arm = (clock: HostClock, dueUs: number, task: () => void, tie: Tie | undefined) => Timer;

export class HostClock implements Clock {
  readonly #world: World;
  readonly #arm: Arm;
  /** World time, this clock's reading and the wall's when the pace last changed. */
  #fromWorldUs: number;
  #fromUs = 0;
  #wallOffsetUs: number;
  #pace: number;
  #stopped = false;

  constructor(world: World, options: HostClockOptions, arm: Arm) {
    this.#world = world;
    this.#arm = arm;
    this.#fromWorldUs = world.monotonic();
    this.#wallOffsetUs = world.now() + (options.skewUs ?? 0);
    this.#pace = 1 + (options.driftPpm ?? 0) / 1_000_000;
    const { jump } = options;
    if (jump !== undefined) world.schedule(jump.atUs, () => this.jump(jump.byUs));
  }

  now(): number {
    return this.#wallOffsetUs + this.monotonic();
  }

  monotonic(): number {
    const elapsedUs = this.#world.monotonic() - this.#fromWorldUs;
    return this.#fromUs + (this.#pace === 1 ? elapsedUs : Math.floor(elapsedUs * this.#pace));
  }

  schedule(dueUs: number, task: () => void, tie?: Tie): Timer {
    return this.#arm(this, dueUs, task, tie);
  }

  /** Sets the wall forward, or back when negative. Timers run on monotonic time and stay. */
  jump(byUs: number): void {
    this.#wallOffsetUs += byUs;
  }

  /** Changes the pace from now on, for waiting timers too. */
  drift(driftPpm: number): void {
    this.#fromUs = this.monotonic();
    this.#fromWorldUs = this.#world.monotonic();
    this.#pace = 1 + driftPpm / 1_000_000;
  }

  /** The host is gone: none of its timers runs any more. */
  stop(): void {
    this.#stopped = true;
  }

  /** World time at which `monotonic()` first reads `dueUs`; undefined once stopped. */
  worldDue(dueUs: number): number | undefined {
    if (this.#stopped) return undefined;
    const remainingUs = dueUs - this.#fromUs;
    if (this.#pace === 1) return this.#fromWorldUs + remainingUs;
    const worldUs = this.#fromWorldUs + Math.ceil(remainingUs / this.#pace);
    // The division rounds; the reading decides.
    return Math.floor((worldUs - this.#fromWorldUs) * this.#pace) < remainingUs
      ? worldUs + 1
      : worldUs;
  }
}
