import { InputError } from '#protocols/errors.ts';
import { nearest } from '#protocols/nearest.ts';
import type { Command } from '../command.ts';
import { measure, measureOptions } from '../measure-bench.ts';
import { textTable } from '../table.ts';
import { benchBandits } from './bench-bandits.ts';
import { benchDecide } from './bench-decide.ts';

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
  options: measureOptions,
  positionals: { min: 1, max: 1 },
  subcommands: [list, benchBandits, benchDecide],
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
    return measure(found, args, output, stop);
  },
};
