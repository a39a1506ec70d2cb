/** The commands as a person types them, over a ledger in a folder. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { signerFromSeed } from '#agents/keys/ed25519.ts';
import { LedgerWriter } from '#agents/ledger/chain.ts';
import { appendEntries, writeWriterKeys } from '#agents/ledger/files.ts';
import { Pseudonyms } from '#agents/ledger/pseudonym.ts';

const main = join(import.meta.dirname, '..', '..', 'cli', 'main.ts');
const folders: string[] = [];
after(() => {
  for (const folder of folders) fs.rmSync(folder, { recursive: true });
});

test('a ledger as it was written holds, and its heads can be kept and held against it', () => {
  const dir = ledgerOf(4);
  const verified = airguard('ledger', 'verify', '--dir', dir);
  assert.equal(verified.status, 0, verified.stderr);
  assert.match(verified.stdout, /^ap1: holds, 4 entries, head [0-9a-f]{64}\ncloud: holds, 4/);

  const heads = airguard('ledger', 'head', '--dir', dir, '--json').stdout;
  const kept = join(dir, 'heads.json');
  fs.writeFileSync(kept, heads);
  const again = airguard('ledger', 'verify', '--dir', dir, '--head', kept, '--json');
  assert.equal(again.status, 0, again.stderr);
  assert.equal(JSON.parse(again.stdout).holds, true);

  const path = join(dir, 'ap1.jsonl');
  const lines = fs.readFileSync(path, 'utf8').split('\n');
  fs.writeFileSync(path, `${lines.slice(0, 3).join('\n')}\n`);
  const cut = airguard('ledger', 'verify', '--dir', dir, '--head', kept);
  assert.equal(cut.status, 3);
  assert.match(cut.stdout, /^ap1: broken at entry 3: it is missing: a head .* has 4 entries/);
});

test('a rewritten line is named, with exit code 3', () => {
  const dir = ledgerOf(4);
  const path = join(dir, 'cloud.jsonl');
  fs.writeFileSync(path, fs.readFileSync(path, 'utf8').replace('Reason 2.', 'Reason 9.'));
  const verified = airguard('ledger', 'verify', '--dir', dir);
  assert.equal(verified.status, 3);
  assert.match(verified.stdout, /cloud: broken at entry 2: its signature/);
});

test('shows the newest entries for a person', () => {
  const { stdout, status } = airguard(
    'ledger',
    'show',
    '--dir',
    ledgerOf(3),
    '--writer',
    'ap1',
    '--limit',
    '1',
  );
  assert.equal(status, 0);
  assert.equal(stdout, 'ap1 2  2025-10-09T08:53:20.000Z  decision   hq/ap1/radio-0  Reason 2.\n');
});

test('bad input gets one line and exit code 2', () => {
  const dir = ledgerOf(1);
  const garbled = join(dir, 'garbled.json');
  fs.writeFileSync(garbled, '{"writer":');
  const noHeads = join(dir, 'none.json');
  fs.writeFileSync(noHeads, '{"writer": "ap1"}');
  for (const [args, line] of [
    [['verify', '--dir', join(dir, 'gone')], /no ledger at .*expected a directory/],
    [['verify', '--dir', dir, '--head', garbled], /expected anchored heads as JSON/],
    [['verify', '--dir', dir, '--head', noHeads], /expected heads \{writer, length, head\}/],
    [['verify', '--dir', dir, '--keys', join(dir, 'gone')], /expected the public keys/],
    [['show', '--dir', dir, '--writer', 'ap9'], /expected one of ap1, cloud/],
    [['show', '--dir', dir, '--limit', '0'], /expected at least 1/],
  ] as const) {
    const { status, stderr } = airguard('ledger', ...args);
    assert.equal(status, 2, stderr);
    assert.match(stderr, line);
    assert.equal(stderr.trim().split('\n').length, 1, stderr);
  }
});

/** Two chains of `length` entries, with the public keys beside them. */
function ledgerOf(length: number): string {
  const dir = fs.mkdtempSync(join(tmpdir(), 'airguard-ledger-'));
  folders.push(dir);
  const signers = new Map(
    ['ap1', 'cloud'].map((name, index) => [
      name,
      signerFromSeed(name, new Uint8Array(32).fill(index + 1)),
    ]),
  );
  const pseudonyms = new Pseudonyms(new Uint8Array(32));
  for (const [name, signer] of signers) {
    const writer = new LedgerWriter({ writer: name, signer, pseudonyms });
    const subject = `hq/${name}/radio-0`;
    for (let index = 0; index < length; index++) {
      const note = { kind: 'decision', subject, reason: `Reason ${index}.`, body: {} } as const;
      appendEntries(dir, [writer.append(note, 1_760_000_000_000)]);
    }
  }
  writeWriterKeys(dir, signers);
  return dir;
}

function airguard(...args: string[]) {
  return spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' });
}
