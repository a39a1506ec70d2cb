import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as path from 'node:path';
import { test } from 'node:test';

const main = path.join(import.meta.dirname, '..', '..', 'cli', 'main.ts');

test('bad input gets one line on stderr and exit code 2', () => {
  const cases: [string[], RegExp][] = [
    [['smi'], /unknown command 'smi' \(did you mean 'sim'\?\): expected sim, /],
    [['sim', 'ofice'], /unknown scenario 'ofice' \(did you mean 'office'\?\)/],
    [['sim'], /expected 1 argument, came 0; usage: airguard sim SCENARIO/],
    [['sim', 'office', 'campus'], /expected at most 1, came 'campus'/],
    [['sim', 'office', '--sed', '1'], /unknown option '--sed' \(did you mean '--seed'\?\)/],
    [['sim', 'office', '--seed'], /expected N after --seed, came nothing/],
    [['sim', 'office', '--seed', 'x'], /--seed: expected a whole number, came 'x'/],
    [['sim', 'office', '--duration', 'long'], /--duration: expected a duration like .*'long'/],
    [
      ['sim', 'office', '--fidelity', 'water'],
      /--fidelity: expected fluid or packet, came 'water'/,
    ],
    [['sim', 'office', '--json=1'], /--json takes no value/],
    [['sim', 'office', '--nodes', '3'], /--nodes and --radios are for those with `generate`/],
    [['sim', 'diff', 'a'], /expected 2 arguments, came 1/],
    [['sim', 'diff', 'gone.a', 'gone.b'], /gone\.a: expected a file that can be read: ENOENT/],
    [['bench', 'ofice'], /unknown benchmark 'ofice' \(did you mean 'office'\?\)/],
    [['docs'], /expected either --check or --write/],
    [
      ['ledger', 'verfy'],
      /expected verify or show or head or export, came 'verfy' \(did you mean 'verify'\?\)/,
    ],
  ];
  for (const [args, message] of cases) {
    const { status, stdout, stderr } = airguard(...args);

    assert.match(stderr, message);
    assert.equal(stderr.trim().split('\n').length, 1, stderr);
    assert.deepEqual([status, stdout], [2, ''], args.join(' '));
  }
});

test('help is on every level, with examples, on stdout', () => {
  for (const args of [['--help'], ['help', 'sim'], ['sim', '--help'], ['sim', 'diff', '--help']]) {
    const { status, stdout } = airguard(...args);

    assert.equal(status, 0);
    assert.match(stdout, /Usage: airguard/);
    if (args.length > 1) assert.match(stdout, /Examples:\n {2}airguard sim/);
  }
});

test('a document goes to stdout alone', () => {
  const { stdout, stderr } = airguard('sim', 'list', '--json');

  const { scenarios } = JSON.parse(stdout) as { scenarios: { name: string }[] };
  assert(scenarios.some(({ name }) => name === 'office'));
  assert.equal(stderr, '');
});

test('the pages that are made from the code are up to date', () => {
  const { status, stdout } = airguard('docs', '--check');

  assert.equal(status, 0, stdout);
});

function airguard(...args: string[]) {
  return spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' });
}
