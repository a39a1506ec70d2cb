import { createRandom } from '#agents/random/philox.ts';
import { methods } from '#cloud/coordinator/baselines/index.ts';
import { conflictsOf, costOf } from '#cloud/coordinator/baselines/instance.ts';
import type { Method } from '#cloud/coordinator/baselines/method.ts';
import { InputError } from '#protocols/errors.ts';
import { nearest } from '#protocols/nearest.ts';
import { problemOf } from '../assign/problem.ts';
import type { Command } from '../command.ts';
import { table } from '../table.ts';

const names = methods.map(({ name }) => name);

const list: Command = {
  name: 'list',
  summary: 'Lists the methods, with their sources.',
  usage: '',
  examples: ['airguard assign list'],
  options: {},
  async run(_, output) {
    const rows = methods.map(({ name, about, source }) => ({ name, about, source }));
    if (output.json) output.document({ methods: rows });
    else {
      const cells = rows.map(({ name, about, source }) => [name, `${about}. ${source}.`]);
      for (const line of table([['method', ''], ...cells])) output.line(line);
    }
    return 'held';
  },
};

export const assign: Command = {
  name: 'assign',
  summary: 'Solves one channel assignment: a weighted graph, a scene, or access points on a grid.',
  usage: 'FILE|grid:ROWSxCOLUMNS [--channels N] [--method NAME|all] [options]',
  examples: [
    'airguard assign grid:5x5 --channels 4',
    'airguard assign grid:4x4@25 --channels 3 --method all',
    'airguard assign graph.yaml --method dsatur --json',
    'airguard assign scene.yaml --country DE --band 5',
  ],
  options: {
    channels: { about: 'How many channels there are; 4 for a grid', value: 'N' },
    country: { about: 'Whose channels the radios of a scene may have', value: 'CC', default: 'DE' },
    band: { about: 'Of a scene; the one with the most radios when left out', value: '2.4|5|6' },
    method: { about: `One of ${names.join(', ')}, or all`, value: 'NAME', default: 'exact' },
    effort: { about: 'Steps that a search may take', value: 'N', default: '5000000' },
    seed: { about: 'Decides everything drawn', value: 'N', default: '1' },
  },
  positionals: { min: 1, max: 1 },
  subcommands: [list],
  async run(args, output) {
    const channels = args.integer('channels');
    if (channels !== undefined && channels < 1) {
      throw new InputError(`--channels: expected at least 1, came ${channels}`);
    }
    const effort = args.integer('effort') ?? 0;
    if (effort < 1) throw new InputError(`--effort: expected at least 1, came ${effort}`);
    const chosen = methodsNamed(args.text('method') ?? '');
    const country = args.text('country') ?? '';
    const wish = { country, band: args.text('band') };
    const { instance, channelNames } = problemOf(args.positionals[0]!, channels, wish);
    const random = createRandom(args.integer('seed') ?? 1);
    const solved = chosen.map((method) => {
      const options = { random: random.fork(method.name), effort };
      const { assignment, provenOptimal, bound } = method.solve(instance, options);
      return {
        method: method.name,
        assignment: [...assignment],
        cost: costOf(instance, assignment),
        conflicts: conflictsOf(instance, assignment),
        provenOptimal,
        bound,
      };
    });
    const [only] = solved;
    const named = channelNames === null ? {} : { names: instance.names, channelNames };
    if (output.json) {
      output.document(solved.length === 1 ? { ...only, ...named } : { methods: solved, ...named });
    } else {
      const cells = solved.map(({ method, cost, conflicts, provenOptimal, bound }) => [
        method,
        cost.toFixed(6),
        `${conflicts}`,
        provenOptimal ? 'no cheaper one exists' : bound > 0 ? `at least ${bound.toFixed(6)}` : '',
      ]);
      for (const line of table([['method', 'cost', 'conflicts', ''], ...cells])) output.line(line);
      if (solved.length === 1) {
        output.line();
        const places = instance.names.map((name, index) => {
          const channel = only!.assignment[index]!;
          return [name, channelNames?.[channel] ?? `${channel}`];
        });
        for (const line of table([['', 'channel'], ...places])) output.line(line);
      }
    }
    return 'held';
  },
};

function methodsNamed(name: string): readonly Method[] {
  if (name === 'all') return methods;
  const found = methods.find((method) => method.name === name);
  if (found !== undefined) return [found];
  const near = nearest(name, names);
  const hint = near === undefined ? '' : ` (did you mean '${near}'?)`;
  throw new InputError(
    `--method: unknown method '${name}'${hint}: expected ${names.join(', ')} or all`,
  );
}
