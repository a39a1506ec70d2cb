/** The machine itself, or a folder that looks like one: every path is taken below `root`. */
import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import { connect } from 'node:net';
import { join, resolve, sep } from 'node:path';
import { type Clock, US_PER_MS } from '#protocols/clock.ts';
import type { Outcome } from '#protocols/errors.ts';
import type { System, SystemError } from './system.ts';

export interface RootedOptions {
  /** `/` for the machine itself. */
  readonly root: string;
  readonly clock: Pick<Clock, 'now'>;
  readonly user: number;
  readonly nodeVersion: string;
}

const READ_MOST = 1_048_576;
const WITHIN_MS = 2_000;
const LINE_MOST = 65_536;

export function rootedSystem({ root, clock, user, nodeVersion }: RootedOptions): System {
  const base = resolve(root);
  const at = (path: string) => join(base, path);
  return {
    nodeVersion,
    user,
    nowMs: () => clock.now() / US_PER_MS,
    read: (path, limit = READ_MOST) => attempt(() => readSome(at(path), limit)),
    list: (path) => attempt(() => fs.readdirSync(at(path)).sort()),
    link: (path) => found(attempt(() => fs.readlinkSync(at(path)))),
    real(path) {
      const real = found(attempt(() => fs.realpathSync(at(path))));
      if (real === undefined || base === sep) return real;
      return real.startsWith(base + sep) ? real.slice(base.length) : real;
    },
    isWritable: (path) => attempt(() => fs.accessSync(at(path), fs.constants.W_OK)).ok,
    size: (path) => found(attempt(() => fs.statSync(at(path)).size)),
    space(path) {
      const stats = found(attempt(() => fs.statfsSync(at(path))));
      if (stats === undefined) return undefined;
      return { freeBytes: stats.bavail * stats.bsize, totalBytes: stats.blocks * stats.bsize };
    },
    run: (program, args) =>
      new Promise((done) => {
        // A prepared folder has its own answers, written where the program would be.
        const path = base === sep ? program : at(`/usr/bin/${program}`);
        execFile(path, [...args], { timeout: WITHIN_MS }, (error, output) =>
          done(error === null ? output.trim() : undefined),
        );
      }),
    greeting,
  };
}

/** Files of the kernel say nothing of their length, so they are read until the end or the limit. */
function readSome(path: string, limit: number): Uint8Array {
  // A named pipe would wait for its writer.
  const file = fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
  try {
    const bytes = new Uint8Array(limit);
    let length = 0;
    while (length < limit) {
      const read = fs.readSync(file, bytes, length, limit - length, null);
      if (read === 0) break;
      length += read;
    }
    return bytes.subarray(0, length);
  } finally {
    fs.closeSync(file);
  }
}

function greeting(host: string, port: number): Promise<Outcome<string, SystemError>> {
  return new Promise((done) => {
    const socket = connect({ host, port });
    let text = '';
    const end = (outcome: Outcome<string, SystemError>) => {
      socket.destroy();
      done(outcome);
    };
    socket.setTimeout(WITHIN_MS, () => end({ ok: false, error: { code: 'ETIMEDOUT' } }));
    socket.on('error', (error: NodeJS.ErrnoException) =>
      end({ ok: false, error: { code: error.code ?? error.message } }),
    );
    socket.on('end', () => end({ ok: false, error: { code: 'ECONNRESET' } }));
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      const line = text.indexOf('\n');
      if (line >= 0) end({ ok: true, value: text.slice(0, line).trim() });
      else if (text.length > LINE_MOST) end({ ok: false, error: { code: 'EPROTO' } });
    });
  });
}

function attempt<Value>(task: () => Value): Outcome<Value, SystemError> {
  try {
    return { ok: true, value: task() };
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    return { ok: false, error: { code } };
  }
}

function found<Value>(outcome: Outcome<Value, SystemError>): Value | undefined {
  return outcome.ok ? outcome.value : undefined;
}
