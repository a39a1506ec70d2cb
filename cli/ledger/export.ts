import * as fs from 'node:fs';
import { exportText } from '#agents/ledger/export.ts';
import { readChains } from '#agents/ledger/files.ts';
import { InputError } from '#protocols/errors.ts';
import type { Arguments, Command, Option } from '../command.ts';

/** Where the chains and the keys of their writers are found. */
export interface Whereabouts {
  readonly dir: Option;
  readonly keys: Option;
  readonly directoryOf: (args: Arguments) => string;
  readonly publicKeysFor: (
    directory: string,
    named: string | undefined,
  ) => Readonly<Record<string, Uint8Array>>;
}

export function exportCommand({ dir, keys, directoryOf, publicKeysFor }: Whereabouts): Command {
  return {
    name: 'export',
    summary: 'Writes every chain and the public keys of their writers into one file, to hand on.',
    usage: '--out FILE [--dir DIR] [--keys FILE]',
    examples: ['airguard ledger export --out hq.ledger'],
    options: { dir, keys, out: { about: 'The file to write', value: 'FILE' } },
    positionals: { min: 0, max: 0 },
    async run(args, output) {
      const out = args.text('out');
      if (out === undefined) throw new InputError('--out: expected a file to write, came nothing');
      const directory = directoryOf(args);
      const chains = readChains(directory);
      const known = publicKeysFor(directory, args.text('keys'));
      const publicKeys = Object.fromEntries(
        Object.entries(known).filter(([writer]) => chains.has(writer)),
      );
      const text = exportText(chains, publicKeys);
      write(out, text);
      const entries = [...chains.values()].reduce((sum, chain) => sum + chain.length, 0);
      if (output.json) {
        output.document({
          file: out,
          bytes: Buffer.byteLength(text),
          chains: chains.size,
          entries,
        });
      } else output.line(`${out}: ${chains.size} chains, ${entries} entries`);
      return 'held';
    },
  };
}

function write(path: string, text: string): void {
  try {
    fs.writeFileSync(path, text);
  } catch (cause) {
    throw new InputError(
      `${path}: expected a file that can be written: ${(cause as NodeJS.ErrnoException).code}`,
      'usage',
      { cause },
    );
  }
}
