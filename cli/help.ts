/** Help, made from the commands' own tables. */
import { exitCodes } from '#protocols/errors.ts';
import { commonOptions } from './arguments.ts';
import type { Command, Option } from './command.ts';
import { LINE_WIDTH, wrap } from './wrap.ts';

export function overview(commands: readonly Command[]): string {
  return lines(
    'Usage: airguard COMMAND [options]',
    '',
    ...columns(commands.map(({ name, summary }) => [name, summary])),
    '',
    '`airguard COMMAND --help` tells more, with examples.',
    '',
    ...wrap(
      `Exit codes: ${Object.entries(exitCodes)
        .map(([what, code]) => `${code} ${words(what)}`)
        .join(', ')}.`,
    ),
  );
}

export function commandHelp(command: Command, path: readonly string[]): string {
  const { summary, usage, examples, options, subcommands = [] } = command;
  const listed = command.run === undefined ? {} : { ...options, ...commonOptions };
  return lines(
    ...wrap(summary),
    '',
    `Usage: ${path.join(' ')} ${usage}`.trimEnd(),
    ...titled(
      'Commands',
      subcommands.map((sub) => [`${sub.name} ${sub.usage}`.trim(), sub.summary]),
    ),
    ...titled('Options', Object.entries(listed).map(describeOption)),
    ...(examples.length === 0
      ? []
      : ['', 'Examples:', ...examples.map((example) => `  ${example}`)]),
  );
}

export function describeOption([name, option]: readonly [string, Option]): [string, string] {
  const value = option.value === undefined ? '' : ` ${option.value}`;
  const fallback = option.default === undefined ? '' : ` (default: ${option.default})`;
  return [`--${name}${value}`, `${option.about}${fallback}`];
}

function titled(title: string, rows: readonly (readonly [string, string])[]): string[] {
  return rows.length === 0 ? [] : ['', `${title}:`, ...columns(rows)];
}

/** What is too long for the left column stands on a line of its own. */
const LEFT_WIDTH = 24;

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const lengths = rows.map(([left]) => left.length).filter((length) => length <= LEFT_WIDTH);
  const width = Math.max(4, ...lengths);
  return rows.flatMap(([left, right]) => {
    const [first = '', ...rest] = wrap(right, ' '.repeat(width + 4), LINE_WIDTH);
    if (left.length > width) return [`  ${left}`, first, ...rest];
    return [`  ${left.padEnd(width)}  ${first.trimStart()}`, ...rest];
  });
}

/** `invariantBroke` as `invariant broke`. */
function words(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function lines(...all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}
