/** The machine's door over real processes and files; `iw` and `hostapd_cli` here are scripts. */
import assert from 'node:assert/strict';
import {
  appendFileSync,
  chmodSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { command } from '#edge/drivers/phy/commands.ts';
import { NodeIo } from '#edge/drivers/phy/node-io.ts';

const at = ['/run/hostapd', '/run/hostapd', 'wlan0'] as const;

test('runs a command without a shell and hands over what it said and how it left', async (t) => {
  const { io } = machine(t, {
    iw: 'printf "%s|" "$@"; echo "$LC_ALL" >&2; exit 3',
  });
  const result = await new Promise((done) => io.run(command('survey', 'wlan0'), done));
  assert.deepEqual(result, { code: 3, stdout: 'dev|wlan0|survey|dump|', stderr: 'C\n' });
});

test('a tool that is not installed is told, not thrown', async (t) => {
  const { io } = machine(t, {});
  const result = await new Promise<{ code: number | null; stderr: string }>((done) =>
    io.run(command('survey', 'wlan0'), done),
  );
  assert.equal(result.code, null);
  assert.match(result.stderr, /ENOENT/);
});

test('refuses whatever is not in the table', (t) => {
  const { io } = machine(t, { iw: 'true' });
  const other = { tool: 'iw', args: ['dev', 'wlan0', 'del'] } as const;
  assert.throws(() => io.run(other, () => {}), /expected a command of the closed table/);
  assert.throws(
    () => io.follow(other, { onLine() {}, onEnd() {} }),
    /expected a command of the closed table/,
  );
});

test('follows events line by line, and tells when they end', async (t) => {
  const { io } = machine(t, {
    hostapd_cli:
      '/bin/echo wlan0 DFS-CAC-START freq=5260; /bin/echo wlan0 AP-ENABLED; echo lost >&2',
  });
  const lines: string[] = [];
  const why = await new Promise((onEnd) =>
    io.follow(command('events', ...at), { onLine: (line) => lines.push(line), onEnd }),
  );
  assert.deepEqual(lines, ['wlan0 DFS-CAC-START freq=5260', 'wlan0 AP-ENABLED']);
  assert.equal(why, 'lost');
});

test('reads a file to its end again and again, and what is added to it', async (t) => {
  const { io, folder } = machine(t, {});
  const path = join(folder, 'spectral_scan0');
  writeFileSync(path, Buffer.alloc(100, 1));
  const opened = await new Promise<Parameters<Parameters<NodeIo['openRelay']>[1]>[0]>((done) =>
    io.openRelay(path, done),
  );
  assert(opened.ok);
  const relay = opened.value;
  const read = () =>
    new Promise<unknown>((done) => relay.read(new Uint8Array(64), (n) => done(n.ok && n.value)));
  assert.deepEqual([await read(), await read(), await read()], [64, 36, 0]);
  appendFileSync(path, Buffer.alloc(5));
  assert.equal(await read(), 5);
  relay.close();
});

test('writes a control file that is there, and makes none that is not', async (t) => {
  const { io, folder } = machine(t, {});
  const path = join(folder, 'spectral_scan_ctl');
  const write = () => new Promise((done) => io.writeText(path, 'background', done));
  assert.deepEqual(await write(), { ok: false, error: { code: 'ENOENT', path } });
  writeFileSync(path, '');
  assert.deepEqual(await write(), { ok: true, value: undefined });
  assert.equal(readFileSync(path, 'utf8'), 'background');
  assert.deepEqual(await new Promise((done) => io.readText(path, done)), {
    ok: true,
    value: 'background',
  });
});

function machine(t: TestContext, tools: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), 'node-io-'));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const [name, script] of Object.entries(tools)) {
    const path = join(folder, name);
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
  }
  return { io: new NodeIo(folder), folder };
}
