import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, test } from 'node:test';

const main = path.join(import.meta.dirname, '..', '..', '..', 'cli', 'main.ts');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'airguard-report-'));
after(() => fs.rmSync(folder, { recursive: true }));

test('a report that cannot be written is refused in one line, before anything runs', () => {
  const cases: [string[], RegExp][] = [
    [['--report', path.join(folder, 'gone', 'a.html')], /--report: expected a file .* ENOENT/],
    [['--report', folder], /--report: expected a file .* EISDIR/],
    [['--report', 'a.html', '--seeds', '2'], /--report: expected one run, came --seeds/],
  ];
  for (const [args, message] of cases) {
    // A run of so long would not end within the test.
    const { status, stdout, stderr } = sim('office', '--duration', '8760h', ...args);

    assert.match(stderr, message);
    assert.equal(stderr.trim().split('\n').length, 1, stderr);
    assert.deepEqual([status, stdout], [2, '']);
  }
});

test('the page stands where it was asked for, in place of what was there', () => {
  const file = path.join(folder, 'a.html');
  fs.writeFileSync(file, 'x'.repeat(1_000_000));

  const { status, stdout } = sim('office', '--duration', '1m', '--report', file);

  assert.equal(status, 0);
  assert.match(stdout, new RegExp(`Report in ${file}\\n$`));
  const page = fs.readFileSync(file, 'utf8');
  assert.match(page, /^<!DOCTYPE html>/);
  assert.match(page, /<\/html>\n$/);
});

test('with --json, stdout is the document alone', () => {
  const file = path.join(folder, 'b.html');

  const { stdout, stderr } = sim('office', '--duration', '1m', '--json', '--report', file);

  const { traceHash } = JSON.parse(stdout) as { traceHash: string };
  assert(fs.readFileSync(file, 'utf8').includes(traceHash));
  assert.match(stderr, /Report in/);
});

function sim(...args: string[]) {
  return spawnSync(process.execPath, [main, 'sim', ...args], { encoding: 'utf8', timeout: 60_000 });
}
