/**
 * Keeps one thing running: starts it again, a little later each time, when it ends without having
 * been told to.
 */
import { setTimeout as pause } from 'node:timers/promises';

/** What is kept: a process of ours or a broker. */
export interface Kept {
  readonly name: string;
  readonly pid: number | undefined;
  /** Resolves when it serves; rejects when it could not start. */
  start(): Promise<void>;
  /** In good order. */
  stop(): Promise<void>;
  /** As a power failure would. */
  kill(): Promise<void>;
}

export interface KeeperOptions {
  readonly onPid: (name: string, pid: number | undefined, before: number | undefined) => void;
  readonly say: (line: string) => void;
}

const FIRST_WAIT_MS = 200;
const LAST_WAIT_MS = 5_000;
/** Having served for so long, it is taken to be well again. */
const WELL_AFTER_MS = 10_000;

export class Keeper {
  readonly #kept: Kept;
  readonly #options: KeeperOptions;
  readonly #ending = new AbortController();
  #waitMs = FIRST_WAIT_MS;
  #well: NodeJS.Timeout | undefined;
  #held = 0;
  #isStarting = false;
  #pid: number | undefined;
  #restarts = 0;

  constructor(kept: Kept, options: KeeperOptions) {
    this.#kept = kept;
    this.#options = options;
  }

  get name(): string {
    return this.#kept.name;
  }

  get pid(): number | undefined {
    return this.#kept.pid;
  }

  get restarts(): number {
    return this.#restarts;
  }

  async start(): Promise<void> {
    this.#isStarting = true;
    try {
      await this.#kept.start();
    } finally {
      this.#isStarting = false;
      this.#note();
    }
    if (this.#ending.signal.aborted) await this.#kept.stop();
    this.#well = setTimeout(() => {
      this.#waitMs = FIRST_WAIT_MS;
    }, WELL_AFTER_MS).unref();
  }

  /** The thing says that it ended. */
  ended(how: string): void {
    clearTimeout(this.#well);
    this.#note();
    if (this.#ending.signal.aborted || this.#held > 0 || this.#isStarting) return;
    this.#options.say(`${this.name} ended (${how}); starting it again in ${this.#waitMs} ms`);
    void this.#again();
  }

  /** Kills it; it comes back when what is returned is called. */
  hold(): () => void {
    this.#held += 1;
    const killed = this.#kept.kill().then(() => this.#note());
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      void killed.then(() => {
        this.#held -= 1;
        if (this.#held === 0) void this.#again(0);
      });
    };
  }

  async stop(): Promise<void> {
    this.#ending.abort();
    clearTimeout(this.#well);
    await this.#kept.stop();
    this.#note();
  }

  async #again(waitMs = this.#waitMs): Promise<void> {
    const { signal } = this.#ending;
    for (let nextMs = waitMs; !signal.aborted; nextMs = this.#waitMs) {
      await pause(nextMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted || this.#held > 0) return;
      this.#waitMs = Math.min(LAST_WAIT_MS, 2 * this.#waitMs);
      this.#restarts += 1;
      try {
        await this.start();
        return;
      } catch (error) {
        this.#options.say((error as Error).message);
      }
    }
  }

  #note(): void {
    const { pid } = this.#kept;
    if (pid === this.#pid) return;
    const before = this.#pid;
    this.#pid = pid;
    this.#options.onPid(this.name, pid, before);
  }
}
