import { cell } from '../air/cell.ts';
import { generate } from '../air/generate.ts';
import { grid } from '../air/grid.ts';
import { run } from '../air/run.ts';
import { site } from '../air/site.ts';
import { spectrum } from '../air/spectrum.ts';
import type { Command } from '../command.ts';
import { beganOption, dirOption, siteOptions } from '../live/site.ts';

export const air: Command = {
  name: 'air',
  summary: 'Measures scenes on the packet air; or runs the air of a scenario for live nodes.',
  usage: '--leaves NODE=URL,… [options]',
  examples: [
    'airguard air grid --n 16 --plan rr4',
    'airguard air --leaves ap1=nats://127.0.0.1:4223 --scenario office',
  ],
  subcommands: [cell, grid, site, generate, run, spectrum],
  options: {
    leaves: { about: 'The nodes it serves, each at its own broker', value: 'NODE=URL,…' },
    dir: dirOption,
    ...siteOptions,
    began: beganOption,
  },
  async run(args, output, stop) {
    // A scene needs neither brokers nor keys, which take long to load.
    const { runAir } = await import('../live/air-process.ts');
    return runAir(args, output, stop);
  },
};
