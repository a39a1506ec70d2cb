import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Filled } from './fill-disk.ts';

test('when the disk is full the uplink goes on in memory, says so once, and loses nothing', () => {
  const folder = mkdtempSync(join(tmpdir(), 'airguard-full-'));
  try {
    const program = join(import.meta.dirname, 'fill-disk.ts');
    // The limit on the size of a file stands for the end of the disk: a write fails all the same.
    const { stdout, stderr } = spawnSync(
      'sh',
      ['-c', 'ulimit -f 400; exec "$0" "$@"', process.execPath, program, join(folder, 'queue.db')],
      { encoding: 'utf8', timeout: 60_000 },
    );
    assert.notEqual(stdout, '', stderr);
    const { put, full, sent, said } = JSON.parse(stdout) as Filled;
    assert.equal(full.store, 'memory');
    assert.match(full.problem ?? '', /full|disk|i\/o/i);
    assert.equal(said.length, 1);
    const waiting = Object.values(full.waiting).reduce((sum, { records }) => sum + records, 0);
    assert.equal(waiting, put);
    assert(put > 20, `${put} records until the disk was full`);
    assert.equal(sent, put);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
