import { setImmediate } from 'node:timers/promises';
import { InputError } from '#protocols/errors.ts';
import type { Command } from '../../command.ts';
import { table } from '../../table.ts';
import { percent } from './card.ts';
import { keepIn, makeClasses, writeMade } from './made.ts';

export const classes: Command = {
  name: 'classes',
  summary: 'Trains the classifier of interferers on generated spectra, and says how good it is.',
  usage: '[--seed N] [--out DIR] [--scale SHARE]',
  examples: [
    'airguard train classes --out edge/detector/models',
    'airguard train classes --seed 2 --scale 0.1 --json',
  ],
  options: {
    seed: {
      about: 'Decides everything drawn; 1 makes the shipped model',
      value: 'N',
      default: '1',
    },
    out: {
      about: 'Where model and card go, and until then what is made; nothing is written without it',
      value: 'DIR',
    },
    scale: {
      about: 'Of the windows of the shipped model, 0.01 to 4',
      value: 'SHARE',
      default: '1',
    },
  },
  positionals: { min: 0, max: 0 },
  async run(args, output, stop) {
    const scale = Number(args.text('scale'));
    if (!(scale >= 0.01 && scale <= 4)) {
      throw new InputError(`--scale: expected 0.01 to 4, came '${args.text('scale')}'`);
    }
    const seed = args.integer('seed') ?? 1;
    const out = args.text('out');
    const kept = out === undefined ? undefined : keepIn(out, seed, scale);
    const say = async (text: string) => {
      output.progress(text);
      // A signal is only heard between turns.
      await setImmediate();
      stop.throwIfAborted();
    };
    const made = await makeClasses(seed, scale, say, kept).catch((error: unknown) => {
      if (stop.aborted) return undefined;
      throw error;
    });
    if (made === undefined) {
      kept?.close();
      if (out !== undefined)
        output.note('what was made is kept: the same command goes on from here');
      return 'interrupted';
    }
    const written = out === undefined ? [] : writeMade(made, out);
    kept?.remove();
    const { figures, modelHash, dataHash, modelBytes } = made.card;
    if (output.json) {
      output.document({ ...made.card, written });
      return 'held';
    }
    output.line(`model ${modelHash} (${modelBytes} bytes), data ${dataHash}`);
    output.line('On generated spectra that training did not see:');
    const rows = [
      ['one sender of 10 dB or more, alone', figures.single],
      ['two to four, each 10 dB over noise and the others', figures.mixed],
      ['false alarms on Wi-Fi and noise', figures.falseAlarms],
      ['kinds never seen, named unknown', figures.heldOut],
    ] as const;
    const cells = rows.map(([what, share]) => [what, percent(share), `of ${share.of}`]);
    for (const text of table(cells, '  ')) output.line(text);
    for (const name of written) output.line(`wrote ${out}/${name}`);
    return 'held';
  },
};
