/** What ChirpStack says is read as its contract has it; what it does not say is refused. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anAlert } from '#cli/lorawan/field.ts';
import { LoraBridge } from '#cloud/lorawan/bridge.ts';
import { devicesOf, downlinkCommand, readUplink } from '#cloud/lorawan/chirpstack.ts';
import { LoraInbox } from '#cloud/lorawan/inbox.ts';
import { encodeMessage } from '#protocols/lorawan/codec.ts';
import { VirtualClock } from '#sim/clock/virtual-clock.ts';

const applicationId = '17c82e96-be03-4f38-aef3-f83d48582d97';
const topic = `application/${applicationId}/device/0101010101010101/event/up`;

/** In the shape of the example in ChirpStack's documentation of events. */
const event = {
  deduplicationId: '3ac7e3c4-4401-4b8d-9386-a5c902f9202d',
  time: '2022-07-18T09:34:15.775023242+00:00',
  deviceInfo: {
    tenantId: '52f14cd4-c6f1-4fbd-8f87-4025e1d49242',
    tenantName: 'ChirpStack',
    applicationId,
    applicationName: 'Test application',
    deviceProfileId: '14855bf7-d10d-4aee-b618-ebfcb64dc7ad',
    deviceProfileName: 'Test device-profile',
    deviceName: 'Test device',
    devEui: '0101010101010101',
    tags: { key: 'value' },
  },
  devAddr: '00189440',
  dr: 1,
  fPort: 10,
  data: 'qg==',
  rxInfo: [{ gatewayId: '0016c001f153a14c', uplinkId: 4217106255, rssi: -36, snr: 10.5 }],
  txInfo: {
    frequency: 867100000,
    modulation: { lora: { bandwidth: 125000, spreadingFactor: 11, codeRate: 'CR_4_5' } },
  },
};

const read = (value: unknown) => readUplink(topic, Buffer.from(JSON.stringify(value)));

test('an event is read; what the JSON mapping leaves out has its default', () => {
  const outcome = read(event);
  assert(outcome.ok);
  const { dr, fCnt, fPort, data, rxInfo } = outcome.value;
  assert.deepEqual([dr, fCnt, fPort, data], [1, 0, 10, 'qg==']);
  assert.deepEqual(rxInfo, [{ gatewayId: '0016c001f153a14c', rssi: -36, snr: 10.5 }]);
});

test('an event that is none is refused in one line that says where', () => {
  const refused = (value: unknown, pattern: RegExp) => {
    const outcome = read(value);
    assert(!outcome.ok);
    assert.match(outcome.error, pattern);
    assert.doesNotMatch(outcome.error, /\n/);
  };
  refused({ ...event, data: 'no base 64' }, /event\/up: at data: /);
  refused({ ...event, dr: -1 }, /at dr: /);
  refused(
    { ...event, deviceInfo: { ...event.deviceInfo, devEui: 'AgICAgICAgI=' } },
    /at deviceInfo\.devEui: .*16 lower-case/,
  );
  refused(
    { ...event, deviceInfo: { ...event.deviceInfo, devEui: '0202020202020202' } },
    /expected an event of that device/,
  );
  refused([], /at the document/);
  const binary = readUplink(topic, Uint8Array.of(0x0a, 0x24));
  assert(!binary.ok);
  assert.match(binary.error, /expected JSON \(marshaler "json" in ChirpStack\)/);
});

test('only devices of nodes are heard, and only on our port', () => {
  const ears: ((topic: string, body: Uint8Array) => void)[] = [];
  const published: string[] = [];
  const faults: string[] = [];
  const heard: number[] = [];
  new LoraBridge({
    messaging: {
      subscribe: (_topics, onMessage) => ears.push(onMessage),
      publish: (each) => published.push(each),
    },
    inbox: new LoraInbox(new VirtualClock()),
    applicationId,
    devices: devicesOf({ '0101010101010101': 'ap1' }),
    onRecord: ({ message }) => heard.push(message.record),
    onFault: (line) => faults.push(line),
  }).start();
  const say = (changes: object, devEui = '0101010101010101') => {
    const data = encodeMessage({ is: 'alert', record: 4, at: 1, ...anAlert });
    const body = { ...event, data: Buffer.from(data).toString('base64'), ...changes };
    ears[0]!(topic.replace('0101010101010101', devEui), Buffer.from(JSON.stringify(body)));
  };
  say({ fPort: 2 });
  say({ deviceInfo: { ...event.deviceInfo, devEui: '0303030303030303' } }, '0303030303030303');
  assert.deepEqual([heard, published], [[], []]);
  assert.match(faults[0]!, /device 0303030303030303: expected one of a node/);
  say({});
  say({ fCnt: 1 });
  assert.deepEqual([heard, published.length, faults.length], [[4], 2, 1]);
});

test('devices are named by their EUI', () => {
  assert.deepEqual([...devicesOf({ AC1F09FFFE090B61: 'ap1' })], [['ac1f09fffe090b61', 'ap1']]);
  assert.throws(() => devicesOf({ ac1f: 'ap1' }), /device 'ac1f': expected a device EUI of 16/);
  assert.deepEqual(downlinkCommand('ac1f09fffe090b61', 10, Uint8Array.of(1, 2)), {
    devEui: 'ac1f09fffe090b61',
    confirmed: false,
    fPort: 10,
    data: 'AQI=',
  });
});
