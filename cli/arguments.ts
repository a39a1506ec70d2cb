/** The arguments of a command, read by its own table of options. */
import { parseArgs } from 'node:util';
import { parseDurationMs } from '#protocols/duration.ts';
import { InputError } from '#protocols/errors.ts';
import { nearest } from '#protocols/nearest.ts';
import type { Arguments, Command, Option } from './command.ts';

/** What every command takes. */
export const commonOptions: Readonly<Record<string, Option>> = {
  json: { about: 'One JSON document on stdout, everything else on stderr' },
  help: { about: 'This text' },
};

export function parseArguments(
  command: Command,
  path: readonly string[],
  args: readonly string[],
): Arguments {
  const options = { ...command.options, ...commonOptions };
  const name = path.join(' ');
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(
      Object.entries(options).map(([key, { value }]) => [
        key,
        { type: value === undefined ? ('boolean' as const) : ('string' as const) },
      ]),
    ),
    strict: false,
    tokens: true,
  });
  const values = new Map<string, string | true>();
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const option = options[token.name];
    if (option === undefined) throw unknownOption(name, token.rawName, Object.keys(options));
    values.set(token.name, givenValue(name, token, option));
  }
  checkCount(command, name, positionals);

  const text = (key: string) => {
    const option = options[key];
    if (option === undefined) throw new Error(`${name} reads --${key}, which it does not declare`);
    const value = values.get(key);
    return typeof value === 'string' ? value : option.default;
  };
  return {
    positionals,
    text,
    flag: (key) => values.get(key) === true,
    integer(key) {
      const value = text(key);
      if (value === undefined) return undefined;
      if (/^-?\d+$/.test(value) && Number.isSafeInteger(Number(value))) return Number(value);
      throw new InputError(`--${key}: expected a whole number, came '${value}'`);
    },
    durationMs(key) {
      const value = text(key);
      if (value === undefined) return undefined;
      const ms = parseDurationMs(value);
      if (ms !== undefined) return ms;
      throw new InputError(
        `--${key}: expected a duration like 60, 60s, 10m, 1h or 250ms, came '${value}'`,
      );
    },
  };
}

function givenValue(
  name: string,
  token: { readonly rawName: string; readonly value?: string | undefined },
  option: Option,
): string | true {
  if (option.value === undefined) {
    if (token.value === undefined) return true;
    throw new InputError(`${name}: ${token.rawName} takes no value, came '${token.value}'`);
  }
  if (token.value !== undefined) return token.value;
  throw new InputError(`${name}: expected ${option.value} after ${token.rawName}, came nothing`);
}

function unknownOption(name: string, came: string, known: readonly string[]): InputError {
  const near = nearest(came.replace(/^-+/, ''), known);
  const hint = near === undefined ? '' : ` (did you mean '--${near}'?)`;
  return new InputError(
    `${name}: unknown option '${came}'${hint}: expected ${known.map((key) => `--${key}`).join(', ')}`,
  );
}

function checkCount(command: Command, name: string, positionals: readonly string[]): void {
  const { min, max } = command.positionals ?? { min: 0, max: 0 };
  const usage = `usage: ${name} ${command.usage}`;
  if (positionals.length < min) {
    throw new InputError(
      `${name}: expected ${min} argument${min === 1 ? '' : 's'}, came ${positionals.length}; ${usage}`,
    );
  }
  if (positionals.length > max) {
    const expected = max === 0 ? 'no argument' : `at most ${max}`;
    throw new InputError(`${name}: expected ${expected}, came '${positionals[max]}'; ${usage}`);
  }
}
