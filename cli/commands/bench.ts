import { InputError } from '#protocols/errors.ts';
import { nearest } from '#protocols/nearest.ts';
import type { Command } from '../command.ts';
import { table, textTable } from '../table.ts';
import { benchBandits } from './bench-bandits.ts';

/** The list stands in `bench/`, which imports us; it is found when it is asked for. */
async function loadBenches() {
  return (await import('#bench/index.ts')).benches;
}

const list: Command = {
  name: 'list',
  summary: 'Lists the benchmarks.',
  usage: '',
  examples: ['airguard bench list'],
  options: {},
  async run(_, output) {
    const benches = await loadBenches();
    if (output.json)
      output.document({ benches: benches.map(({ name, about }) => ({ name, about })) });
    else {
      const rows = benches.map(({ name, about }) => [name, about]);
      for (const text of textTable(rows)) output.line(text);
    }
    return 'held';
  },
};

export const bench: Command = {
  name: 'bench',
  summary: 'Measures, and says whether the figures to reach are reached.',
  usage: 'NAME [--repeats N] [--all] [--strict]',
  examples: ['airguard bench office', 'airguard bench swarm --repeats 1 --json'],
  options: {
    repeats: { about: 'Runs of each measurement; the median counts', value: 'N', default: '5' },
    all: { about: 'Also what takes long: the large scenes of `air`' },
    strict: { about: 'Exit 4 when a row does not hold' },
  },
  positionals: { min: 1, max: 1 },
  subcommands: [list, benchBandits],
  async run(args, output, stop) {
    const benches = await loadBenches();
    const [name = ''] = args.positionals;
    const found = benches.find((one) => one.name === name);
    if (found === undefined) {
      const names = benches.map((one) => one.name);
      const near = nearest(name, names);
      throw new InputError(
        `unknown benchmark '${name}'${near === undefined ? '' : ` (did you mean '${near}'?)`}: expected ${names.join(', ')}`,
      );
    }
    const repeats = args.integer('repeats') ?? 5;
    if (repeats < 1) throw new InputError(`--repeats: expected at least 1, came ${repeats}`);
    const rows = await found.run({
      repeats,
      all: args.flag('all'),
      note: (text) => output.note(text),
    });
    if (output.json) output.document({ bench: name, rows });
    else {
      const cells = rows.map(({ what, value, unit, reach, holds }) => [
        what,
        `${Number(value.toPrecision(4))}${unit === '' ? '' : ` ${unit}`}`,
        reach ?? '',
        holds === null ? '' : holds ? 'holds' : 'does not hold',
      ]);
      for (const text of table([['what', 'value', 'reach', ''], ...cells])) output.line(text);
    }
    if (stop.aborted) return 'interrupted';
    return args.flag('strict') && rows.some(({ holds }) => holds === false)
      ? 'noConvergence'
      : 'held';
  },
};
