import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { InputError } from '#protocols/errors.ts';
import type { Command } from '../../command.ts';
import { table } from '../../table.ts';

const SCANS_MIN = 10_000;

export const noise: Command = {
  name: 'noise',
  summary: 'Finds from where on the noise of a frequency stands out, on generated scans.',
  usage: '[--seed N] [--scans N] [--out DIR]',
  examples: [
    'airguard train noise --out edge/detector/models',
    'airguard train noise --seed 2 --scans 20000 --json',
  ],
  options: {
    seed: {
      about: 'Decides everything drawn; 1 makes the shipped card',
      value: 'N',
      default: '1',
    },
    scans: { about: `Normal scans, ${SCANS_MIN} or more`, value: 'N', default: '100000' },
    out: { about: 'Where the card goes; nothing is written without it', value: 'DIR' },
  },
  positionals: { min: 0, max: 0 },
  async run(args, output, stop) {
    const scans = args.integer('scans') ?? 0;
    if (scans < SCANS_MIN) {
      throw new InputError(`--scans: expected ${SCANS_MIN} or more, came ${scans}`);
    }
    const { makeNoise, noiseText } = await import('./made.ts');
    const card = await makeNoise(args.integer('seed') ?? 1, scans, async (text) => {
      output.progress(text);
      // A signal is only heard between turns.
      await setImmediate();
      stop.throwIfAborted();
    }).catch((error: unknown) => {
      if (stop.aborted) return undefined;
      throw error;
    });
    if (card === undefined) return 'interrupted';
    const out = args.text('out');
    if (out !== undefined) {
      try {
        mkdirSync(out, { recursive: true });
        writeFileSync(join(out, 'noise.json'), `${JSON.stringify(card, null, 2)}\n`);
        writeFileSync(join(out, 'noise.md'), noiseText(card));
      } catch (cause) {
        const { message } = cause as Error;
        throw new InputError(`--out: expected a folder that can be written: ${message}`);
      }
    }
    if (output.json) {
      output.document(card);
      return 'held';
    }
    const { falseAlarms, found } = card.figures;
    const percent = (share: number) => `${(share * 100).toFixed(3)} %`;
    output.line(`threshold ${card.threshold}`);
    output.line('On generated scans that it was not found on:');
    const rows = [
      ['false alarms', percent(falseAlarms.rate), `of ${falseAlarms.frequencies} frequencies`],
      ...found.map(({ fromDb, scans: of, share }) => [
        `found, a sender from ${fromDb} dB on`,
        percent(share),
        `of ${of} scans`,
      ]),
    ];
    for (const text of table(rows, '  ')) output.line(text);
    if (out !== undefined) output.line(`wrote ${join(out, 'noise.json')} and noise.md`);
    return 'held';
  },
};
