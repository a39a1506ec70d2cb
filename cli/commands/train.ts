import type { Command } from '../command.ts';
import { classes } from '../train/classes/command.ts';

export const train: Command = {
  name: 'train',
  summary: 'Trains the models of the edge.',
  usage: 'MODEL [options]',
  examples: ['airguard train classes --out edge/detector/models'],
  options: {},
  subcommands: [classes],
};
