import type { ExitCode } from '#protocols/errors.ts';

/** One option, as `--name VALUE`, or `--name` when it is a flag. */
export interface Option {
  readonly about: string;
  /** The placeholder shown in help; a flag has none. */
  readonly value?: string;
  readonly default?: string;
}

export interface Arguments {
  readonly positionals: readonly string[];
  /** Undefined when not given and without default. */
  text(name: string): string | undefined;
  flag(name: string): boolean;
  /** Parses or throws an `InputError` with exit code `usage`. */
  integer(name: string): number | undefined;
  /** `60`, `60s`, `10m`, `1h`, `250ms`, as milliseconds. */
  durationMs(name: string): number | undefined;
}

/** Where a command writes. Progress and logs go to stderr; with `--json`, one document to stdout. */
export interface Output {
  readonly json: boolean;
  /** True when stderr is a terminal, so that a line may be redrawn. */
  readonly live: boolean;
  line(text?: string): void;
  document(value: unknown): void;
  /** Replaces the last progress line on a terminal; silent elsewhere. */
  progress(text: string): void;
  /** A log line on stderr. */
  note(text: string): void;
}

export interface Command {
  readonly name: string;
  readonly summary: string;
  /** After `airguard <name>`, such as `SCENARIO [options]`. */
  readonly usage: string;
  readonly examples: readonly string[];
  readonly options: Readonly<Record<string, Option>>;
  /** Sub-commands by name, for `tools list` and the like; a command has these or `run`. */
  readonly subcommands?: readonly Command[];
  /** How many positionals it takes. */
  readonly positionals?: { readonly min: number; readonly max: number };
  readonly run?: (args: Arguments, output: Output, stop: AbortSignal) => Promise<ExitCode>;
}

/** A command that is loaded only when it is called, so that each starts quickly. */
export interface LazyCommand {
  readonly name: string;
  load(): Promise<Command>;
}
