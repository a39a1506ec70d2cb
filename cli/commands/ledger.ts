import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { keyringOf } from '#agents/keys/ed25519.ts';
import { readAnchors, readChains, readPublicKeys } from '#agents/ledger/files.ts';
import { type ChainVerdict, verifyLedger } from '#agents/ledger/verify.ts';
import { InputError } from '#protocols/errors.ts';
import { LedgerEntry } from '#protocols/ledger.ts';
import type { Keyring } from '#protocols/verdict.ts';
import type { Arguments, Command, Option } from '../command.ts';
import { exportCommand } from '../ledger/export.ts';
import { verifyFile } from '../ledger/verify-file.ts';

const defaultDirectory = join('.airguard', 'ledger');

const dir: Option = {
  about: 'Directory with <writer>.jsonl files',
  value: 'DIR',
  default: defaultDirectory,
};
const keys: Option = {
  about: 'Public keys of the writers; trust.json in DIR, or in keys/ beside it, by default',
  value: 'FILE',
};
const writer: Option = { about: 'Only this chain', value: 'NAME' };

const verify: Command = {
  name: 'verify',
  summary: 'Verifies every chain: rewriting, gaps, and, against heads kept elsewhere, cut ends.',
  usage: '[--dir DIR] [--keys FILE] [--head FILE] | FILE --key PUB',
  examples: [
    'airguard ledger verify',
    'airguard ledger verify --head heads.json',
    'airguard ledger verify hq.ledger --key cloud.pub',
  ],
  options: {
    dir,
    keys,
    head: { about: 'Heads kept elsewhere, as `ledger head --json` prints them', value: 'FILE' },
    key: {
      about: 'The public key of one writer, in base64url or PEM, or a file with it',
      value: 'PUB',
    },
  },
  positionals: { min: 0, max: 1 },
  async run(args, output) {
    const [file] = args.positionals;
    if (file !== undefined) return verifyFile(file, args, output);
    const verdicts = verdictsOf(args, args.text('head'));
    const broken = verdicts.filter(({ holds }) => !holds);
    if (output.json) {
      output.document({ holds: broken.length === 0, chains: verdicts });
    } else {
      for (const verdict of verdicts) output.line(describe(verdict));
    }
    return broken.length === 0 ? 'held' : 'invariantBroke';
  },
};

const show: Command = {
  name: 'show',
  summary: 'Prints entries, oldest first, without verifying them.',
  usage: '[--dir DIR] [--writer NAME] [--limit N]',
  examples: ['airguard ledger show --writer ap1 --limit 5'],
  options: {
    dir,
    writer,
    limit: { about: 'How many of the newest entries of a chain', value: 'N', default: '20' },
  },
  positionals: { min: 0, max: 0 },
  async run(args, output) {
    const limit = args.integer('limit') ?? 20;
    if (limit < 1) throw new InputError(`--limit: expected at least 1, came ${limit}`);
    const shown = [...chainsNamed(args)].flatMap(([, entries]) => entries.slice(-limit));
    if (output.json) {
      output.document({ entries: shown });
      return 'held';
    }
    for (const value of shown) {
      const entry = LedgerEntry.safeParse(value);
      if (!entry.success) {
        output.line('(no ledger entry; see `airguard ledger verify`)');
        continue;
      }
      const { writer: by, index, at, kind, subject, reason } = entry.data;
      const time = new Date(at).toISOString();
      output.line(`${by} ${index}  ${time}  ${kind.padEnd(9)}  ${subject}  ${reason}`);
    }
    return 'held';
  },
};

const head: Command = {
  name: 'head',
  summary: 'Prints how each chain ends, to be kept elsewhere. A broken chain has no head.',
  usage: '[--dir DIR] [--keys FILE] [--writer NAME]',
  examples: ['airguard ledger head --json > heads.json'],
  options: { dir, keys, writer },
  positionals: { min: 0, max: 0 },
  async run(args, output) {
    const wanted = args.text('writer');
    const verdicts = verdictsOf(args).filter(
      (one) => wanted === undefined || one.writer === wanted,
    );
    if (verdicts.length === 0) {
      throw new InputError(`no chain of '${wanted}': expected ${wanted}.jsonl in the directory`);
    }
    const broken = verdicts.filter((verdict) => !verdict.holds);
    const heads = verdicts
      .filter((verdict) => verdict.holds)
      .map(({ writer: by, length, head: last }) => ({ writer: by, length, head: last }));
    if (output.json) output.document({ heads });
    else for (const one of heads) output.line(`${one.writer}  ${one.length}  ${one.head}`);
    for (const verdict of broken) output.note(describe(verdict));
    return broken.length === 0 ? 'held' : 'invariantBroke';
  },
};

const exported = exportCommand({ dir, keys, directoryOf, publicKeysFor });

function directoryOf(args: Arguments): string {
  return args.text('dir') ?? defaultDirectory;
}

function verdictsOf(args: Arguments, anchorFile?: string): ChainVerdict[] {
  const directory = directoryOf(args);
  const chains = readChains(directory);
  const keyring = keyringFor(directory, args.text('keys'));
  const anchors = anchorFile === undefined ? [] : readAnchors(anchorFile, keyring);
  return verifyLedger(chains, { keyring, anchors });
}

function keyringFor(directory: string, named: string | undefined): Keyring {
  return keyringOf(publicKeysFor(directory, named));
}

function publicKeysFor(
  directory: string,
  named: string | undefined,
): Readonly<Record<string, Uint8Array>> {
  if (named !== undefined) return readPublicKeys(named);
  const places = [join(directory, 'trust.json'), join(directory, '..', 'keys', 'trust.json')];
  const found = places.find((place) => existsSync(place));
  if (found !== undefined) return readPublicKeys(found);
  throw new InputError(
    `no public keys for the ledger: expected ${places.join(' or ')}; name the file with --keys`,
  );
}

function chainsNamed(args: Arguments): Map<string, unknown[]> {
  const directory = directoryOf(args);
  const chains = readChains(directory);
  const wanted = args.text('writer');
  if (wanted === undefined) return chains;
  const entries = chains.get(wanted);
  if (entries === undefined) {
    throw new InputError(
      `no chain of '${wanted}' in ${directory}: expected one of ${[...chains.keys()].join(', ')}`,
    );
  }
  return new Map([[wanted, entries]]);
}

function describe(verdict: ChainVerdict): string {
  return verdict.holds
    ? `${verdict.writer}: holds, ${verdict.length} entries, head ${verdict.head}`
    : `${verdict.writer}: broken at entry ${verdict.index}: ${verdict.reason}`;
}

export const ledger: Command = {
  name: 'ledger',
  summary: 'Shows, verifies and exports the ledger.',
  usage: 'verify | show | head | export [options]',
  examples: ['airguard ledger verify --head heads.json', 'airguard ledger export --out hq.ledger'],
  options: {},
  subcommands: [verify, show, head, exported],
};
