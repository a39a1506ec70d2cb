/** What the doctor may ask of a machine. It only reads, and starts nothing but the programs named. */
import type { Outcome } from '#protocols/errors.ts';

/** What the operating system answered instead, `ENOENT` and the like. */
export interface SystemError {
  readonly code: string;
}

export interface Space {
  readonly freeBytes: number;
  readonly totalBytes: number;
}

export type Program = 'timedatectl' | 'chronyc';

export interface System {
  /** `24.21.0`. */
  readonly nodeVersion: string;
  /** 0 is root. */
  readonly user: number;
  nowMs(): number;
  /** Paths are absolute. At most `limit` bytes, from the beginning. */
  read(path: string, limit?: number): Outcome<Uint8Array, SystemError>;
  /** Names in a folder, in order. */
  list(path: string): Outcome<readonly string[], SystemError>;
  /** Where a symbolic link points, as it is written. */
  link(path: string): string | undefined;
  /** The path without symbolic links; undefined when there is nothing. */
  real(path: string): string | undefined;
  isWritable(path: string): boolean;
  size(path: string): number | undefined;
  space(path: string): Space | undefined;
  /** Its output; undefined when it cannot be run or fails. */
  run(program: Program, args: readonly string[]): Promise<string | undefined>;
  /** The first line that a server sends by itself. */
  greeting(host: string, port: number): Promise<Outcome<string, SystemError>>;
}

/** A small file as text; undefined when it cannot be read. */
export function textOf(system: System, path: string, limit = 65_536): string | undefined {
  const bytes = system.read(path, limit);
  return bytes.ok ? Buffer.from(bytes.value).toString('utf8').trim() : undefined;
}
