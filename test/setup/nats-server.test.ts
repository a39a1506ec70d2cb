import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { makePath, makeProgram } from './programs.ts';

const root = dirname(dirname(import.meta.dirname));

test('takes the server that AIRGUARD_NATS_SERVER names before any other', (t) => {
  const machine = makeMachine(t);
  machine.addServer('bin/nats-server');
  const named = machine.addServer('elsewhere/my-server');

  assert.equal(machine.find({ AIRGUARD_NATS_SERVER: named }).stdout, `${named}\n`);
});

test('refuses a name in AIRGUARD_NATS_SERVER that is no program', (t) => {
  const machine = makeMachine(t);
  machine.addServer('bin/nats-server');

  const { status, stdout, stderr } = machine.find({ AIRGUARD_NATS_SERVER: '/no/such/server' });

  assert.equal(status, 1);
  assert.equal(stdout, '');
  assert.match(stderr, /AIRGUARD_NATS_SERVER names no program that can be run: \/no\/such\/server/);
});

test('takes the server on PATH before the one in the cache', (t) => {
  const machine = makeMachine(t);
  const onPath = machine.addServer('bin/nats-server');
  machine.addServer('clone/.cache/nats-server/2.10.0/nats-server');

  assert.equal(machine.find().stdout, `${onPath}\n`);
});

test('finds the server in the sbin beside a bin of PATH', (t) => {
  const machine = makeMachine(t);
  const inSbin = machine.addServer('sbin/nats-server');

  assert.equal(machine.find().stdout, `${inSbin}\n`);
});

test('takes the newest server of the cache, and fetches none', (t) => {
  const machine = makeMachine(t, { 'apt-get': 'exit 1', 'dpkg-deb': 'exit 1' });
  machine.addServer('clone/.cache/nats-server/2.9.10/nats-server');
  const newest = machine.addServer('clone/.cache/nats-server/2.10.0/nats-server');

  const { stdout, stderr } = machine.find();

  assert.equal(stdout, `${newest}\n`);
  assert.equal(stderr, '');
});

test("unpacks Debian's package into the cache", (t) => {
  const machine = makeMachine(t, {
    'apt-get': 'echo progress; : > nats-server_1_all.deb',
    'dpkg-deb': unpackServer,
  });

  const { stdout, stderr } = machine.find();

  const cache = join(machine.folder, 'clone/.cache/nats-server');
  assert.equal(stdout, `${cache}/2.9.10/nats-server\n`);
  assert.match(stderr, /Fetching nats-server/);
  assert.deepEqual(fs.readdirSync(cache), ['2.9.10']);
});

test('fetches a fresh package index where the first try fails', (t) => {
  const machine = makeMachine(t, {
    'apt-get': `
      case "$*" in
        *Dir::State::lists=*update*) : > updated ;;
        *Dir::State::lists=*download*) [ -e updated ] && : > nats-server_1_all.deb ;;
        *) exit 100 ;;
      esac`,
    'dpkg-deb': unpackServer,
  });

  const { stdout, stderr } = machine.find();

  assert.match(stdout, /2\.9\.10\/nats-server\n$/);
  assert.match(stderr, /fetching a fresh one/);
});

test('installs with Homebrew where there is no apt', (t) => {
  const machine = makeMachine(t);
  const server = join(machine.folder, 'bin/nats-server');
  makeProgram(join(machine.folder, 'bin/brew'), `cp "$0" '${server}'`);

  assert.equal(machine.find().stdout, `${server}\n`);
});

test('gives the line to type where the server cannot be fetched', (t) => {
  const withApt = makeMachine(t, { 'apt-get': 'exit 100', 'dpkg-deb': 'exit 1' });
  const withBrew = makeMachine(t, { brew: 'exit 1' });
  const withNeither = makeMachine(t);

  for (const [machine, line] of [
    [withApt, /Type: sudo apt-get update && sudo apt-get install nats-server\n$/],
    [withBrew, /Type: brew install nats-server\n$/],
    [withNeither, /type: export AIRGUARD_NATS_SERVER=\/path\/to\/nats-server\n$/],
  ] as const) {
    const { status, stdout, stderr } = machine.find();
    assert.equal(status, 1);
    assert.equal(stdout, '');
    assert.match(stderr, line);
  }
});

const unpackServer =
  'mkdir -p package/usr/sbin; cd package/usr/sbin; ' +
  'echo "#!/bin/sh\necho nats-server: v2.9.10" > nats-server; chmod 755 nats-server';

/** A clone with nothing but the finder in it, on a machine that has these programs. */
function makeMachine(t: TestContext, programs: Record<string, string> = {}) {
  const folder = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'airguard nats ')));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  const finder = join(folder, 'clone/setup/nats-server.mjs');
  fs.cpSync(join(root, 'setup/nats-server.mjs'), finder);
  const PATH = makePath(join(folder, 'bin'), programs);

  return {
    folder,
    addServer(path: string) {
      fs.mkdirSync(dirname(join(folder, path)), { recursive: true });
      return makeProgram(join(folder, path), 'echo nats-server: v2.9.10');
    },
    find: (env: Record<string, string> = {}) =>
      spawnSync(process.execPath, [finder], { env: { PATH, ...env }, encoding: 'utf8' }),
  };
}
