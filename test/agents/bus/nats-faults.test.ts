import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { Bus } from '#agents/bus/bus.ts';
import { connectNats } from '#agents/bus/nats.ts';
import { type Brokers, SITE, startBrokers } from './brokers.ts';
import { bytes, text } from './outcomes.ts';
import { until } from './wait.ts';

const event = 'airguard.hq.event.ap1.radio-0.radar.detected';

suite('real brokers that fail', { concurrency: false }, () => {
  let brokers: Brokers;
  let hub: Bus;
  let ap1: Bus;

  before(async () => {
    brokers = await startBrokers({ nodes: ['ap1'] });
    hub = await brokers.connect('cloud', 'hub');
    ap1 = await brokers.connect('ap1', 'ap1');
  });
  after(() => brokers.stop());

  test('a broker killed in the middle loses and doubles nothing it acknowledged', async () => {
    const count = 30_000;
    const statuses: string[] = [];
    const listening = ap1.onStatus(({ type }) => statuses.push(type));
    const acknowledged = new Set<number>();
    const failures: string[] = [];
    let called = 0;
    for (let index = 0; index < count; index += 1) {
      ap1.append(event, bytes(`k${index}`), { id: `kill#${index}` }, (outcome) => {
        called += 1;
        if (outcome.ok) acknowledged.add(index);
        else failures.push(outcome.error.code);
      });
    }
    await until(() => acknowledged.size > 3_000, 'some are acknowledged');
    assert(acknowledged.size < count, 'the broker was killed too late to prove anything');
    const leaf = brokers.leaves.get('ap1')!;
    await leaf.kill();
    await leaf.start();
    await until(() => called === count, 'every append calls back');
    listening.close();

    const stored = await readAll(ap1, 'killed', `airguard.${SITE}.event.ap1.>`, count);
    assert.deepEqual(failures, []);
    assert.equal(stored.length, count);
    assert.deepEqual(
      stored,
      Array.from({ length: count }, (_, index) => `k${index}`),
    );
    assert(statuses.includes('disconnected') && statuses.includes('connected'));
  });

  test('what a cut leaf and the hub stored meets in order, once, when the link is back', async () => {
    const events: string[] = [];
    const commands: string[] = [];
    const atHub = hub.consume(
      { stream: 'LEDGER', durable: 'cut', filter: 'airguard.hq.ledger.ap1.>' },
      (message) => {
        events.push(text(message.data));
        message.ack();
      },
    );
    const atLeaf = ap1.consume(
      { stream: 'COMMANDS', durable: 'cut', filter: 'airguard.hq.cmd.ap1.>' },
      (message) => {
        commands.push(text(message.data));
        message.ack();
      },
    );
    let acknowledged = 0;
    const count = (outcome: { ok: boolean }) => {
      if (outcome.ok) acknowledged += 1;
    };
    brokers.wires.get('ap1')!.cut();
    for (let index = 0; index < 2_000; index += 1) {
      const entry = 'airguard.hq.ledger.ap1.auditor.entry.written';
      ap1.append(entry, bytes(`e${index}`), { id: `entry#${index}` }, count);
    }
    for (let index = 0; index < 50; index += 1) {
      for (const node of ['ap1', 'ap9']) {
        const command = `airguard.hq.cmd.${node}.radio-0.radio_set_channel.coordinator`;
        hub.append(command, bytes(`c${index}`), { id: `${node}#${index}` }, count);
      }
    }
    await until(() => acknowledged === 2_100, 'both sides store while the link is cut');
    assert.deepEqual([events, commands], [[], []]);

    brokers.wires.get('ap1')!.restore();
    await until(() => events.length >= 2_000 && commands.length >= 50, 'all of it arrives');
    await pause(500);
    atHub.close();
    atLeaf.close();
    assert.deepEqual(
      events,
      Array.from({ length: 2_000 }, (_, index) => `e${index}`),
    );
    assert.deepEqual(
      commands,
      Array.from({ length: 50 }, (_, index) => `c${index}`),
    );
  });

  test('a consumer pulls on through a restart of its broker', async () => {
    const got: string[] = [];
    const consumer = hub.consume(
      { stream: 'EVENTS', durable: 'through', filter: 'airguard.hq.event.cloud.>' },
      (message) => {
        got.push(text(message.data));
        message.ack();
      },
    );
    const tell = (what: string) =>
      new Promise<void>((resolve, reject) => {
        const subject = 'airguard.hq.event.cloud.auditor.rule.broken';
        hub.append(subject, bytes(what), { id: `through#${what}` }, (outcome) => {
          if (outcome.ok) resolve();
          else reject(new Error(outcome.error.message));
        });
      });
    await tell('before');
    await until(() => got.includes('before'), 'the first arrives');
    await pause(100);
    await brokers.hub.kill();
    const lost = new Promise<string>((resolve) => {
      hub.request('airguard.hq.call.x.y.z.w', bytes(''), { timeoutMs: 10_000 }, (outcome) =>
        resolve(outcome.ok ? 'ok' : outcome.error.code),
      );
    });
    assert.equal(await lost, 'disconnected');
    await brokers.hub.start();
    await tell('after');
    await until(() => got.includes('after'), 'the next arrives');
    consumer.close();
    // A broker writes acknowledgements to disk a little later: one that is killed may deliver again.
    assert.deepEqual([...new Set(got)], ['before', 'after']);
  });

  test('a consumer that cannot keep up is reported with its subject', async () => {
    const slow = await brokers.connect('cloud', 'hub', { slowMs: 300 });
    const reported: string[] = [];
    slow.onStatus((status) => {
      if (status.type === 'slow_consumer') reported.push(status.subject);
    });
    slow.subscribe('airguard.hq.log.cloud.>', () => spin(2));
    await pause(100);
    const busy = setInterval(() => {
      for (let sent = 0; sent < 200; sent += 1) {
        hub.publish('airguard.hq.log.cloud.auditor.line.written', bytes('x'));
      }
    }, 100);
    await until(() => reported.length > 0, 'it is reported').finally(() => clearInterval(busy));
    assert.equal(reported[0], 'airguard.hq.log.cloud.>');
  });

  test('a broker that is not there, or does not know the key, is an error at once', async () => {
    const options = { client: 'ap1', site: SITE, domain: 'ap1', onFatal: () => {} };
    const nowhere = connectNats({ ...options, servers: 'nats://127.0.0.1:1' });
    await assert.rejects(nowhere);
    const nobody = connectNats({ ...options, servers: brokers.hub.url });
    await assert.rejects(nobody, /[Aa]uthoriz/);
  });
});

/** Everything a stream holds for a filter, as long as it takes to see `count` and a little longer. */
async function readAll(
  bus: Bus,
  durable: string,
  filter: string,
  count: number,
): Promise<string[]> {
  const seen: string[] = [];
  const consumer = bus.consume({ stream: 'EVENTS', durable, filter }, (message) => {
    seen.push(text(message.data));
    message.ack();
  });
  await until(() => seen.length >= count, `${count} messages are read`);
  await pause(300);
  consumer.close();
  return seen;
}

/** Keeps the only thread busy. */
function spin(ms: number): void {
  const endMs = performance.now() + ms;
  while (performance.now() < endMs);
}
