/**
 * The door of the drivers of real radios to their machine: commands of a closed table, and files of
 * sysfs and debugfs. Every operation calls back once, later, and never throws.
 */
import type { Outcome } from '#protocols/errors.ts';
import type { Command } from './commands.ts';

export interface CommandResult {
  /** Null when it could not be started or was ended by a signal. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What the kernel answered instead, `ENOENT` and the like. */
export interface FileError {
  readonly code: string;
  readonly path: string;
}

export type FileDone<Value> = (outcome: Outcome<Value, FileError>) => void;

/** A relay file of debugfs: reading consumes, and 0 bytes mean that there are none now. */
export interface Relay {
  /** How many bytes were put into `target`. One read at a time. */
  read(target: Uint8Array, done: FileDone<number>): void;
  close(): void;
}

export interface Following {
  onLine(line: string): void;
  /** It ended by itself: the daemon is gone, or could not be reached. */
  onEnd(why: string): void;
}

export interface PhyIo {
  run(command: Command, done: (result: CommandResult) => void): void;
  /** Runs a lasting command; the function returned ends it. */
  follow(command: Command, following: Following): () => void;
  readText(path: string, done: FileDone<string>): void;
  writeText(path: string, text: string, done: FileDone<void>): void;
  openRelay(path: string, done: FileDone<Relay>): void;
}
