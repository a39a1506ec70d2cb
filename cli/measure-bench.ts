/** Runs a benchmark and prints its rows, each with what is to be reached. */
import type { Bench, Row } from '#bench/bench.ts';
import { type ExitCode, InputError } from '#protocols/errors.ts';
import type { Arguments, Option, Output } from './command.ts';
import { table } from './table.ts';

export const measureOptions: Readonly<Record<string, Option>> = {
  repeats: { about: 'Runs of each measurement; the median counts', value: 'N', default: '5' },
  all: { about: 'Also what takes long: the large scenes of `air`' },
  strict: { about: 'Exit 4 when a row does not hold' },
};

export async function measure(
  bench: Bench,
  args: Arguments,
  output: Output,
  stop: AbortSignal,
): Promise<ExitCode> {
  const repeats = args.integer('repeats') ?? 5;
  if (repeats < 1) throw new InputError(`--repeats: expected at least 1, came ${repeats}`);
  const rows = await bench.run({
    repeats,
    all: args.flag('all'),
    note: (text) => output.note(text),
  });
  if (output.json) output.document({ bench: bench.name, rows });
  else for (const text of rowLines(rows)) output.line(text);
  if (stop.aborted) return 'interrupted';
  return args.flag('strict') && rows.some(({ holds }) => holds === false)
    ? 'noConvergence'
    : 'held';
}

export function rowLines(rows: readonly Row[]): string[] {
  const cells = rows.map(({ what, value, unit, reach, holds }) => [
    what,
    `${Number(value.toPrecision(4))}${unit === '' ? '' : ` ${unit}`}`,
    reach ?? '',
    holds === null ? '' : holds ? 'holds' : 'does not hold',
  ]);
  return table([['what', 'value', 'reach', ''], ...cells]);
}
