/** The command as a user runs it: a real broker, and a stand-in for ChirpStack at the other side. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { test } from 'node:test';
import { anAlert } from '#cli/lorawan/field.ts';
import { openMqtt } from '#cloud/lorawan/mqtt.ts';
import { encodeMessage } from '#protocols/lorawan/codec.ts';
import { rateOf, regionNamed } from '#protocols/lorawan/regions.ts';
import { ChirpStackStandIn } from '#sim/lorawan/chirpstack.ts';
import { startMosquitto, whyNoMosquitto } from '../../cloud/lorawan/mosquitto.ts';

const root = path.join(import.meta.dirname, '..', '..', '..');
const airguard = path.join(root, 'airguard');
const applicationId = '17c82e96-be03-4f38-aef3-f83d48582d97';
const devEui = 'ac1f09fffe090b61';

test('`lorawan listen` shows what a node said, and answers it', {
  skip: whyNoMosquitto() ?? false,
}, async (t) => {
  const dir = mkdtempSync(path.join(tmpdir(), 'airguard-listen-'));
  const broker = await startMosquitto({ cloud: 'correct horse', chirpstack: 'battery staple' });
  const devices = path.join(dir, 'devices.json');
  const passwordFile = path.join(dir, 'password');
  writeFileSync(devices, JSON.stringify({ [devEui.toUpperCase()]: 'ap1' }));
  writeFileSync(passwordFile, 'correct horse\n', { mode: 0o600 });
  const server = openMqtt(
    { url: broker.url, clientId: 'chirpstack', username: 'chirpstack', password: 'battery staple' },
    () => undefined,
  );
  let receipts = 0;
  const standIn = new ChirpStackStandIn({
    messaging: server,
    applicationId,
    devices: [devEui],
    enqueue: () => {
      receipts += 1;
    },
  });
  const args = ['lorawan', 'listen', '--application', applicationId, '--devices', devices];
  const broken = ['--mqtt', broker.url, '--username', 'cloud', '--password-file', passwordFile];
  const child = spawn(airguard, [...args, ...broken, '--json'], { cwd: root });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  t.after(async () => {
    child.kill('SIGKILL');
    await exited;
    await server.close();
    await broker.stop();
    rmSync(dir, { recursive: true });
  });
  for (let turn = 0; turn < 100 && receipts === 0; turn += 1) {
    const payload = encodeMessage({ is: 'alert', record: 9, at: 1_800_000_000, ...anAlert });
    const rate = rateOf(regionNamed('EU868'), 0);
    standIn.uplink({
      devEui,
      port: 10,
      payload,
      dr: 0,
      frameCount: turn,
      rssiDbm: -118,
      snrDb: -7.5,
      hz: 868_100_000,
      rate,
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  child.kill('SIGINT');
  await exited;

  assert(receipts > 0, stderr);
  const { heard } = JSON.parse(stdout);
  assert.deepEqual(
    heard.map(({ node, message }: { node: string; message: { record: number } }) => [
      node,
      message.record,
    ]),
    [['ap1', 9]],
  );
  assert.match(stderr, /listening/);
  assert.doesNotMatch(stderr, /correct horse/);
  assert.deepEqual(standIn.refused, []);
});

test('`lorawan listen` says what it needs, and that no broker is there', () => {
  const run = (...args: readonly string[]) =>
    spawnSync(airguard, ['lorawan', 'listen', ...args], { cwd: root, encoding: 'utf8' });
  assert.match(run().stderr, /--application: expected the UUID of an application, came nothing/);
  const named = ['--application', applicationId];
  assert.match(run(...named).stderr, /--devices: expected a file like/);
  const dir = mkdtempSync(path.join(tmpdir(), 'airguard-listen-'));
  const devices = path.join(dir, 'devices.json');
  writeFileSync(devices, '{"ac1f": "ap1"}');
  assert.match(run(...named, '--devices', devices).stderr, /device 'ac1f': expected a device EUI/);
  writeFileSync(devices, `{"${devEui}": "ap1"}`);
  const none = run(...named, '--devices', devices, '--mqtt', 'mqtt://127.0.0.1:1', '--for', '1s');
  rmSync(dir, { recursive: true });
  assert.equal(none.status, 6);
  assert.match(none.stderr, /MQTT at 127\.0\.0\.1:1: .*ECONNREFUSED/);
});
