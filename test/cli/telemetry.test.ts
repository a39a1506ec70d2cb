import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { airguard } from '../live/fleet-process.ts';

test('where no fleet runs, telemetry says so in one line', () => {
  const dir = mkdtempSync(join(tmpdir(), 'airguard-telemetry-'));
  try {
    const absent = join(dir, 'nothing');
    const { code, stdout, stderr } = airguard('telemetry', '--dir', absent, '--for', '1s');
    assert.equal(code, 6);
    assert.equal(stdout, '');
    assert.match(stderr, /^airguard: nothing runs on .*: expected a fleet[^\n]*\n$/);
    const refused = airguard('telemetry', '--for', 'soon');
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /--for/);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
