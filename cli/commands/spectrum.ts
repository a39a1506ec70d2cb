import type { Command } from '../command.ts';
import { decode } from '../spectrum/decode.ts';
import { plot } from '../spectrum/plot.ts';
import { watch } from '../spectrum/watch.ts';

export const spectrum: Command = {
  name: 'spectrum',
  summary: 'Reads, draws and watches the sweeps of a spectral scan.',
  usage: 'decode | plot | watch',
  examples: ['airguard spectrum decode camera.dump'],
  options: {},
  subcommands: [decode, plot, watch],
};
