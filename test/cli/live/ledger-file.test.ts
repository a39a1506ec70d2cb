import assert from 'node:assert/strict';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { LedgerFile } from '#cli/live/ledger-file.ts';
import type { LedgerEntry } from '#protocols/ledger.ts';

const entry = (index: number): LedgerEntry => ({
  version: 1,
  writer: 'ap1',
  index,
  previous: '0'.repeat(64),
  at: 1_790_000_000_000,
  kind: 'verdict',
  subject: 'hq/ap1/radio-0',
  reason: 'It holds.',
  body: {},
  signature: 'none',
});

test('a disk that takes no entry ends nothing; all of them stand there once it does', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'airguard-ledger-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const ledger = join(folder, 'ledger');
  const file = new LedgerFile(ledger, 'ap1');
  assert.equal(file.append(entry(0)), undefined);
  // Where its folder was there is a file: nothing can be written, whoever tries.
  renameSync(ledger, `${ledger}-away`);
  writeFileSync(ledger, '');
  assert.match(file.append(entry(1))!, /EEXIST|ENOTDIR/);
  assert.equal(file.append(entry(2)), undefined, 'it is said once');
  rmSync(ledger);
  renameSync(`${ledger}-away`, ledger);
  // A disk that filled up took a part of the line.
  mkdirSync(ledger, { recursive: true });
  appendFileSync(join(ledger, 'ap1.jsonl'), '{"half":');
  assert.equal(file.append(entry(3)), undefined);
  const written = readFileSync(join(ledger, 'ap1.jsonl'), 'utf8').trimEnd().split('\n');
  assert.deepEqual(
    written.map((text) => (JSON.parse(text) as LedgerEntry).index),
    [0, 1, 2, 3],
  );
});
