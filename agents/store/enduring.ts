/**
 * A store that goes on while its disk does not: what the file does not take is kept in memory, said in
 * `problem`, and written as soon as the disk takes it again. Until then the process must not end: the
 * file is that of before.
 */
import { type Clock, type Timer, US_PER_S } from '#protocols/clock.ts';
import type { Address } from '#protocols/ids.ts';
import { MemoryStore } from './memory.ts';
import type { Commit, InboxRecord, OutboxMessage, Store, StoredActor } from './store.ts';

/** A store that can be taken over by another. */
export interface Transferable extends Store {
  /** Everything it holds. */
  contents(): Iterable<Commit>;
  /** Holds that and nothing else: all of it, or it stays as it was. */
  replace(all: Iterable<Commit>): void;
}

export interface EnduringOptions {
  readonly disk: Transferable;
  readonly clock: Clock;
  /** One line when the disk fails, and one when it takes what is written again. */
  readonly say: (line: string) => void;
}

const AGAIN_US = 5 * US_PER_S;

export class EnduringStore implements Store {
  readonly #options: EnduringOptions;
  #memory: MemoryStore | undefined;
  #problem: string | undefined;
  #timer: Timer | undefined;

  constructor(options: EnduringOptions) {
    this.#options = options;
  }

  /** Why what is committed is in memory alone; undefined while it is on the disk. */
  get problem(): string | undefined {
    return this.#problem;
  }

  commit(change: Commit): void {
    this.#write((store) => store.commit(change));
  }

  prune(nowWallUs: number): void {
    this.#write((store) => store.prune(nowWallUs));
  }

  actors(): Iterable<StoredActor> {
    return this.#store.actors();
  }

  actor(address: Address): StoredActor | undefined {
    return this.#store.actor(address);
  }

  inbox(key: string): InboxRecord | undefined {
    return this.#store.inbox(key);
  }

  outbox(): Iterable<OutboxMessage> {
    return this.#store.outbox();
  }

  memory(address: Address): Iterable<readonly [key: string, value: unknown]> {
    return this.#store.memory(address);
  }

  meta(key: string): unknown {
    return this.#store.meta(key);
  }

  /** A last try, since what is in memory is lost then. */
  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#return();
    this.#options.disk.close();
  }

  get #store(): Store {
    return this.#memory ?? this.#options.disk;
  }

  #write(task: (store: Store) => void): void {
    if (this.#memory === undefined) {
      try {
        task(this.#options.disk);
        return;
      } catch (error) {
        if (!isOfDisk(error)) throw error;
        this.#leave(error as Error);
      }
    }
    task(this.#store);
  }

  /** What was committed before is still to be read: where it is not, the store has failed. */
  #leave({ message }: Error): void {
    const { disk, say } = this.#options;
    const memory = new MemoryStore();
    for (const change of disk.contents()) memory.commit(change);
    this.#memory = memory;
    this.#problem = `state is kept in memory alone: ${message}`;
    say(`store: ${this.#problem}`);
    this.#wait();
  }

  #wait(): void {
    const { clock } = this.#options;
    const tie = { target: 'node', source: 'store', seq: 0 };
    this.#timer = clock.schedule(
      clock.monotonic() + AGAIN_US,
      () => {
        if (!this.#return()) this.#wait();
      },
      tie,
    );
  }

  /** True when nothing is in memory alone. */
  #return(): boolean {
    if (this.#memory === undefined) return true;
    try {
      this.#options.disk.replace(this.#memory.contents());
    } catch (error) {
      if (!isOfDisk(error)) throw error;
      return false;
    }
    this.#memory = undefined;
    this.#problem = undefined;
    this.#options.say('store: state is on the disk again');
    return true;
  }
}

/** @see https://www.sqlite.org/rescode.html: READONLY, IOERR, FULL and CANTOPEN; the upper bits say more. */
const codesOfDisk = new Set([8, 10, 13, 14]);

/** The disk does not take it; a mistake of ours, or a damaged file, is none of these. */
function isOfDisk(error: unknown): boolean {
  const { errcode } = error as { readonly errcode?: unknown };
  return error instanceof Error && typeof errcode === 'number' && codesOfDisk.has(errcode & 0xff);
}
