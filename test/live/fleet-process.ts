/** An `airguard up` for a test: a process of its own on a directory of its own. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isAlive, readUpState, type UpState } from '#cli/live/state.ts';

const root = join(import.meta.dirname, '..', '..');
const main = join(root, 'cli', 'main.ts');

export interface Answer {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one command to its end. */
export function airguard(...args: string[]): Answer {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    encoding: 'utf8',
    cwd: root,
    timeout: 60_000,
  });
  return { code: status, stdout, stderr };
}

export class UpProcess {
  readonly dir = mkdtempSync(join(tmpdir(), 'airguard-up-'));
  readonly #process: ChildProcess;
  readonly #ended: Promise<number | null>;
  output = '';
  stdout = '';

  constructor(...args: string[]) {
    this.#process = spawn(process.execPath, [main, 'up', ...args, '--dir', this.dir], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const child = this.#process;
    child.stdout?.on('data', (data) => {
      this.output += data;
      this.stdout += data;
    });
    child.stderr?.on('data', (data) => {
      this.output += data;
    });
    this.#ended = new Promise((resolve) => child.once('close', (code) => resolve(code)));
  }

  /** Waits until everything runs. */
  async started(): Promise<UpState> {
    await this.until(
      () => this.output.includes('Ctrl-C ends everything'),
      'a fleet that runs',
      30_000,
    );
    return this.state();
  }

  state(): UpState {
    const state = readUpState(this.dir);
    assert(state !== undefined, 'up.json is there as long as the fleet runs');
    return state;
  }

  async until(isMet: () => boolean, what: string, withinMs = 20_000): Promise<void> {
    const endMs = Date.now() + withinMs;
    while (!isMet()) {
      const { exitCode } = this.#process;
      if (Date.now() > endMs || exitCode !== null) {
        assert.fail(`no ${what} (exit ${exitCode}); it said:\n${this.output}`);
      }
      await pause(50);
    }
  }

  async end(signal: NodeJS.Signals): Promise<number | null> {
    this.#process.kill(signal);
    return this.#ended;
  }

  ended(): Promise<number | null> {
    return this.#ended;
  }

  /** The tool of an actor, called as the operator from another process. */
  call(address: string, tool: string, input: unknown = {}): Answer {
    return airguard(
      'tools',
      'call',
      address,
      tool,
      '--input',
      JSON.stringify(input),
      '--dir',
      this.dir,
      '--json',
    );
  }

  /** What the air was told, in order: every real change of a radio. */
  orders(): { readonly radio: string; readonly channel?: { primaryMhz: number } | null }[] {
    return lines(join(this.dir, 'air', 'orders.jsonl'));
  }

  ledger(
    writer: string,
  ): { readonly kind: string; readonly index: number; readonly reason: string }[] {
    return lines(join(this.dir, 'ledger', `${writer}.jsonl`));
  }

  async remove(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      await this.end('SIGINT');
    }
    rmSync(this.dir, { recursive: true, force: true });
  }
}

function lines<Entry>(file: string): Entry[] {
  try {
    const text = readFileSync(file, 'utf8');
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Entry);
  } catch {
    return [];
  }
}

/** Every process of a fleet that still runs. */
export function survivors(state: UpState): number[] {
  const pids = [
    state.pid,
    state.hub.pid,
    state.cloudPid,
    state.airPid,
    ...state.nodes.flatMap(({ pid, brokerPid }) => [pid, brokerPid]),
  ];
  return pids.filter((pid): pid is number => pid !== null && isAlive(pid));
}

export function portsOf(state: UpState): number[] {
  const port = (url: string) => Number(new URL(url).port);
  return [
    port(state.hub.natsUrl),
    state.hub.leafPort,
    ...state.nodes.flatMap(({ natsUrl, linkPort }) => [port(natsUrl), linkPort]),
  ];
}

export function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
