/** A ledger handed to a stranger, who has one public key and trusts nothing else. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { toBase64url } from '#agents/keys/base64url.ts';
import { keyringOf, signerFromSeed } from '#agents/keys/ed25519.ts';
import { LedgerWriter } from '#agents/ledger/chain.ts';
import { exportText, readExport, type Vouched, verifyExport } from '#agents/ledger/export.ts';
import { appendEntries, writeWriterKeys } from '#agents/ledger/files.ts';
import { Pseudonyms } from '#agents/ledger/pseudonym.ts';
import type { LedgerEntry } from '#protocols/ledger.ts';

const root = join(import.meta.dirname, '..', '..');
const folders: string[] = [];
after(() => {
  for (const folder of folders) fs.rmSync(folder, { recursive: true });
});

const signers = new Map(
  ['ap1', 'cloud'].map((writer, index) => [
    writer,
    signerFromSeed(writer, new Uint8Array(32).fill(index + 1)),
  ]),
);
const cloudKey = toBase64url(signers.get('cloud')!.publicKey);

test('one key verifies its own chain, and of another what that chain noted', () => {
  const { chains } = readExport(exported());
  assert.deepEqual(verified(chains), [
    ['ap1', true, 'anchor', 3],
    ['cloud', true, 'signature', 3],
  ]);
});

test('whatever is altered in what a key covers is found, by Airguard and by the script alike', () => {
  const text = fs.readFileSync(exported(), 'utf8');
  const lines = text.trimEnd().split('\n');
  const script = (content: string) => {
    const path = join(newFolder(), 'altered.ledger');
    fs.writeFileSync(path, content);
    const { status } = spawnSync(
      process.execPath,
      [join(root, 'docs', 'deciding', 'verify-ledger.mjs'), path, cloudKey],
      { encoding: 'utf8' },
    );
    const { chains } = readExport(path);
    return { script: status === 0, airguard: verified(chains).every(([, holds]) => holds) };
  };
  const both = (holds: boolean) => ({ script: holds, airguard: holds });
  assert.deepEqual(script(text), both(true));
  const without = (index: number) => `${lines.toSpliced(index, 1).join('\n')}\n`;
  // Entries 1 to 4 are of ap1, the last of which nobody noted; 5 to 7 of the cloud.
  assert.deepEqual(script(without(2)), both(false));
  assert.deepEqual(script(without(5)), both(false));
  assert.deepEqual(script(text.replace('Reason 1.', 'Reason 8.')), both(false));
  assert.deepEqual(script(text.replace('Heads.', 'Other heads.')), both(false));
  assert.deepEqual(script(without(4)), both(true));
});

test('the commands export and verify, with a key in base64url, in PEM and in a file', () => {
  const dir = ledger();
  const out = join(newFolder(), 'hq.ledger');
  const made = airguard('ledger', 'export', '--dir', dir, '--out', out);
  assert.equal(made.status, 0, made.stderr);
  assert.match(made.stdout, /2 chains, 7 entries/);
  const pem = join(newFolder(), 'cloud.pem');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: cloudKey }, format: 'jwk' });
  fs.writeFileSync(pem, key.export({ type: 'spki', format: 'pem' }));
  for (const given of [cloudKey, pem]) {
    const seen = airguard('ledger', 'verify', out, '--key', given);
    assert.equal(seen.status, 0, seen.stderr);
    assert.match(
      seen.stdout,
      /ap1: holds, 3 of 4 entries named by a chain that you verified\ncloud: holds, 3 entries signed/,
    );
  }
  const other = toBase64url(signerFromSeed('x', new Uint8Array(32).fill(9)).publicKey);
  assert.equal(airguard('ledger', 'verify', out, '--key', other).status, 3);
  assert.match(airguard('ledger', 'verify', out).stderr, /--key: expected the public key/);
});

test('the same ledger is exported to the same bytes', () => {
  assert.equal(fs.readFileSync(exported(), 'utf8'), fs.readFileSync(exported(), 'utf8'));
});

function verified(chains: ReadonlyMap<string, readonly unknown[]>) {
  const keyring = keyringOf({ cloud: signers.get('cloud')!.publicKey });
  return verifyExport(chains, keyring).map(
    ({ writer, holds, by, covered }: Vouched) => [writer, holds, by, covered] as const,
  );
}

function entries(): Map<string, LedgerEntry[]> {
  const pseudonyms = () => new Pseudonyms(new Uint8Array(32));
  const writers = new Map(
    [...signers].map(([writer, signer]) => [
      writer,
      new LedgerWriter({ writer, signer, pseudonyms: pseudonyms() }),
    ]),
  );
  const note = (index: number) =>
    ({
      kind: 'actuation',
      subject: 'hq/ap1/radio-0',
      reason: `Reason ${index}.`,
      body: {},
    }) as const;
  const node = writers.get('ap1')!;
  const cloud = writers.get('cloud')!;
  const at = 1_760_000_000_000;
  const ap1 = [0, 1, 2].map((index) => node.append(note(index), at));
  const heads = [{ writer: 'ap1', length: node.state.length, head: node.state.head }];
  ap1.push(node.append(note(3), at));
  const anchoring = {
    kind: 'heads',
    subject: 'hq/cloud/auditor',
    reason: 'Heads.',
    body: { heads },
  } as const;
  const own = [cloud.append(note(4), at), cloud.append(anchoring, at), cloud.append(note(5), at)];
  return new Map([
    ['ap1', ap1],
    ['cloud', own],
  ]);
}

function exported(): string {
  const path = join(newFolder(), 'hq.ledger');
  const keys = Object.fromEntries([...signers].map(([name, { publicKey }]) => [name, publicKey]));
  fs.writeFileSync(path, exportText(entries(), keys));
  return path;
}

function ledger(): string {
  const dir = newFolder();
  for (const chain of entries().values()) appendEntries(dir, chain);
  writeWriterKeys(dir, signers);
  return dir;
}

function newFolder(): string {
  const folder = fs.mkdtempSync(join(tmpdir(), 'airguard-export-'));
  folders.push(folder);
  return folder;
}

function airguard(...args: string[]) {
  return spawnSync(process.execPath, [join(root, 'cli', 'main.ts'), ...args], { encoding: 'utf8' });
}
