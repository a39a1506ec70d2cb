/** Starts and ends real nats-server processes. What was started here ends with this process. */
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer, connect as openSocket } from 'node:net';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

export interface BrokerOptions {
  /** The nats-server program. */
  readonly program: string;
  /** Where its configuration is written, readable by its owner alone since it may hold secrets. */
  readonly configFile: string;
  readonly config: string;
  /** Where it listens for clients. */
  readonly port: number;
  /** Each line it logs. */
  readonly onLog?: (line: string) => void;
  /** It ended without having been told to. */
  readonly onExit?: (code: number | null) => void;
}

export interface Broker {
  readonly port: number;
  readonly url: string;
  /** The process that runs now; undefined when none does. */
  readonly pid: number | undefined;
  /** Asks it to end and waits. */
  stop(): Promise<void>;
  /** Ends it as a power failure would. */
  kill(): Promise<void>;
  /** Starts it again on the same port and store. */
  start(): Promise<void>;
}

const READY_WITHIN_MS = 15_000;
const STOP_WITHIN_MS = 5_000;

const running = new Set<ChildProcess>();

/** Writes the configuration, starts the broker, and waits until it takes connections. */
export async function startBroker(options: BrokerOptions): Promise<Broker> {
  mkdirSync(dirname(options.configFile), { recursive: true });
  writeFileSync(options.configFile, options.config, { mode: 0o600 });
  chmodSync(options.configFile, 0o600);
  const broker = new NatsServer(options);
  await broker.start();
  return broker;
}

/** A port on loopback that nobody listens on now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port);
        else reject(new Error('the system gave no port'));
      });
    });
  });
}

class NatsServer implements Broker {
  readonly #options: BrokerOptions;
  #process: ChildProcess | undefined;
  #lastLog: string[] = [];

  constructor(options: BrokerOptions) {
    this.#options = options;
  }

  get port(): number {
    return this.#options.port;
  }

  get url(): string {
    return `nats://127.0.0.1:${this.#options.port}`;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  async start(): Promise<void> {
    if (this.#process !== undefined) return;
    const { program, configFile } = this.#options;
    // Its own group: Ctrl-C at the terminal reaches us alone, and we end it in good order.
    const child = spawn(program, ['-c', configFile], {
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#process = child;
    this.#lastLog = [];
    running.add(child);
    endAllOnExit();
    child.stderr.setEncoding('utf8');
    child.stderr.on('data', (text: string) => this.#log(text));
    let failure: Error | undefined;
    child.once('error', (error) => {
      failure = new Error(`nats-server could not be started: ${error.message}`, { cause: error });
      running.delete(child);
      this.#process = undefined;
    });
    child.once('exit', (code) => {
      running.delete(child);
      if (this.#process !== child) return;
      this.#process = undefined;
      failure = new Error(`nats-server ended with code ${code}: ${this.#lastLog.join(' | ')}`);
      this.#options.onExit?.(code);
    });
    for (let waitedMs = 0; waitedMs < READY_WITHIN_MS; waitedMs += 20) {
      if (failure !== undefined) throw failure;
      if (await isAnswering(this.port)) return;
      await pause(20);
    }
    await this.kill();
    throw new Error(`nats-server did not answer on port ${this.port} in ${READY_WITHIN_MS} ms`);
  }

  async stop(): Promise<void> {
    const child = this.#process;
    if (child === undefined) return;
    const ended = this.#end('SIGTERM');
    const abort = new AbortController();
    const late = pause(STOP_WITHIN_MS, 'late', { signal: abort.signal }).catch(() => 'ended');
    if ((await Promise.race([ended, late])) === 'late') child.kill('SIGKILL');
    abort.abort();
    await ended;
  }

  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  #end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#process;
    if (child === undefined) return Promise.resolve();
    this.#process = undefined;
    return new Promise((resolve) => {
      child.once('exit', () => resolve());
      if (child.exitCode !== null || child.signalCode !== null) resolve();
      else child.kill(signal);
    });
  }

  #log(text: string): void {
    for (const line of text.split('\n')) {
      if (line === '') continue;
      this.#lastLog = [...this.#lastLog.slice(-4), line];
      this.#options.onLog?.(line);
    }
  }
}

/** A server greets with `INFO` as soon as it takes connections, JetStream included. */
function isAnswering(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = openSocket({ port, host: '127.0.0.1' });
    const finish = (isThere: boolean) => {
      socket.destroy();
      resolve(isThere);
    };
    socket.setTimeout(500, () => finish(false));
    socket.once('error', () => finish(false));
    socket.once('data', (data) => finish(data.toString('latin1').startsWith('INFO ')));
  });
}

let isArmed = false;

function endAllOnExit(): void {
  if (isArmed) return;
  isArmed = true;
  process.on('exit', () => {
    for (const child of running) child.kill('SIGKILL');
  });
}
