import type { Command } from '../command.ts';
import { cae } from '../train/cae/command.ts';
import { classes } from '../train/classes/command.ts';
import { noise } from '../train/noise/command.ts';

export const train: Command = {
  name: 'train',
  summary: 'Trains the models that ship, from a seed.',
  usage: 'MODEL [options]',
  examples: ['airguard train cae --seed 1', 'airguard train classes --out edge/detector/models'],
  options: {},
  subcommands: [cae, classes, noise],
};
