import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { Bus } from '#agents/bus/bus.ts';
import { createNkey } from '#agents/bus/nats-key.ts';
import { readApart } from '#agents/bus/read-apart.ts';
import { type Client, permissionsOf } from '#protocols/permissions.ts';
import { type Brokers, SITE, startBrokers } from './brokers.ts';
import { bytes, outcomes, text } from './outcomes.ts';
import { until } from './wait.ts';

const { value, failure } = outcomes(until);

const keys = {
  ap1: createNkey(),
  cloud: createNkey(),
  reader: createNkey(),
  operator: createNkey(),
};

suite('permissions on real brokers', { concurrency: false }, () => {
  let brokers: Brokers;
  let cloud: Bus;
  let ap1: Bus;
  let refused: string[];

  before(async () => {
    const user = (key: keyof typeof keys, client: Client) => ({
      nkey: keys[key].publicKey,
      permissions: permissionsOf(client),
    });
    brokers = await startBrokers({
      nodes: ['ap1', 'ap2'],
      users: {
        hub: [
          user('cloud', { kind: 'cloud', site: SITE }),
          user('reader', { kind: 'cloud-reader', site: SITE }),
          user('operator', { kind: 'operator', site: SITE }),
        ],
        ap1: [user('ap1', { kind: 'node', site: SITE, node: 'ap1' })],
      },
      consumers: {
        hub: [{ stream: 'EVENTS', durable: 'cloud', filter: 'airguard.hq.event.>' }],
        ap1: [{ stream: 'COMMANDS', durable: 'ap1', filter: 'airguard.hq.cmd.ap1.>' }],
      },
    });
    cloud = readApart(
      await brokers.connect('cloud', 'hub', { nkeySeed: keys.cloud.seed }),
      await brokers.connect('cloud-reader', 'hub', { nkeySeed: keys.reader.seed }),
    );
    ap1 = await brokers.connect('ap1', 'ap1', { nkeySeed: keys.ap1.seed });
    refused = [];
    ap1.onStatus((status) => {
      if (status.type === 'not_permitted') refused.push(status.message);
    });
  });
  after(() => brokers.stop());

  test('a node may do all that its work takes', async () => {
    const events: string[] = [];
    const commands: string[] = [];
    cloud.consume(
      { stream: 'EVENTS', durable: 'cloud', filter: 'airguard.hq.event.>' },
      (message) => {
        events.push(text(message.data));
        message.ack();
      },
    );
    ap1.consume(
      { stream: 'COMMANDS', durable: 'ap1', filter: 'airguard.hq.cmd.ap1.>' },
      (message) => {
        commands.push(text(message.data));
        message.ack();
      },
    );
    const metrics: string[] = [];
    cloud.subscribe('airguard.hq.metric.>', ({ subject }) => {
      metrics.push(subject);
    });
    cloud.subscribe('airguard.hq.call.cloud.>', (message) => message.respond(bytes('verdict')));
    ap1.subscribe('airguard.hq.call.ap1.>', (message) => message.respond(bytes('state')));
    await pause(300);

    const verdict = await value(ask(ap1, 'airguard.hq.call.cloud.auditor.auditor_check.ap1'));
    assert.equal(text(verdict.data), 'verdict');
    const call = 'airguard.hq.call.ap1.radio-0.radio_get_state.coordinator';
    assert.equal(text((await value(ask(cloud, call))).data), 'state');
    ap1.publish('airguard.hq.metric.ap1.radio-0.survey.measured', bytes('busy'));
    await until(() => metrics.length > 0, 'the metric at the hub');
    await value(append(ap1, 'airguard.hq.event.ap1.radio-0.radar.detected'));
    await value(append(cloud, 'airguard.hq.cmd.ap1.radio-0.radio_set_channel.coordinator'));
    await value<number>((done) => ap1.keyValue('TASKS').put('ap1.task', bytes('1'), done));
    const entry = await value<{ value: Uint8Array }>((done) =>
      ap1.keyValue('TASKS').get('ap1.task', done),
    );
    assert.equal(text(entry.value), '1');
    await value((done) => ap1.objects('PAYLOADS').put('abc', new Uint8Array(300_000), done));
    const object = await value<Uint8Array>((done) => cloud.objects('PAYLOADS').get('abc', done));
    assert.equal(object.length, 300_000);
    await until(() => events.length > 0 && commands.length > 0, 'streams flow both ways');
    // The broker has made both durables before, and this client may not.
    const others = refused.filter((message) => !message.includes('CONSUMER.DURABLE.CREATE'));
    assert.deepEqual(others, []);
  });

  const radar = 'event.ap2.radio-0.radar.detected';
  const attempts: Readonly<Record<string, (bus: Bus) => Promise<string>>> = {
    'another node’s event': (bus) => failure(append(bus, `airguard.hq.${radar}`)),
    'an event of another site': (bus) => failure(append(bus, 'airguard.lab.event.ap1.a.b.c')),
    'another caller': (bus) =>
      failure(ask(bus, 'airguard.hq.call.cloud.auditor.auditor_check.ap2')),
    'the operator as caller': (bus) =>
      failure(ask(bus, 'airguard.hq.call.cloud.coordinator.coordinator_apply_plan.operator')),
    'a tool it has no grant for': (bus) =>
      failure(ask(bus, 'airguard.hq.call.cloud.auditor.auditor_report.ap1')),
    'a call to another node': (bus) =>
      failure(ask(bus, 'airguard.hq.call.ap2.radio-0.radio_get_state.ap1')),
    'a command to itself': (bus) =>
      failure(append(bus, 'airguard.hq.cmd.ap1.radio-0.radio_set_channel.ap1')),
    'a forged command to itself': (bus) =>
      failure(append(bus, 'airguard.hq.cmd.ap1.radio-0.radio_set_channel.coordinator')),
    'the deletion of a stream': (bus) => failure(ask(bus, '$JS.API.STREAM.DELETE.EVENTS-ap1')),
    'the deletion of a stream at the hub': (bus) =>
      failure(ask(bus, '$JS.hub.API.STREAM.DELETE.EVENTS')),
    'a consumer that pushes': (bus) =>
      failure(ask(bus, '$JS.API.CONSUMER.DURABLE.CREATE.EVENTS-ap1.evil')),
    'the purge of a stream': (bus) => failure(ask(bus, '$JS.API.STREAM.PURGE.LEDGER-ap1')),
    'another node’s key': (bus) => failure(ask(bus, '$JS.hub.API.$KV.TASKS.ap2.task')),
  };
  for (const [what, attempt] of Object.entries(attempts)) {
    test(`a node with valid credentials is refused ${what}, and told so`, async () => {
      const before = refused.length;
      assert.equal(await attempt(ap1), 'not_permitted');
      await until(() => refused.length > before, 'it is counted');
    });
  }

  test('a node reads no foreign inbox and writes into none', async () => {
    const before = refused.length;
    const stolen: string[] = [];
    ap1.subscribe('airguard.hq.reply.cloud.>', ({ subject }) => stolen.push(subject));
    ap1.subscribe('airguard.hq.>', ({ subject }) => stolen.push(subject));
    await pause(200);
    const call = 'airguard.hq.call.ap1.radio-0.radio_get_state.coordinator';
    await value(ask(cloud, call));
    ap1.publish('airguard.hq.reply.cloud.abc.r.1', bytes('forged'));
    await until(() => refused.length >= before + 3, 'three refusals are counted');
    assert.deepEqual(stolen, []);
  });

  test('a broker in the wrong hands still speaks for its own node alone', async () => {
    const heard: string[] = [];
    const spy = await brokers.connect('spy', 'hub', { nkeySeed: brokers.admin.seed });
    for (const filter of ['event.>', 'call.>', 'reply.ap1.>']) {
      spy.subscribe(`airguard.hq.${filter}`, ({ subject, data }) => {
        heard.push(`${text(data)} ${subject}`);
      });
    }
    // The admin key of the leaf may do anything there; the hub holds the link to its node.
    const root = await brokers.connect('root', 'ap2', { nkeySeed: brokers.admin.seed });
    const stolen: string[] = [];
    for (const filter of ['event.ap1.>', 'reply.cloud.>', 'reply.ap1.>', 'call.ap1.>']) {
      root.subscribe(`airguard.hq.${filter}`, ({ subject, data }) => {
        if (text(data) !== 'forged') stolen.push(subject);
      });
    }
    await pause(500);

    await takeForeignEvents(root);
    root.publish('airguard.hq.event.ap1.radio-0.radar.detected', bytes('forged'));
    root.publish('airguard.hq.call.ap1.radio-0.radio_set_channel.coordinator', bytes('forged'));
    root.publish('airguard.hq.call.cloud.auditor.auditor_check.ap1', bytes('forged'));
    root.publish('airguard.hq.call.cloud.auditor.auditor_check.operator', bytes('forged'));
    root.publish('airguard.hq.reply.ap1.abc.r.1', bytes('forged'));
    root.publish('airguard.hq.event.ap2.radio-0.radar.detected', bytes('its own'));
    assert.notEqual(await failure(ask(root, '$JS.hub.API.STREAM.DELETE.EVENTS')), 'succeeded');
    await value(ask(cloud, 'airguard.hq.call.ap1.radio-0.radio_get_state.coordinator'));
    await value(append(ap1, 'airguard.hq.event.ap1.radio-0.channel.changed'));
    await until(() => heard.some((message) => message.startsWith('its own')), 'its own');
    await pause(300);

    assert.deepEqual(stolen, []);
    const kept: string[] = [];
    spy.consume(
      { stream: 'EVENTS', durable: 'spy', filter: 'airguard.hq.event.>' },
      ({ data, subject }) => kept.push(`${text(data)} ${subject}`),
    );
    await until(() => kept.length >= 3, 'the hub has stored events');
    await pause(300);
    assert.deepEqual(
      kept.filter((event) => event.startsWith('forged')),
      [],
    );
    assert.deepEqual(
      heard.filter((message) => message.startsWith('forged')),
      [],
    );
  });
});

/** Lets the leaf's own stream take the events of another node. */
async function takeForeignEvents(root: Bus): Promise<void> {
  const info = JSON.parse(text((await value(ask(root, '$JS.API.STREAM.INFO.EVENTS-ap2'))).data));
  info.config.subjects.push('airguard.hq.event.ap1.>');
  const updated = await value<{ data: Uint8Array }>((done) =>
    root.request(
      '$JS.API.STREAM.UPDATE.EVENTS-ap2',
      bytes(JSON.stringify(info.config)),
      { timeoutMs: 2_000 },
      done,
    ),
  );
  assert.equal(JSON.parse(text(updated.data)).error, undefined);
}

let appended = 0;

function append(bus: Bus, subject: string) {
  appended += 1;
  const id = `${bus.client}#${appended}`;
  return (done: Parameters<Bus['append']>[3]) => bus.append(subject, bytes('x'), { id }, done);
}

function ask(bus: Bus, subject: string) {
  return (done: Parameters<Bus['request']>[3]) => {
    bus.request(subject, bytes('{}'), { timeoutMs: 2_000 }, done);
  };
}
