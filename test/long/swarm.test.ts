import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as path from 'node:path';
import { test } from 'node:test';

const main = path.join(import.meta.dirname, '..', '..', 'cli', 'main.ts');

for (const scenario of ['partition', 'radar']) {
  test(`an hour of ${scenario}, all faults on, holds with 200 seeds`, () => {
    const args = ['sim', scenario, '--seeds', '200', '--json'];
    const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
    });

    // Each seed that breaks is named there, with the command that repeats it.
    assert.equal(status, 0, stderr);
    const { seeds, broken, checked } = JSON.parse(stdout);
    assert.deepEqual([seeds, broken], [200, 0]);
    const idle = Object.entries(checked).filter(([, count]) => count === 0);
    assert.deepEqual(idle, []);
  });
}
