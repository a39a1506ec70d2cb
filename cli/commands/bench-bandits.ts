import { banditPolicies } from '#agents/bandits/index.ts';
import { InputError } from '#protocols/errors.ts';
import { nearest } from '#protocols/nearest.ts';
import type { Command } from '../command.ts';
import { measure, measureOptions } from '../measure-bench.ts';
import { table } from '../table.ts';

const names = [...banditPolicies.map(({ name }) => name), 'mctopm'];

export const benchBandits: Command = {
  name: 'bandits',
  summary: 'What bandits lose on a problem, and their speed; without one, the figures to reach.',
  usage: '[--problem PROBLEM] [--policy NAME,…] [options]',
  examples: [
    'airguard bench bandits',
    'airguard bench bandits --problem bernoulli:0.1,0.5,0.9 --policy thompson,kl-ucb --horizon 1000',
    'airguard bench bandits --problem changing',
    'airguard bench bandits --problem three-players --policy mctopm,kl-ucb --runs 50 --json',
  ],
  options: {
    problem: {
      about: 'bernoulli: and the means; nine, changing or three-players; or a YAML or JSON file',
      value: 'PROBLEM',
    },
    policy: { about: `Some of ${names.join(', ')}; all when left out`, value: 'NAME,…' },
    horizon: { about: 'Pulls of a run; the problem’s own when left out', value: 'N' },
    runs: { about: 'Runs of each policy; 200 when left out', value: 'N' },
    ...measureOptions,
    seed: { about: 'Decides everything drawn', value: 'N', default: '1' },
  },
  async run(args, output, stop) {
    const text = args.text('problem');
    if (['problem', 'policy', 'horizon', 'runs'].every((name) => args.text(name) === undefined)) {
      const { bench } = await import('#bench/bandits.ts');
      return measure(bench, args, output, stop);
    }
    const [{ problemOf }, { mcTopM, play, selfish }] = await Promise.all([
      import('#bench/bandits/problem.ts'),
      import('#bench/bandits/play.ts'),
    ]);
    const problem = problemOf(text ?? 'nine');
    const horizon = atLeastOne('horizon', args.integer('horizon') ?? problem.horizon);
    const runs = atLeastOne('runs', args.integer('runs') ?? 200);
    const seed = args.integer('seed') ?? 1;
    const rows = [];
    for (const name of chosen(args.text('policy'))) {
      if (stop.aborted) break;
      const policy = banditPolicies.find((one) => one.name === name);
      if (policy === undefined && problem.players === 1 && args.text('policy') === undefined)
        continue;
      output.progress(`${name}: ${runs} runs of ${horizon} pulls`);
      const seat = policy === undefined ? mcTopM : selfish(policy);
      rows.push(play(problem, name, seat, { horizon, runs, seed }));
      // One turn of the loop, so that Ctrl-C is heard between policies.
      await new Promise((resolve) => setImmediate(resolve));
    }
    output.progress('');
    if (output.json) output.document({ problem, horizon, runs, seed, rows });
    else {
      const cells = rows.map((row) => [
        row.policy,
        `${row.meanRegret.toFixed(1)} ± ${row.standardError.toFixed(1)}`,
        `${row.p10.toFixed(0)}–${row.p90.toFixed(0)}`,
        row.collisions.toFixed(0),
        `${(row.pullsPerCpuSecond / 1e6).toFixed(2)} M`,
      ]);
      const head = ['policy', 'regret', 'p10–p90', 'collisions', 'pulls a CPU second'];
      for (const line of table([head, ...cells])) output.line(line);
    }
    return stop.aborted ? 'interrupted' : 'held';
  },
};

function chosen(text: string | undefined): readonly string[] {
  if (text === undefined) return names;
  const asked = text.split(',').map((name) => name.trim());
  for (const name of asked) {
    if (names.includes(name)) continue;
    const near = nearest(name, names);
    const hint = near === undefined ? '' : ` (did you mean '${near}'?)`;
    throw new InputError(`--policy: unknown policy '${name}'${hint}: expected ${names.join(', ')}`);
  }
  return asked;
}

function atLeastOne(name: string, value: number): number {
  if (value >= 1) return value;
  throw new InputError(`--${name}: expected at least 1, came ${value}`);
}
