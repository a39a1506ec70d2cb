import assert from 'node:assert/strict';
import test from 'node:test';
import { formatTables } from '#protocols/format-tables.ts';

test('subjects that differ only in a bucket stand in one row', () => {
  const rows = formatTables().permissions.split('\n');
  assert(rows.some((row) => row.startsWith('| `$KV.<bucket>.>` |')));
  assert(rows.every((row) => !row.includes('KV_LEASES')));
});

test('every kind of subject is listed with its stream', () => {
  assert.match(formatTables().kinds, /^\| `event` \| EVENTS \|$/m);
  assert.match(formatTables().kinds, /^\| `call` \| – \|$/m);
});
