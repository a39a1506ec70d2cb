/** A process of ours that runs one command of `airguard`, and what it says. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { exitCodes, InputError } from '#protocols/errors.ts';
import type { Kept } from './keeper.ts';
import { type Asked, Told } from './messages.ts';

export interface ChildOptions {
  readonly name: string;
  /** After `airguard`. */
  readonly args: readonly string[];
  readonly onTold: (message: Told) => void;
  readonly onLine: (line: string) => void;
  readonly onEnded: (how: string) => void;
}

const READY_WITHIN_MS = 30_000;
const STOP_WITHIN_MS = 5_000;

const main = join(import.meta.dirname, '..', 'main.ts');

export class Child implements Kept {
  readonly #options: ChildOptions;
  #process: ChildProcess | undefined;
  #lastLine = '';

  constructor(options: ChildOptions) {
    this.#options = options;
  }

  get name(): string {
    return this.#options.name;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  start(): Promise<void> {
    const { args, onTold, onLine, onEnded } = this.#options;
    // Its own group: Ctrl-C reaches the supervisor, which ends all in order.
    const child = spawn(process.execPath, [...process.execArgv, main, ...args], {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#process = child;
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on('line', (line) => {
        this.#lastLine = line;
        onLine(line);
      });
    }
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        child.kill('SIGKILL');
        reject(new Error(`it was not ready in ${READY_WITHIN_MS / 1_000} s`));
      }, READY_WITHIN_MS);
      child.on('message', (message) => {
        const told = Told.safeParse(message);
        if (!told.success) return;
        if (told.data.type === 'ready') {
          clearTimeout(late);
          resolve();
        }
        onTold(told.data);
      });
      child.once('error', reject);
      child.once('close', (code, signal) => {
        clearTimeout(late);
        if (this.#process === child) this.#process = undefined;
        const how = signal ?? `code ${code}`;
        reject(this.#whyNot(how, code));
        onEnded(how);
      });
    });
  }

  /** What the process said last is the reason; its exit code tells whose mistake it was. */
  #whyNot(how: string, code: number | null): Error {
    const said = this.#lastLine.replace(/^airguard: /, '');
    const text = `${this.name} did not start (${how})${said === '' ? '' : `: ${said}`}`;
    if (code === exitCodes.usage) return new InputError(text);
    if (code === exitCodes.notReachable) return new InputError(text, 'notReachable');
    return new Error(text);
  }

  async stop(): Promise<void> {
    const child = this.#process;
    if (child === undefined) return;
    const ended = onceClosed(child);
    if (child.connected) child.send({ type: 'stop' } satisfies Asked, () => {});
    else child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
    await ended;
    clearTimeout(late);
  }

  async kill(): Promise<void> {
    const child = this.#process;
    if (child === undefined) return;
    const ended = onceClosed(child);
    child.kill('SIGKILL');
    await ended;
  }
}

function onceClosed(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => child.once('close', () => resolve()));
}
