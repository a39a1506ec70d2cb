import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

const main = join(import.meta.dirname, '..', '..', 'cli', 'main.ts');
const run = promisify(execFile);
const airguard = (...args: readonly string[]) => run(process.execPath, [main, 'air', ...args]);

test('a cell and a grid are told as one JSON document', async () => {
  const cell = JSON.parse(
    (await airguard('cell', '--n', '3', '--duration', '2s', '--json')).stdout,
  );
  assert.equal(cell.fidelity, 'packet');
  assert.equal(cell.perStationMbps.length, 3);
  assert.ok(cell.totalMbps > 4 && cell.totalMbps < 5.4);
  for (const key of ['jain', 'collisionProbability', 'cpuSecondsPerSimSecond', 'setupCpuSeconds']) {
    assert.ok(cell[key] > 0, key);
  }

  const same = ['grid', '--n', '9', '--plan', 'rr4', '--duration', '2s', '--seed', '7', '--json'];
  const [one, other] = await Promise.all([airguard(...same), airguard(...same)]);
  const grid = JSON.parse(one.stdout);
  assert.equal(grid.perApMbps.length, 9);
  assert.deepEqual(JSON.parse(other.stdout).perApMbps, grid.perApMbps);
});

const mistakes: readonly (readonly [string, readonly string[], RegExp])[] = [
  ['no stations', ['cell', '--n', '0'], /^airguard: --n: expected a number from 1 to 1000, came 0/],
  ['too many points', ['grid', '--n', '1025'], /expected a number from 1 to 1024, came 1025/],
  ['an unknown plan', ['grid', '--plan', 'rr5'], /--plan: expected co, rr4, rr3, came 'rr5'/],
  ['no time', ['cell', '--duration', '0'], /--duration: expected some time, came none/],
  ['two on one spot', ['grid', '--spacing', '0'], /--spacing: expected metres from 6 to 1000/],
  [
    'an unknown standard',
    ['cell', '--std', '11b'],
    /--std: expected 11a, 11n, 11ac, 11ax, came '11b'/,
  ],
  [
    'a rate that is not there',
    ['cell', '--std', '11ax', '--mcs', '12'],
    /--mcs: .* 0 to 11, came 12/,
  ],
  [
    'a rate that a standard lacks',
    ['cell', '--std', '11n', '--mcs', '9'],
    /--mcs: expected an MCS of 11n, 0 to 7, came 9/,
  ],
  [
    'a width that a standard lacks',
    ['cell', '--std', '11n', '--width', '80'],
    /--width: expected 20, 40 MHz of 11n, came 80/,
  ],
  ['a band that 11a lacks', ['grid', '--plan', 'rr3'], /--std: expected 11n or 11ax in 2\.4 GHz/],
  [
    'a level of reuse that the standard lacks',
    ['grid', '--std', '11ax', '--obss-pd', '-61'],
    /--obss-pd: expected dBm from -82 to -62, came '-61'/,
  ],
  [
    'reuse without colours',
    ['grid', '--obss-pd', '-70'],
    /--obss-pd: expected --std 11ax with it, came 11a/,
  ],
];

for (const [what, args, line] of mistakes) {
  test(`${what} is told in one line`, async () => {
    const failed = await airguard(...args).then(
      () => assert.fail('it ran'),
      (error: { code: number; stderr: string }) => error,
    );
    assert.equal(failed.code, 2);
    assert.match(failed.stderr, line);
    assert.equal(failed.stderr.trimEnd().split('\n').length, 1);
  });
}

test('Ctrl-C gives what there is, marked as such', async () => {
  const args = ['air', 'grid', '--n', '100', '--duration', '1h', '--json'];
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  setTimeout(() => child.kill('SIGINT'), 2_500);
  const code = await new Promise((resolve) => child.once('close', resolve));

  assert.equal(code, 130);
  const { partial, measuredS, perApMbps } = JSON.parse(text);
  assert.equal(partial, true);
  assert.ok(measuredS < 3_600);
  assert.equal(perApMbps.length, 100);
});

test('a grid with uplink tells of access points and of clients', async () => {
  const { stdout } = await airguard('grid', '--n', '4', '--uplink', '--json', '--duration', '1s');
  const { perApMbps, perClientMbps } = JSON.parse(stdout);
  assert.equal(perApMbps.length, 4);
  assert.equal(perClientMbps.length, 4);
});
