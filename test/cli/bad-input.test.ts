import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { after, test } from 'node:test';

const root = path.join(import.meta.dirname, '..', '..');
const recording = 'test/fixtures/fft-eval/ar9550_40mhz_analog_camera_ch1.dump';
const office = fs.readFileSync(path.join(root, 'sim/scenarios/office.yaml'), 'utf8');
const folder = fs.mkdtempSync(path.join(tmpdir(), 'airguard-bad-'));
after(() => fs.rmSync(folder, { recursive: true }));

test('a scenario that cannot be read or does not make sense is refused in one line', () => {
  const cases: Readonly<Record<string, readonly [text: string, message: RegExp]>> = {
    'open.yaml': [
      'name: [office\nsite: hq',
      /scenario open\.yaml: expected YAML or JSON: .*line 2/,
    ],
    'list.yaml': [
      '- name: office',
      /list\.yaml: at the document: .*expected object, received array/,
    ],
    'half.json': ['{"name": ', /scenario half\.json: expected YAML or JSON: .*line 1/],
    'driver.yaml': [
      office.replace(`capture:${recording}`, `foo:${recording}`),
      /at nodes\.0\.radios\.0\.driver: expected .* sim: or capture:, came 'foo:/,
    ],
    'channel.yaml': [
      office.replace('number: 36', 'number: 37'),
      /at nodes\.0\.radios\.1\.channel: expected a channel of IEEE 802\.11, came number 37/,
    ],
    'country.yaml': [
      office.replace('country: DE', 'country: XX'),
      /country 'XX': expected one of the regulatory database/,
    ],
    'strategy.yaml': [
      office.replace('duration: 1h', 'duration: 1h\nstrategy: tompson'),
      /unknown strategy 'tompson' \(did you mean 'thompson'\?\): expected thompson, /,
    ],
  };
  for (const [name, [text, message]] of Object.entries(cases)) {
    fs.writeFileSync(path.join(folder, name), text);
    assertRefused(['sim', name, '--json'], message);
  }
  assertRefused(['sim', 'gone.yaml', '--json'], /gone\.yaml: expected a file that can be read/);
});

test('a recording that is missing, empty, cut short or none is refused in one line', () => {
  const whole = fs.readFileSync(path.join(root, recording));
  const files = {
    'empty.dump': [Buffer.alloc(0), /expected spectral sweeps .*none could be read in 0 bytes/],
    'short.dump': [whole.subarray(0, 1_000), /expected whole sweeps to its end; 70 of 1000 bytes/],
    'text.dump': [Buffer.from(office), /expected spectral sweeps of types 1 to 4; none could be/],
    'gone.dump': [undefined, /gone\.dump': expected a readable file; ENOENT came/],
  } as const;
  for (const [name, [bytes, message]] of Object.entries(files)) {
    if (bytes !== undefined) fs.writeFileSync(path.join(folder, name), bytes);
    const scenario = `${name}.yaml`;
    fs.writeFileSync(path.join(folder, scenario), office.replace(recording, name));
    assertRefused(['sim', scenario, '--json'], message);
  }
});

test('a setting that is none of those known is refused in one line', () => {
  assertRefused(
    ['sim', 'office', '--strategy', 'tompson', '--json'],
    /unknown strategy 'tompson' \(did you mean 'thompson'\?\)/,
  );
  assertRefused(
    ['sim', 'office', '--plant', 'ignore-rader', '--json'],
    /--plant: expected .*, came 'ignore-rader' \(did you mean 'ignore-radar'\?\)/,
  );
  assertRefused(
    ['sim', 'office', '--seeds', '0', '--json'],
    /--seeds: expected at least 1, came 0/,
  );
  assertRefused(
    ['sim', 'office', '--trace', 'gone/a.trace', '--json'],
    /gone\/a\.trace: expected a file that can be written: ENOENT/,
  );
});

test('what is for cities alone is refused elsewhere, and a city where one site is asked for', () => {
  for (const option of ['--threads', '--neighbourhoods', '--only']) {
    assertRefused(
      ['sim', 'campus', option, '1', '--json'],
      new RegExp(`${option}: expected a city, came scenario campus, which is one site`),
    );
  }
  assertRefused(
    ['sim', 'city', '--threads', '0', '--json'],
    /--threads: expected at least 1, came 0/,
  );
  assertRefused(
    ['sim', 'city', '--only', 'city-flat-001', '--json'],
    /--only: unknown neighbourhood 'city-flat-001' \(did you mean 'city-flats-001'\?\): expected city-flats-001, /,
  );
  assertRefused(
    ['sim', 'city', '--report', 'page.html', '--json'],
    /--report: expected a scenario of one site, came scenario city, which is a city/,
  );
  assertRefused(
    ['up', 'city', '--json'],
    /scenario city is a city of many sites: expected a scenario of one/,
  );
});

test('a trace that is no trace is refused in one line', () => {
  fs.writeFileSync(path.join(folder, 'no.trace'), office);

  assertRefused(['sim', 'diff', 'no.trace', 'no.trace', '--json'], /no\.trace: .*expected .*came/);
});

/** One line on stderr, nothing on stdout, exit code 2. */
function assertRefused(args: readonly string[], message: RegExp): void {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [path.join(root, 'cli', 'main.ts'), ...args],
    { cwd: folder, encoding: 'utf8' },
  );
  assert.match(stderr, message);
  assert.equal(stderr.trimEnd().split('\n').length, 1, stderr);
  assert.deepEqual([status, stdout], [2, ''], args.join(' '));
}
