import { InputError } from '#protocols/errors.ts';
import type { Arguments, Command } from '../../command.ts';
import { table } from '../../table.ts';

const algorithms = ['mappo', 'ippo'] as const;

export const policy: Command = {
  name: 'policy',
  summary: 'Trains the policy that scores channels on generated sites, and judges it.',
  usage: '[options]',
  examples: [
    'airguard train policy --seed 1 --out models',
    'airguard train policy --sites 100 --epochs 2 --iterations 2 --judged 5 --out short --json',
  ],
  options: {
    seed: { about: 'Decides everything drawn', value: 'N', default: '1' },
    sites: { about: 'Sites to learn on from the teacher, 32 or more', value: 'N', default: '4500' },
    epochs: { about: 'Times that all of it is learned from', value: 'N', default: '16' },
    algorithm: {
      about: 'How reward is learned from: mappo judges by the whole site, ippo radio by radio',
      value: 'NAME',
      default: 'mappo',
    },
    iterations: { about: 'Of learning from reward; 0 leaves it out', value: 'N', default: '24' },
    judged: {
      about: 'Unseen sites of a table, 5 or more; three times as many where they are cheap',
      value: 'N',
      default: '20',
    },
    out: { about: 'Takes model, card and curve', value: 'DIR', default: 'models' },
  },
  async run(args, output, stop) {
    const wish = {
      seed: args.integer('seed') ?? 1,
      sites: atLeast(args, 'sites', 32),
      epochs: atLeast(args, 'epochs', 1),
      algorithm: algorithmNamed(args.text('algorithm') ?? ''),
      iterations: atLeast(args, 'iterations', 0),
      judged: atLeast(args, 'judged', 5),
      directory: args.text('out') ?? 'models',
    };
    const { trainPolicy } = await import('./run.ts');
    const card = await trainPolicy(wish, output, stop);
    if (card === undefined) {
      output.note('stopped before it had learned from the teacher: nothing was written');
      return 'interrupted';
    }
    if (output.json) output.document(card);
    else {
      const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
      for (const { about, sites, gaps } of [
        card.figures.small,
        card.figures.crowded,
        card.figures.free,
      ]) {
        output.line(`Utility lost on ${sites} generated sites of ${about}:`);
        const rows = gaps.map(({ method, gap }) => [
          method,
          percent(gap.mean),
          `${percent(gap.low)} to ${percent(gap.high)}`,
        ]);
        for (const text of table(rows, '  ')) output.line(text);
      }
      output.line(card.because);
      output.line(`${wish.directory}/policy.onnx: SHA-256 ${card.modelSha256}`);
    }
    return stop.aborted ? 'interrupted' : 'held';
  },
};

function algorithmNamed(name: string): (typeof algorithms)[number] {
  const found = algorithms.find((one) => one === name);
  if (found !== undefined) return found;
  throw new InputError(`--algorithm: expected ${algorithms.join(' or ')}, came '${name}'`);
}

function atLeast(args: Arguments, name: string, least: number): number {
  const value = args.integer(name);
  if (value !== undefined && value >= least) return value;
  throw new InputError(`--${name}: expected ${least} or more, came ${value}`);
}
