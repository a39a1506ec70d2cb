import { loadTrust, makeOrLoadKeys } from '#agents/keys/key-files.ts';
import { approverNamed } from '../audit/approve.ts';
import type { Command } from '../command.ts';
import { keysDirectory, makeSiteKeys } from '../live/keys.ts';
import { dirOption, siteOf, siteOptions } from '../live/site.ts';
import { table } from '../table.ts';

export const keys: Command = {
  name: 'keys',
  summary: 'Makes the keys of a site where they are missing, and prints the public halves.',
  usage: '[options]',
  examples: ['airguard keys --scenario office'],
  options: {
    dir: dirOption,
    approver: {
      about: 'Makes a key, too, for one more person who approves what takes two',
      value: 'NAME',
    },
    ...siteOptions,
  },
  async run(args, output) {
    const dir = args.text('dir') ?? '.airguard';
    makeSiteKeys(
      dir,
      siteOf(args).layout.site.nodes.map(({ id }) => id),
    );
    const approver = args.text('approver');
    if (approver !== undefined) makeOrLoadKeys(keysDirectory(dir), [approverNamed(approver)]);
    const { principals } = loadTrust(keysDirectory(dir));
    if (output.json) output.document({ directory: keysDirectory(dir), principals });
    else {
      const rows = Object.entries(principals).map(([name, { ed25519, nkey }]) => [
        name,
        ed25519,
        nkey,
      ]);
      for (const line of table(rows)) output.line(line);
    }
    return 'held';
  },
};
