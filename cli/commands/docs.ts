import * as fs from 'node:fs';
import * as path from 'node:path';
import { InputError } from '#protocols/errors.ts';
import type { Command, LazyCommand } from '../command.ts';
import { generatedDocs } from '../generated-docs.ts';

const root = path.join(import.meta.dirname, '..', '..');

/** Takes the list of commands, this one included, since they have a page too. */
export function docsOf(commands: readonly LazyCommand[]): Command {
  return {
    name: 'docs',
    summary: 'Writes the pages that are made from the code, or says which are out of date.',
    usage: '--check | --write',
    examples: ['airguard docs --check', 'airguard docs --write'],
    options: {
      check: { about: 'Exit 3 when a page differs from what the code says' },
      write: { about: 'Bring every page up to date' },
    },
    async run(args, output) {
      if (args.flag('check') === args.flag('write')) {
        throw new InputError('docs: expected either --check or --write');
      }
      const stale: string[] = [];
      for (const { file, make } of generatedDocs) {
        const place = path.join(root, file);
        const before = fs.existsSync(place) ? fs.readFileSync(place, 'utf8') : '';
        const text = await make(commands, before);
        if (before === text) continue;
        stale.push(file);
        if (args.flag('write')) {
          fs.mkdirSync(path.dirname(place), { recursive: true });
          fs.writeFileSync(place, text);
        }
      }
      const isWriting = args.flag('write');
      if (output.json) output.document(isWriting ? { written: stale } : { stale });
      else {
        for (const file of stale)
          output.line(`${file} ${isWriting ? 'written' : 'is out of date'}`);
        if (stale.length === 0) output.line(`${generatedDocs.length} pages are up to date`);
        else if (!isWriting) output.line('Bring them up to date with ./airguard docs --write');
      }
      return stale.length === 0 || isWriting ? 'held' : 'invariantBroke';
    },
  };
}
