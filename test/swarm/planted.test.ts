import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as path from 'node:path';
import { test } from 'node:test';
import { plants } from '#cli/fleet/plants.ts';

const root = path.join(import.meta.dirname, '..', '..');

/** Each planted bug: the checker that catches it, and what that says. */
const caught: Readonly<Record<string, readonly [checker: string, what: RegExp]>> = {
  'ignore-radar': ['silence-after-radar', /still sends on .* 10\.000 s after radar/],
  'run-twice': ['actuation-once', /carries out call .* again: expected one change for one key/],
  'half-served': ['clearing-before-use', /after listening there for .*: expected 60\.000 s/],
};

for (const { name, about } of plants) {
  test(`${name} (${about}) is caught, and the command printed shows it again`, () => {
    const [checker, what] = caught[name] ?? assert.fail(`nothing is said of ${name}`);
    const args = ['sim', 'office', '--seed', '1', '--duration', '20m', '--plant', name];
    const { status, stdout } = airguard(...args);

    assert.equal(status, 3, stdout);
    assert.match(stdout, new RegExp(`${checker} .*BROKEN`));
    // Long lines are broken at spaces.
    assert.match(stdout.replaceAll(/\s+/g, ' '), what);
    const [, repeat = ''] = /^Repeat with \.\/airguard (.*)$/m.exec(stdout) ?? [];
    assert.equal(repeat, args.join(' '));
    const again = airguard(...repeat.split(' '), '--json');
    assert.equal(again.status, 3);
    const document = JSON.parse(again.stdout);
    assert.match(stdout, new RegExp(document.traceHash));
    const broken = document.checkers.filter((one: { broken: number }) => one.broken > 0);
    assert.deepEqual(
      broken.map((one: { name: string }) => one.name),
      [checker],
    );
  });
}

test('many seeds of a planted bug end with exit code 3 and a command for each', () => {
  const args = ['sim', 'office', '--seeds', '2', '--duration', '5m', '--plant', 'half-served'];
  const { status, stdout, stderr } = airguard(...args);

  assert.equal(status, 3, stderr);
  for (const seed of [1, 2]) {
    const repeat = `./airguard sim office --seed ${seed} --duration 5m --plant half-served`;
    assert(stdout.includes(`seed ${seed}: ${repeat}`), stdout);
  }
});

function airguard(...args: string[]) {
  return spawnSync(process.execPath, [path.join(root, 'cli', 'main.ts'), ...args], {
    cwd: root,
    encoding: 'utf8',
  });
}
