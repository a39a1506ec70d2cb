/**
 * Keeps the process within the memory and the time it was given: what it does beside the radios is
 * switched off, the dearest first, and taken up again when there is room.
 */
import { type Clock, type Timer, US_PER_S } from '#protocols/clock.ts';
import type { Stages } from './stages.ts';

export interface Usage {
  readonly rssBytes: number;
  /** Since the process began, all threads. */
  readonly cpuUs: number;
}

export interface Limits {
  readonly memoryMb: number;
  /** Of one core. */
  readonly cpuPercent: number;
}

const EVERY_US = 10 * US_PER_S;
/** So often in a row beyond a limit, before something is given up: a peak is none. */
const PATIENCE = 3;
/** So often in a row well below it, before something is taken up again. */
const CALM = 12;
const CALM_SHARE = 0.8;

export class Budget {
  readonly #clock: Clock;
  readonly #limits: Limits;
  readonly #stages: Stages;
  /** In the order in which they are given up. */
  readonly #order: readonly string[];
  readonly #usage: () => Usage;
  readonly #given: string[] = [];
  #before: Usage;
  #above = 0;
  #below = 0;
  #timer: Timer;

  constructor(options: {
    readonly clock: Clock;
    readonly limits: Limits;
    readonly stages: Stages;
    readonly order: readonly string[];
    readonly usage: () => Usage;
  }) {
    this.#clock = options.clock;
    this.#limits = options.limits;
    this.#stages = options.stages;
    this.#order = options.order;
    this.#usage = options.usage;
    this.#before = options.usage();
    this.#timer = this.#arm();
  }

  stop(): void {
    this.#timer.cancel();
  }

  #arm(): Timer {
    const tie = { target: 'node', source: 'budget', seq: 0 };
    return this.#clock.schedule(this.#clock.monotonic() + EVERY_US, () => this.#look(), tie);
  }

  #look(): void {
    this.#timer = this.#arm();
    const usage = this.#usage();
    const memoryMb = usage.rssBytes / 1e6;
    const cpuPercent = ((usage.cpuUs - this.#before.cpuUs) / EVERY_US) * 100;
    this.#before = usage;
    const share = Math.max(memoryMb / this.#limits.memoryMb, cpuPercent / this.#limits.cpuPercent);
    this.#above = share > 1 ? this.#above + 1 : 0;
    this.#below = share < CALM_SHARE ? this.#below + 1 : 0;
    if (this.#above >= PATIENCE) this.#giveUp(memoryMb, cpuPercent);
    else if (this.#below >= CALM) this.#takeUp();
  }

  #giveUp(memoryMb: number, cpuPercent: number): void {
    const next = this.#order[this.#given.length];
    this.#above = 0;
    if (next === undefined) return;
    this.#given.push(next);
    const { memoryMb: mayMb, cpuPercent: mayPercent } = this.#limits;
    this.#stages.switchOff(
      next,
      `the process took ${Math.round(memoryMb)} of ${mayMb} MB and ${Math.round(cpuPercent)} of ${mayPercent} % of a core`,
    );
  }

  #takeUp(): void {
    this.#below = 0;
    const last = this.#given.pop();
    if (last !== undefined) this.#stages.switchOn(last);
  }
}
