/** The bridge over a real broker, with a stand-in for ChirpStack at the other side of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anAlert } from '#cli/lorawan/field.ts';
import { type Heard, LoraBridge } from '#cloud/lorawan/bridge.ts';
import { LoraInbox } from '#cloud/lorawan/inbox.ts';
import { type MqttStatus, openMqtt } from '#cloud/lorawan/mqtt.ts';
import { decodeMessage, encodeMessage } from '#protocols/lorawan/codec.ts';
import { rateOf, regionNamed } from '#protocols/lorawan/regions.ts';
import { VirtualClock } from '#sim/clock/virtual-clock.ts';
import { ChirpStackStandIn } from '#sim/lorawan/chirpstack.ts';
import { startMosquitto, whyNoMosquitto } from './mosquitto.ts';

const skip = whyNoMosquitto() ?? false;
const applicationId = '17c82e96-be03-4f38-aef3-f83d48582d97';
const devEui = 'ac1f09fffe090b61';

test('an uplink reaches the cloud through the broker, its receipt comes back', {
  skip,
}, async () => {
  const broker = await startMosquitto({ cloud: 'correct horse', chirpstack: 'battery staple' });
  const statuses: MqttStatus[] = [];
  const open = (clientId: string, username: string, password: string) =>
    openMqtt({ url: broker.url, clientId, username, password }, (status) => statuses.push(status));
  const cloud = open('airguard-hq', 'cloud', 'correct horse');
  const server = open('chirpstack', 'chirpstack', 'battery staple');
  try {
    const heard: Heard[] = [];
    const faults: string[] = [];
    const receipts: Uint8Array[] = [];
    new LoraBridge({
      messaging: cloud,
      inbox: new LoraInbox(new VirtualClock()),
      applicationId,
      devices: new Map([[devEui, 'ap1']]),
      onRecord: (record) => heard.push(record),
      onFault: (line) => faults.push(line),
    }).start();
    const standIn = new ChirpStackStandIn({
      messaging: server,
      applicationId,
      devices: [devEui],
      enqueue: (_devEui, { payload }) => receipts.push(payload),
    });
    await until(() => statuses.filter(({ type }) => type === 'connected').length === 2);
    // Subscriptions are granted a moment after.
    await until(() => {
      standIn.uplink({
        ...anUplink,
        payload: encodeMessage({ is: 'alert', record: 9, at: 1_800_000_000, ...anAlert }),
      });
      return receipts.length > 0;
    });

    assert.deepEqual(
      heard.map(({ node, message, dr, rssiDbm, snrDb }) => [
        node,
        message.is,
        message.record,
        dr,
        rssiDbm,
        snrDb,
      ]),
      [['ap1', 'alert', 9, 0, -118, -7.5]],
    );
    assert.deepEqual(decodeMessage(receipts[0]!), {
      ok: true,
      value: { is: 'receipt', record: 9 },
    });
    assert.deepEqual([faults, standIn.refused], [[], []]);
    assert(statuses.every(({ type }) => type === 'connected'));
  } finally {
    await cloud.close();
    await server.close();
    await broker.stop();
  }
});

test('a wrong password is told in one line that does not hold it', { skip }, async () => {
  const broker = await startMosquitto({ cloud: 'correct horse' });
  const statuses: MqttStatus[] = [];
  const door = openMqtt(
    { url: broker.url, clientId: 'airguard-hq', username: 'cloud', password: 'tr0ub4dor' },
    (status) => statuses.push(status),
  );
  try {
    await until(() => statuses.some(({ type }) => type === 'failed'));
    const text = JSON.stringify(statuses);
    assert.match(text, /MQTT at 127\.0\.0\.1:\d+: .*[Nn]ot authorized/);
    assert.doesNotMatch(text, /tr0ub4dor/);
  } finally {
    await door.close();
    await broker.stop();
  }
});

test('no broker elsewhere without TLS and credentials', () => {
  const refused = (options: Parameters<typeof openMqtt>[0], pattern: RegExp) =>
    assert.throws(() => openMqtt(options, () => undefined), pattern);
  const clientId = 'airguard-hq';
  refused({ url: 'mqtt://broker.example:1883', clientId }, /expected mqtts:\/\/ and credentials/);
  refused(
    { url: 'mqtt://broker.example', clientId, username: 'a', password: 'b' },
    /expected mqtts:\/\/ and credentials/,
  );
  refused({ url: 'mqtts://broker.example', clientId }, /expected mqtts:\/\/ and credentials/);
  refused(
    { url: 'mqtts://a:secret@broker.example', clientId },
    /^(?!.*secret).*options of their own/,
  );
  refused({ url: 'http://127.0.0.1', clientId }, /expected a URL like mqtt:/);
  refused({ clientId, caFile: '/no/such.pem' }, /\/no\/such\.pem: expected a PEM file .* ENOENT/);
});

async function until(holds: () => boolean): Promise<void> {
  for (let turn = 0; turn < 100; turn += 1) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail('did not come to hold within 5 s');
}

const anUplink = {
  devEui,
  port: 10,
  dr: 0,
  frameCount: 0,
  rssiDbm: -118,
  snrDb: -7.5,
  hz: 868_100_000,
  rate: rateOf(regionNamed('EU868'), 0),
};
