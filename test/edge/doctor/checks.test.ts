/** The other checks: each of their answers, and what is said where a machine knows nothing. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import { after, test } from 'node:test';
import type { Check, Finding, Patient } from '#edge/doctor/check.ts';
import { broker } from '#edge/doctor/checks/broker.ts';
import { clock } from '#edge/doctor/checks/clock.ts';
import { disk } from '#edge/doctor/checks/disk.ts';
import { checks } from '#edge/doctor/checks/index.ts';
import { model } from '#edge/doctor/checks/model.ts';
import { node } from '#edge/doctor/checks/node.ts';
import { rtc } from '#edge/doctor/checks/rtc.ts';
import { thermal } from '#edge/doctor/checks/thermal.ts';
import { examine } from '#edge/doctor/examine.ts';
import { rootedSystem } from '#edge/doctor/rooted-system.ts';
import type { System } from '#edge/doctor/system.ts';
import { NOW_MS, systemOf } from './tree.ts';

const nobody: Patient = { models: [] };

async function one(check: Check, system: System, patient: Patient = nobody): Promise<Finding> {
  const findings = await check.look(system, patient);
  assert.equal(findings.length, 1);
  return findings[0] as Finding;
}

/** [result, what the reason says, what the mend says]. */
function says({ result, reason, mend }: Finding, expected: Finding['result'], ...words: RegExp[]) {
  assert.equal(result, expected, reason);
  assert.match(`${reason}\n${mend.join('\n')}`, words[0] ?? /./);
  assert.match(mend.join('\n'), words[1] ?? /^$|./);
  // Whatever is wrong has something to type.
  assert(result === 'ok' ? mend.length === 0 : mend.length > 0);
}

test('an old Node is a fault', async () => {
  says(await one(node, systemOf({})), 'ok', /24\.21\.0/);
  says(await one(node, systemOf({}, { nodeVersion: '22.9.0' })), 'fault', /came 22\.9\.0/);
});

const servers: Server[] = [];
after(() => {
  for (const server of servers) server.close();
});

async function listening(onSocket: (socket: Socket) => void): Promise<string> {
  const server = createServer(onSocket);
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { port: number };
  return `nats://127.0.0.1:${port}`;
}

test('a broker is known by its INFO, and by its JetStream', async () => {
  const system = systemOf({});
  const greet = (line: string) => listening((socket) => void socket.write(line));
  const ask = async (natsUrl: string) => one(broker, system, { ...nobody, natsUrl });

  const info = 'INFO {"server_name":"ap1","version":"2.12.1","jetstream":true}\r\n';
  says(
    await ask(await greet(info)),
    'ok',
    /nats-server 2\.12\.1 at 127\.0\.0\.1:\d+, with JetStream/,
  );
  const bare = 'INFO {"version":"2.12.1"}\r\n';
  says(await ask(await greet(bare)), 'warning', /JetStream is off/, /nats-server\.mjs\) -js/);
  says(await ask(await greet('SSH-2.0-OpenSSH_9.2\r\n')), 'fault', /no NATS server/, /ss -ltnp/);
  says(await ask(await greet('INFO {broken\r\n')), 'fault', /no NATS server/);
  says(await ask(await listening((socket) => socket.end())), 'fault', /closed the connection/);

  const gone = await greet(info);
  await new Promise((done) => servers.at(-1)!.close(done));
  says(await ask(gone), 'fault', /connection was refused/, /nats-server\.mjs\) -js/);
  says(await ask('http://127.0.0.1'), 'fault', /expected an address like nats:/);
  says(await ask('nats://'), 'fault', /expected an address/);
  assert.deepEqual(await broker.look(system, nobody), []);

  const hub = async (url: string) =>
    one(broker, system, { ...nobody, hub: url.slice('nats://'.length) });
  says(await hub(await greet(info)), 'ok', /starts its own; the hub, nats-server 2\.12\.1/);
  says(await hub(gone), 'warning', /the hub does not answer .* refused.* alone/, /^nc -vz /);
  says(await hub(await greet('SSH-2.0-OpenSSH_9.2\r\n')), 'fault', /no hub/);
});

test('a disk is asked whether what the recorder may keep fits', async () => {
  const folder = '/var/lib/airguard';
  const base = systemOf({
    [`${folder}/one.seg`]: 'x'.repeat(1_000),
    '/proc/self/mounts': 'a / ext4 rw 0 0\n',
  });
  const GIB = 1_073_741_824;
  const ask = (freeBytes: number, budgetBytes: number, changes: Partial<System> = {}) => {
    const system = { ...base, space: () => ({ freeBytes, totalBytes: 99 * GIB }), ...changes };
    return one(disk, system, { ...nobody, recording: { folder, budgetBytes } });
  };
  says(await ask(10 * GIB, GIB), 'ok', /10\.0 GiB free/);
  says(await ask(10 * GIB, 12 * GIB), 'warning', /2\.2 GiB too large; at most 9\.8 GiB/, /du -xh/);
  says(await ask(GIB / 16, GIB), 'fault', /64 MiB free/, /du -xh/);
  says(await ask(10 * GIB, GIB, { isWritable: () => false }), 'fault', /may not write/, /chown/);
  const readOnly = systemOf({
    '/var/lib/': '',
    '/proc/self/mounts': 'a / ext4 rw 0 0\nb /var ext4 ro,noatime 0 0\n',
  });
  const found = await one(
    disk,
    { ...readOnly, isWritable: () => false },
    { ...nobody, recording: { folder, budgetBytes: GIB } },
  );
  says(found, 'fault', /mounted read-only/, /remount,rw/);
  says(await ask(10 * GIB, GIB, { space: () => undefined }), 'fault', /cannot be asked/);
});

test('a clock is believed by whoever keeps it, first chrony', async () => {
  const program = (text: string) => `#!/bin/sh\necho '${text}'\n`;
  const chrony = (leap: string) => ({
    '/usr/bin/chronyc': program(
      `C0A80101,192.168.1.1,3,1.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,64.0,${leap}`,
    ),
  });
  says(await one(clock, systemOf(chrony('Normal'))), 'ok', /says chronyc/);
  says(
    await one(clock, systemOf(chrony('Not synchronised'))),
    'warning',
    /not synchronised/,
    /set-ntp/,
  );
  const systemd = (text: string) => ({ '/usr/bin/timedatectl': program(text) });
  says(await one(clock, systemOf(systemd('yes'))), 'ok', /says timedatectl/);
  says(await one(clock, systemOf(systemd('no'))), 'warning', /says timedatectl/);
  const marked = { '/run/systemd/timesync/synchronized': '' };
  says(await one(clock, systemOf(marked)), 'ok', /timesyncd/);
  says(await one(clock, systemOf({ '/run/systemd/timesync/': '' })), 'warning', /timesyncd/);
  says(await one(clock, systemOf({})), 'warning', /nobody can say/, /chrony/);
  says(await one(clock, systemOf({}, { nowMs: 1_000 })), 'fault', /1970/);
});

test('a clock without power may be missing, mute or off', async () => {
  const at = (seconds: number) =>
    systemOf({ '/sys/class/rtc/rtc0/since_epoch': `${NOW_MS / 1_000 + seconds}\n` });
  says(await one(rtc, at(2)), 'ok', /2 s off/);
  says(await one(rtc, at(-3_600)), 'warning', /3600 s off/, /systohc/);
  says(await one(rtc, systemOf({ '/sys/class/rtc/rtc0/name': 'x' })), 'warning', /does not tell/);
  says(await one(rtc, systemOf({})), 'warning', /goes on without power/);
});

test('heat is measured against what the kernel does of it', async () => {
  const zone = (temp: string, name = 'CPU-therm') => ({
    '/sys/class/thermal/thermal_zone0/type': `${name}\n`,
    '/sys/class/thermal/thermal_zone0/temp': temp,
    '/sys/class/thermal/thermal_zone0/trip_point_0_type': 'critical\n',
    '/sys/class/thermal/thermal_zone0/trip_point_0_temp': '105000\n',
    '/sys/class/thermal/thermal_zone0/trip_point_1_type': 'passive\n',
    '/sys/class/thermal/thermal_zone0/trip_point_1_temp': '85000\n',
    '/sys/class/thermal/cooling_device0/type': 'Fan\n',
  });
  says(await one(thermal, systemOf(zone('48500\n'))), 'ok', /CPU-therm at 48\.5 °C/);
  says(await one(thermal, systemOf(zone('85000\n'))), 'warning', /slows the machine down from 85/);
  says(await one(thermal, systemOf(zone('101000\n'))), 'fault', /ends at 105 °C/);
  says(await one(thermal, systemOf(zone('Invalid argument'))), 'warning', /no thermal zone/);
  says(await one(thermal, systemOf({})), 'warning', /no thermal zone/);
});

test('a model is the one of its card, or it is a fault', async () => {
  const bytes = 'model';
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const ask = (files: Parameters<typeof systemOf>[0]) =>
    one(model, systemOf(files), { models: ['/m/cae.onnx'] });
  const card = JSON.stringify({ model: { sha256 } });
  says(await ask({ '/m/cae.onnx': bytes, '/m/cae.card.json': card }), 'ok', /cae\.card\.json/);
  says(await ask({ '/m/cae.onnx': bytes, '/m/card.json': card }), 'ok', /card\.json/);
  says(await ask({ '/m/cae.onnx': 'other', '/m/card.json': card }), 'fault', /not the model of/);
  says(await ask({ '/m/cae.onnx': bytes }), 'warning', /no card/);
  says(await ask({}), 'fault', /cannot be read: ENOENT/, /git checkout/);
  says(await one(model, systemOf({})), 'warning', /no model/);
});

test('a check that fails by itself is a finding, and the others still look', async () => {
  const system = {
    ...systemOf({}),
    nowMs(): number {
      throw new Error('no clock');
    },
  };
  const findings = await examine(system, nobody);
  const failed = findings.find(({ about }) => about === 'clock');
  assert.match(failed?.reason ?? '', /the check itself failed: no clock/);
  assert(findings.some(({ about }) => about === 'thermal'));
});

test('this very machine is examined, by every check, in one line each', async () => {
  const system = rootedSystem({
    root: '/',
    clock: { now: () => NOW_MS * 1_000 },
    user: process.getuid?.() ?? 0,
    nodeVersion: process.versions.node,
  });
  const asked: string[] = [];
  const patient = {
    natsUrl: 'nats://127.0.0.1:1',
    recording: { folder: '/tmp/airguard-none', budgetBytes: 1 },
    models: [],
  };
  const findings = await examine(system, patient, ({ name }) => asked.push(name));
  assert.deepEqual(
    asked,
    checks.map(({ name }) => name),
  );
  for (const { reason } of findings) {
    assert(!reason.includes('\n') && reason.length > 0);
    assert(!reason.includes('the check itself failed'), reason);
  }
  assert.equal(findings.find(({ about }) => about === 'node')?.result, 'ok');
  assert.equal(findings.find(({ about }) => about === 'broker')?.result, 'fault');
});
