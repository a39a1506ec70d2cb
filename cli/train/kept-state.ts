/**
 * What a training has come to, in a file beside what it will write: a run that was interrupted, even
 * killed, goes on from there when the same command is given again, and ends with the same bytes.
 */
import { createHash } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { deserialize, serialize } from 'node:v8';
import { InputError } from '#protocols/errors.ts';
import { startStopwatch } from '../stopwatch.ts';

const DIGEST_BYTES = 32;

export interface KeptStateOptions {
  readonly file: string;
  /**
   * All that decides the result, as data: seed, counts, the hash of a graph. What another training left
   * is not gone on from.
   */
  readonly training: unknown;
  /** Between two writings; 0 writes every time. */
  readonly everySeconds?: number;
}

/** `State`: plain data and typed arrays. */
export class KeptState<State> {
  readonly file: string;
  readonly #training: string;
  readonly #everySeconds: number;
  #elapsed = startStopwatch();
  #found: State | undefined;

  /** Throws where the file is there and cannot be read. */
  constructor({ file, training, everySeconds = 20 }: KeptStateOptions) {
    this.file = file;
    this.#training = JSON.stringify(training);
    this.#everySeconds = everySeconds;
    this.#found = this.#read();
  }

  /** What an earlier run of the same training left; undefined when it begins anew. */
  get found(): State | undefined {
    return this.#found;
  }

  /** Writes it when it is time to, or `now`. */
  keep(state: () => State, now = false): void {
    if (!now && this.#elapsed().wallSeconds < this.#everySeconds) return;
    const bytes = serialize({ training: this.#training, state: state() });
    const digest = createHash('sha256').update(bytes).digest();
    const desk = `${this.file}.new`;
    writeFileSync(desk, Buffer.concat([digest, bytes]), { flush: true });
    renameSync(desk, this.file);
    this.#elapsed = startStopwatch();
  }

  /** The training is done: nothing is left to go on from. */
  remove(): void {
    this.#found = undefined;
    for (const file of [this.file, `${this.file}.new`]) rmSync(file, { force: true });
  }

  #read(): State | undefined {
    let bytes: Buffer;
    try {
      bytes = readFileSync(this.file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw new InputError(
        `the state of a training in ${this.file} cannot be read: ${(error as Error).message}`,
      );
    }
    const body = bytes.subarray(DIGEST_BYTES);
    const digest = createHash('sha256').update(body).digest();
    // Written whole or not at all: what is damaged was damaged since, and a training begins anew.
    if (!digest.equals(bytes.subarray(0, DIGEST_BYTES))) return undefined;
    const { training, state } = deserialize(body) as { training: string; state: State };
    return training === this.#training ? state : undefined;
  }
}
