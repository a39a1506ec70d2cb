import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { makePath, makeProgram } from './programs.ts';

const root = dirname(dirname(import.meta.dirname));

test('starts at once where all is installed, and passes its arguments on', async (t) => {
  const clone = makeClone(t, { isInstalled: true });

  const { code, stdout, stderr } = await clone.start(['sim', 'a b', '']);

  assert.deepEqual(JSON.parse(stdout), ['sim', 'a b', '']);
  assert.equal(stderr, '');
  assert.equal(code, 0);
  assert.deepEqual(clone.installations(), []);
});

test('starts through a link', async (t) => {
  const clone = makeClone(t, { isInstalled: true });
  const link = join(clone.folder, '..', 'linked');
  fs.symlinkSync(join(clone.folder, 'airguard'), link);

  const { stdout } = await clone.start(['linked'], link);

  assert.deepEqual(JSON.parse(stdout), ['linked']);
});

test('installs before the first start, and says so on stderr', async (t) => {
  const clone = makeClone(t);

  const first = await clone.start(['first']);
  const second = await clone.start(['second']);

  assert.deepEqual(JSON.parse(first.stdout), ['first']);
  assert.match(first.stderr, /^Installing .* with npm, once/);
  assert.equal(second.stderr, '');
  assert.equal(clone.installations().length, 1);
});

test('installs again when package-lock.json has changed', async (t) => {
  const clone = makeClone(t, { isInstalled: true });
  clone.write('package-lock.json', lockOf({ 'node_modules/new': { version: '1.0.0' } }));

  await clone.start([]);

  assert.equal(clone.installations().length, 1);
});

test('replaces what an interrupted installation left', async (t) => {
  const clone = makeClone(t);
  clone.write('node_modules/half/package.json', '');
  clone.write('node_modules/.bin/node', 'half a program');
  fs.chmodSync(join(clone.folder, 'node_modules/.bin/node'), 0o755);
  clone.write('.cache/installing', '4194305');

  const { stdout } = await clone.start(['whole']);

  assert.deepEqual(JSON.parse(stdout), ['whole']);
  assert(!fs.existsSync(join(clone.folder, 'node_modules/half')));
});

test('takes over, without npm, what npm itself installed', async (t) => {
  const clone = makeClone(t);
  clone.write('node_modules/.package-lock.json', lockOf({}));

  const { stdout } = await clone.start(['adopted']);

  assert.deepEqual(JSON.parse(stdout), ['adopted']);
  assert.deepEqual(clone.installations(), []);
});

test('installs once when started twice at the same time', async (t) => {
  const clone = makeClone(t);

  const started = await Promise.all([clone.start(['one']), clone.start(['two'])]);

  assert.deepEqual(
    started.map(({ code }) => code),
    [0, 0],
  );
  assert.equal(clone.installations().length, 1);
});

test('says what to do where the packages cannot be fetched', async (t) => {
  const clone = makeClone(t);
  makeProgram(join(clone.path, 'npm'), 'echo no network >&2; exit 1');

  const { code, stdout, stderr } = await clone.start([]);

  assert.equal(code, 1);
  assert.equal(stdout, '');
  assert.match(stderr, /no network\nThe packages could not be installed: .* Check the network/);
});

test('says what to install where there is no Node.js', async (t) => {
  const clone = makeClone(t);
  fs.rmSync(join(clone.path, 'node'));

  const { code, stderr } = await clone.start([]);

  assert.equal(code, 1);
  assert.match(stderr, /Install Node\.js 18 or newer/);
});

/**
 * The set-up in a folder of its own, with no packages to install and a command line that prints its
 * arguments. Its npm does what npm ends with, and notes that it ran.
 */
function makeClone(t: TestContext, { isInstalled = false } = {}) {
  const outer = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'airguard-launcher-')));
  t.after(() => fs.rmSync(outer, { recursive: true, force: true }));
  const folder = join(outer, 'a clone');
  const write = (path: string, text: string) => {
    fs.mkdirSync(dirname(join(folder, path)), { recursive: true });
    fs.writeFileSync(join(folder, path), text);
  };

  for (const part of ['airguard', 'setup/node', 'setup/install.mjs']) {
    fs.cpSync(join(root, part), join(folder, part));
  }
  write('package.json', '{ "type": "module" }');
  write('package-lock.json', lockOf({}));
  write('cli/main.ts', 'console.log(JSON.stringify(process.argv.slice(2)));');
  const path = makePath(join(outer, 'programs'), {
    npm: 'echo "$@" >> npm-calls; sleep 0.3; mkdir node_modules; cp package-lock.json node_modules/.package-lock.json',
  });
  fs.symlinkSync(process.execPath, join(path, 'node'));
  if (isInstalled) {
    write('node_modules/.installed-lock.json', lockOf({}));
    fs.mkdirSync(join(folder, 'node_modules/.bin'));
    fs.symlinkSync(process.execPath, join(folder, 'node_modules/.bin/node'));
  }

  return {
    folder,
    path,
    write,
    start: (args: string[], launcher = join(folder, 'airguard')) =>
      new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
        const env = { PATH: `${folder}/node_modules/.bin:${path}`, HOME: outer };
        const child = execFile(launcher, args, { cwd: outer, env }, (_, stdout, stderr) => {
          resolve({ code: child.exitCode ?? -1, stdout, stderr });
        });
      }),
    installations: () => {
      const calls = join(folder, 'npm-calls');
      return fs.existsSync(calls) ? fs.readFileSync(calls, 'utf8').trim().split('\n') : [];
    },
  };
}

function lockOf(packages: Record<string, { version: string }>): string {
  return JSON.stringify({ lockfileVersion: 3, packages: { '': {}, ...packages } });
}
