/**
 * The compose file, as far as it can be held to its word where no container engine is: its form, that
 * every command is one, and that the same commands run together without containers.
 *
 * @see the Compose Specification, https://compose-spec.io: the elements used here.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import * as yaml from 'yaml';
import * as z from 'zod';
import { freePort } from '#agents/bus/broker.ts';
import { parseArguments } from '#cli/arguments.ts';
import { commands } from '#cli/commands/index.ts';

const root = join(import.meta.dirname, '..');
const main = join(root, 'cli', 'main.ts');

const Duration = z.string().regex(/^(\d+(us|ms|s|m|h))+$/);
const Name = z.string().regex(/^[a-zA-Z0-9._-]+$/);
const Service = z.strictObject({
  image: z.string(),
  build: z.string(),
  command: z.array(z.string()),
  init: z.boolean(),
  read_only: z.literal(true),
  cap_drop: z.tuple([z.literal('ALL')]),
  security_opt: z.array(z.string()),
  tmpfs: z.array(z.string()),
  restart: z.literal(['no', 'always', 'on-failure', 'unless-stopped']),
  stop_grace_period: Duration,
  healthcheck: z.union([
    z.strictObject({ disable: z.literal(true) }),
    z.strictObject({
      test: z.tuple([z.literal('CMD-SHELL'), z.string()]),
      interval: Duration,
      timeout: Duration,
      start_period: Duration,
      retries: z.number().int().positive(),
    }),
  ]),
  volumes: z.array(z.string().regex(/^[a-z0-9]+:\/[^:]+(:ro)?$/)),
  ports: z.array(z.string().regex(/^127\.0\.0\.1:\d+:\d+$/, 'bound to loopback')).optional(),
  depends_on: z
    .record(
      Name,
      z.strictObject({
        condition: z.literal([
          'service_started',
          'service_healthy',
          'service_completed_successfully',
        ]),
      }),
    )
    .optional(),
});
const Compose = z.strictObject({
  name: Name,
  'x-part': z.unknown(),
  services: z.record(Name, Service),
  volumes: z.record(Name, z.null()),
});

const text = readFileSync(join(root, 'docker-compose.yml'), 'utf8');
const compose = Compose.parse(yaml.parse(text, { merge: true }));
const services = Object.entries(compose.services);

test('the compose file has the form it is to have, and names only what it declares', () => {
  for (const [name, { volumes, depends_on, build }] of services) {
    assert(existsSync(join(root, build, 'Dockerfile')), name);
    for (const volume of volumes) assert(volume.split(':')[0]! in compose.volumes, volume);
    for (const other of Object.keys(depends_on ?? {})) assert(other in compose.services, other);
  }
  assert.deepEqual(Object.keys(compose.services).sort(), [
    'air',
    'ap1',
    'ap2',
    'cloud',
    'hub',
    'keys',
  ]);
  assert.doesNotMatch(text, /password\s*[:=]|secret\s*[:=]/i);
});

test('every command of the compose file is one, with options it takes', async () => {
  for (const [, { command }] of services) {
    const [name, ...args] = command;
    const found = commands.find((each) => each.name === name);
    assert(found !== undefined, `airguard ${name}`);
    parseArguments(await found.load(), ['airguard', found.name], args);
  }
});

test('the image is made of files that are there, and runs as nobody special', () => {
  const lines = readFileSync(join(root, 'Dockerfile'), 'utf8').split('\n');
  const copied = lines
    .filter((line) => line.startsWith('COPY '))
    .flatMap((line) => line.split(' ').slice(1, -1));
  for (const path of copied) assert(existsSync(join(root, path)), path);
  assert(lines.indexOf('USER node') > 0);
  assert(lines.indexOf('USER node') < lines.findIndex((line) => line.startsWith('ENTRYPOINT')));
  const entry = lines.find((line) => line.startsWith('ENTRYPOINT')) ?? '';
  assert.match(entry, /"\/app\/cli\/main\.ts"\]$/);
});

test('the same commands run together without containers', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'airguard-compose-'));
  const place = await onLoopback(folder);
  const running = new Map<string, ChildProcess>();
  const codes = new Map<string, number | null>();
  let said = '';
  try {
    const made = spawnSync(process.execPath, [main, ...place('keys')], {
      encoding: 'utf8',
      cwd: root,
    });
    assert.equal(made.status, 0, made.stderr);
    for (const name of inOrder().filter((each) => each !== 'keys')) {
      const child = spawn(process.execPath, [main, ...place(name)], {
        cwd: root,
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      child.stderr.on('data', (data) => {
        said += `${name}: ${data}`;
      });
      running.set(name, child);
      await until(
        () => isHealthy(folder, name),
        () => `${name} is healthy; ${said}`,
      );
    }

    const hub = place('cloud').find((each) => each.startsWith('nats://'))!;
    const ask = ['tools', 'call', 'ap1/radio-1', 'radio_get_state', '--nats', hub, '--site', 'hq'];
    const args = [main, ...ask, '--dir', join(folder, 'hub'), '--json'];
    const isServing = () => {
      const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', cwd: root });
      return stdout.includes('"serving"');
    };
    await until(isServing, () => `a radio serves; ${said}`);
  } finally {
    await Promise.all([...running].map(async ([name, child]) => codes.set(name, await end(child))));
    rmSync(folder, { recursive: true, force: true });
  }
  for (const [name, code] of codes) assert.equal(code, 130, `${name} ended in order; ${said}`);
});

/** Services after what they depend on. */
function inOrder(): string[] {
  const order: string[] = [];
  const add = (name: string) => {
    for (const other of Object.keys(compose.services[name]?.depends_on ?? {})) add(other);
    if (!order.includes(name)) order.push(name);
  };
  for (const [name] of services) add(name);
  return order;
}

/** The commands with folders for volumes, and ports of this machine for hosts of the network. */
async function onLoopback(folder: string): Promise<(service: string) => string[]> {
  const addresses = new Map<string, string>();
  const own = new Map<string, string[]>();
  for (const name of ['hub', 'ap1', 'ap2']) {
    const port = await freePort();
    addresses.set(`${name}:4222`, `127.0.0.1:${port}`);
    own.set(name, ['--port', String(port)]);
  }
  const leafPort = await freePort();
  addresses.set('hub:7422', `127.0.0.1:${leafPort}`);
  own.get('hub')?.push('--leaf-port', String(leafPort));
  mkdirSync(join(folder, 'keys'), { mode: 0o700 });
  for (const [name] of services) {
    if (name === 'keys') continue;
    mkdirSync(join(folder, name));
    symlinkSync(join(folder, 'keys'), join(folder, name, 'keys'));
  }
  return (name) => [
    ...compose.services[name]!.command.map((word) => {
      // The volume `keys` is mounted below /data.
      if (word === '/data') return name === 'keys' ? folder : join(folder, name);
      if (word === '0.0.0.0') return '127.0.0.1';
      return [...addresses].reduce((so, [host, here]) => so.replaceAll(host, here), word);
    }),
    ...(own.get(name) ?? []),
  ];
}

/** What the health check of the service says, asked of the folder instead of /data. */
function isHealthy(folder: string, name: string): boolean {
  const { healthcheck } = compose.services[name]!;
  assert('test' in healthcheck);
  const script = healthcheck.test[1].replaceAll('/data', join(folder, name));
  return spawnSync('/bin/sh', ['-c', script], { stdio: 'ignore' }).status === 0;
}

async function until(isMet: () => boolean, what: () => string): Promise<void> {
  const endMs = Date.now() + 20_000;
  while (!isMet()) {
    if (Date.now() > endMs) assert.fail(`not in time: ${what()}`);
    await pause(100);
  }
}

/** Its exit code; null where it had to be killed, since it did not end by itself. */
async function end(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const patience = setTimeout(() => child.kill('SIGKILL'), 15_000);
  await ended;
  clearTimeout(patience);
  return child.exitCode;
}
