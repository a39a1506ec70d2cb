/**
 * The machine's door: child processes without a shell, and files. Only commands of the closed table
 * are run, whoever asks.
 */
import { execFile, spawn } from 'node:child_process';
import { close, open, read, readFile, writeFile } from 'node:fs';
import { createInterface } from 'node:readline';
import { type Command, isAllowed } from './commands.ts';
import type { CommandResult, FileDone, FileError, Following, PhyIo, Relay } from './io.ts';

/** A passive scan of all channels takes about 5 s; everything else, milliseconds. */
const TIMEOUT_MS = 15_000;
const OUTPUT_BYTES_MAX = 16 * 1024 * 1024;

export class NodeIo implements PhyIo {
  readonly #env: NodeJS.ProcessEnv;

  /** `searchPath`: where `iw` and `hostapd_cli` are looked for. */
  constructor(searchPath = '/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin') {
    // Words of a language other than English could not be read.
    this.#env = { PATH: searchPath, LC_ALL: 'C' };
  }

  run(command: Command, done: (result: CommandResult) => void): void {
    mustBeAllowed(command);
    const options = {
      env: this.#env,
      timeout: TIMEOUT_MS,
      maxBuffer: OUTPUT_BYTES_MAX,
      encoding: 'utf8',
    } as const;
    execFile(command.tool, command.args, options, (error, stdout, stderr) => {
      if (error === null) done({ code: 0, stdout, stderr });
      else
        done({ code: exitCodeOf(error), stdout, stderr: stderr === '' ? error.message : stderr });
    });
  }

  follow(command: Command, { onLine, onEnd }: Following): () => void {
    mustBeAllowed(command);
    const child = spawn(command.tool, command.args, {
      env: this.#env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let isOver = false;
    let said = '';
    const end = (why: string) => {
      if (isOver) return;
      isOver = true;
      onEnd(why);
    };
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (!isOver) onLine(line);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-1_000);
    });
    child.on('error', (error) => end(error.message));
    child.on('close', (code) => end(said.trim() === '' ? `exit code ${code}` : said.trim()));
    return () => {
      isOver = true;
      child.kill();
    };
  }

  readText(path: string, done: FileDone<string>): void {
    readFile(path, 'utf8', (error, text) => done(error ? failed(error, path) : ok(text)));
  }

  /** In one write, as control files want it. */
  writeText(path: string, text: string, done: FileDone<void>): void {
    // Without 'w': a control file is neither made nor cut.
    writeFile(path, text, { flag: 'r+' }, (error) =>
      done(error ? failed(error, path) : ok(undefined)),
    );
  }

  openRelay(path: string, done: FileDone<Relay>): void {
    open(path, 'r', (error, file) => done(error ? failed(error, path) : ok(relay(file, path))));
  }
}

function relay(file: number, path: string): Relay {
  let isReading = false;
  let isClosed = false;
  const shut = () => close(file, () => {});
  return {
    read(target, done) {
      isReading = true;
      read(file, target, 0, target.length, null, (error, bytes) => {
        isReading = false;
        if (isClosed) shut();
        done(error ? failed(error, path) : ok(bytes));
      });
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      // A number that is closed under a read could be another file by then.
      if (!isReading) shut();
    },
  };
}

function mustBeAllowed(command: Command): void {
  if (isAllowed(command)) return;
  throw new Error(`expected a command of the closed table, came ${command.tool} ${command.args}`);
}

function ok<Value>(value: Value) {
  return { ok: true, value } as const;
}

function failed(error: NodeJS.ErrnoException, path: string) {
  const fault: FileError = { code: error.code ?? error.message, path };
  return { ok: false, error: fault } as const;
}

/** Null when it could not be started, or was ended. */
function exitCodeOf(error: { readonly code?: number | string | null | undefined }): number | null {
  return typeof error.code === 'number' ? error.code : null;
}
