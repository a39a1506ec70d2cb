import { InputError } from '#protocols/errors.ts';
import type { Arguments, Command } from '../../command.ts';
import { table } from '../../table.ts';

export const cae: Command = {
  name: 'cae',
  summary: 'Trains the autoencoder of the detector on generated spectra, and judges it.',
  usage: '[options]',
  examples: [
    'airguard train cae --seed 1 --out models',
    'airguard train cae --examples 2048 --epochs 2 --judged 10 --out short --json',
  ],
  options: {
    seed: { about: 'Decides everything drawn', value: 'N', default: '1' },
    epochs: { about: 'Times that all examples are learned from', value: 'N', default: '10' },
    examples: {
      about: 'Tiles that are painted to learn from, 32 or more',
      value: 'N',
      default: '32768',
    },
    judged: { about: 'Tiles for each class and level, 10 or more', value: 'N', default: '60' },
    out: {
      about: 'Takes model, card, loss curve; its state while it trains',
      value: 'DIR',
      default: 'models',
    },
  },
  async run(args, output, stop) {
    const wish = {
      seed: args.integer('seed') ?? 1,
      epochs: atLeast(args, 'epochs', 1),
      examples: atLeast(args, 'examples', 32),
      judged: atLeast(args, 'judged', 10),
      directory: args.text('out') ?? 'models',
    };
    const { trainCae } = await import('./run.ts');
    const card = await trainCae(wish, output, stop);
    if (card === undefined) {
      output.note('stopped: the same command goes on from what was learned by now');
      return 'interrupted';
    }
    if (output.json) output.document(card);
    else {
      const { figures } = card;
      const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
      output.line('From generated spectra, from 10 dB on:');
      const rows = Object.entries(figures.detectionFrom10Db).map(([company, { score, plain }]) => [
        company,
        percent(score),
        percent(plain),
      ]);
      const alarms = figures.falseAlarms.map(({ band, rate, ratePlain }) => [
        `false alarms, ${band} GHz`,
        percent(rate),
        percent(ratePlain),
      ]);
      for (const text of table([['', 'score', 'plain error'], ...rows, ...alarms], '  ')) {
        output.line(text);
      }
      output.line(`${wish.directory}/cae.onnx: SHA-256 ${card.modelSha256}`);
    }
    return 'held';
  },
};

function atLeast(args: Arguments, name: string, least: number): number {
  const value = args.integer(name);
  if (value !== undefined && value >= least) return value;
  throw new InputError(`--${name}: expected ${least} or more, came ${value}`);
}
