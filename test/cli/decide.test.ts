import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { parseScene } from '#sim/air/scene.ts';
import { loadScenario } from '#sim/scenario-files.ts';

const main = join(import.meta.dirname, '..', '..', 'cli', 'main.ts');
const run = promisify(execFile);
const airguard = (...args: readonly string[]) => run(process.execPath, [main, ...args]);
const folder = fs.mkdtempSync(join(os.tmpdir(), 'decide-'));

test('a generated site is a scenario that sim reads, and a scene that assign solves to a proof', async () => {
  const [scenario, scene] = [join(folder, 'scenario.yaml'), join(folder, 'scene.yaml')];
  const wish = ['air', 'generate', 'mixed', '--aps', '4', '--country', 'DE'];
  const [, printed] = await Promise.all([
    airguard(...wish, '--out', scenario),
    airguard(...wish, '--as', 'scene', '--out', scene, '--json'),
  ]);
  assert.equal(loadScenario(scenario).nodes.length, 4);
  assert.equal(parseScene(JSON.parse(printed.stdout), 'printed').radios.length, 8);
  const solved = JSON.parse((await airguard('assign', scene, '--band', '2.4', '--json')).stdout);
  assert.equal(solved.provenOptimal, true);
  assert.equal(solved.bound, solved.cost);
  assert.deepEqual(solved.channelNames, ['2-1-20-1', '2-6-20-6', '2-11-20-11']);
});

test('the tournament tells standings, comparisons and figures as one document, and draws a page', async () => {
  const report = join(folder, 'out.html');
  const { stdout } = await airguard(
    ...['bench', 'decide', '--sites', '2', '--aps', '2', '--hours', '4', '--part', 'tournament'],
    ...['--strategy', 'static,least-used,turbo-ca', '--report', report, '--json'],
  );
  const document = JSON.parse(stdout);
  assert.deepEqual(
    document.standings.map(({ strategy }: { strategy: string }) => strategy),
    ['static', 'least-used', 'turbo-ca'],
  );
  assert.equal(document.comparisons['turbo-ca'].length, 2);
  assert(document.rows.length > 0);
  const page = fs.readFileSync(report, 'utf8');
  assert.match(page, /Content-Security-Policy/);
  assert.doesNotMatch(page, /https?:\/\/|undefined|NaN/);
});

const mistakes: readonly (readonly [string, readonly string[], RegExp])[] = [
  ['an unknown kind', ['air', 'generate', 'offce'], /did you mean 'office'/],
  [
    'no such form',
    ['air', 'generate', 'office', '--as', 'svg'],
    /--as: expected scenario or scene/,
  ],
  ['an unknown country', ['air', 'generate', 'office', '--country', 'ZZ'], /expected a country/],
  ['no sites', ['bench', 'decide', '--sites', '0'], /--sites: expected at least 1, came 0/],
  ['no size', ['bench', 'decide', '--aps', '10,x'], /--aps: expected numbers from 1 to 200/],
  ['too short', ['bench', 'decide', '--hours', '1'], /--hours: expected 4 to 48, came 1/],
  ['nobody', ['bench', 'decide', '--strategy', 'turboca'], /did you mean 'turbo-ca'/],
  [
    'results that cannot be kept',
    ['bench', 'decide', '--quick', '--results', '/no/such/folder/kept.jsonl'],
    /--results \/no\/such\/folder\/kept.jsonl: expected a file that can be written/,
  ],
  ['no part', ['bench', 'decide', '--part', 'turnament'], /did you mean 'tournament'/],
];
for (const [what, args, message] of mistakes) {
  test(`${what}: one line says what was expected`, async () => {
    const failed = await airguard(...args).catch((error: unknown) => error);
    const { code, stderr } = failed as { code: number; stderr: string };
    assert.equal(code, 2);
    assert.match(stderr, message);
    assert.equal(stderr.trim().split('\n').length, 1);
  });
}
