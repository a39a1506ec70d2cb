import type { Command } from '../command.ts';
import { importCommand } from '../recorder/import.ts';
import { list } from '../recorder/list.ts';
import { replay } from '../recorder/replay.ts';

export const recorder: Command = {
  name: 'recorder',
  summary: 'Recordings of raw spectrum: what there is, and playing it again.',
  usage: 'list | replay | import [options]',
  examples: [...list.examples, ...replay.examples],
  options: {},
  subcommands: [list, replay, importCommand],
};
