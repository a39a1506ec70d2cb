/** An exported ledger, verified with no more than public keys. */
import { createPublicKey } from 'node:crypto';
import * as fs from 'node:fs';
import { fromBase64url } from '#agents/keys/base64url.ts';
import { keyringOf, PUBLIC_KEY_BYTES } from '#agents/keys/ed25519.ts';
import {
  type Chains,
  keyringFor,
  readExport,
  type Vouched,
  verifyExport,
} from '#agents/ledger/export.ts';
import { readPublicKeys } from '#agents/ledger/files.ts';
import { type ExitCode, InputError } from '#protocols/errors.ts';
import type { Keyring } from '#protocols/verdict.ts';
import type { Arguments, Output } from '../command.ts';

export function verifyFile(file: string, args: Arguments, output: Output): ExitCode {
  const { chains } = readExport(file);
  const verdicts = verifyExport(chains, keyringOfOptions(args, chains));
  const holds = verdicts.every((one) => one.holds);
  if (output.json) output.document({ holds, chains: verdicts });
  else for (const verdict of verdicts) output.line(describe(verdict));
  return holds ? 'held' : 'invariantBroke';
}

function keyringOfOptions(args: Arguments, chains: Chains): Keyring {
  const key = args.text('key');
  const keys = args.text('keys');
  if (keys !== undefined) return keyringOf(readPublicKeys(keys));
  if (key === undefined) {
    throw new InputError(
      '--key: expected the public key of a writer, or --keys with a trust.json, came neither; those in the file itself prove nothing',
    );
  }
  const found = keyringFor(readKey(key), chains);
  if (found !== undefined) return found;
  throw new InputError(
    `--key: expected the key of a writer of this ledger, came one that signed none of ${[...chains.keys()].join(', ')}`,
    'invariantBroke',
  );
}

/** In base64url or PEM, as it stands or in a file. */
function readKey(text: string): Uint8Array {
  const written = fs.existsSync(text) ? fs.readFileSync(text, 'utf8').trim() : text.trim();
  const raw = fromBase64url(written) ?? fromPem(written);
  if (raw?.length === PUBLIC_KEY_BYTES) return raw;
  throw new InputError(
    `--key: expected ${PUBLIC_KEY_BYTES} bytes of an Ed25519 public key in base64url, or its PEM, came '${written.slice(0, 40)}'`,
  );
}

function fromPem(text: string): Uint8Array | undefined {
  try {
    const { x } = createPublicKey(text).export({ format: 'jwk' });
    return x === undefined ? undefined : fromBase64url(x);
  } catch {
    return undefined;
  }
}

function describe(verdict: Vouched): string {
  if (!verdict.holds) {
    return `${verdict.writer}: broken at entry ${verdict.index}: ${verdict.reason}`;
  }
  const { writer, length, by, covered, head } = verdict;
  switch (by) {
    case 'signature':
      return `${writer}: holds, ${length} entries signed with your key, head ${head}`;
    case 'anchor':
      return `${writer}: holds, ${covered} of ${length} entries named by a chain that you verified`;
    case 'nobody':
      return `${writer}: its links hold, but nothing that you verified names its ${length} entries`;
  }
}
