import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMemoryNetwork } from '#agents/bus/memory.ts';
import { createRandom } from '#agents/random/philox.ts';
import { bytes, text } from './outcomes.ts';
import { TestClock } from './test-clock.ts';

const event = 'airguard.hq.event.ap1.radio-0.radar.detected';
const metric = 'airguard.hq.metric.ap1.radio-0.load.measured';

test('core messages are lost, repeated and reordered by the shares that are set', () => {
  const { clock, network, hub, ap1 } = startNetwork();
  Object.assign(network.faults.of('ap1'), { loss: 0.1, duplication: 0.05, reordering: 0.1 });
  const got: number[] = [];
  hub.subscribe('airguard.hq.metric.>', ({ data }) => got.push(Number(text(data))));
  for (let index = 0; index < 10_000; index += 1) {
    ap1.publish(metric, bytes(`${index}`));
    clock.advance(1);
  }
  clock.advance(1_000);

  const distinct = new Set(got).size;
  const overtaken = got.filter((number, index) => index > 0 && number < got[index - 1]!).length;
  assert(Math.abs(distinct - 9_000) < 200, `${distinct} of about 9,000 arrived`);
  assert(Math.abs(got.length - distinct - 450) < 150, `${got.length - distinct} came twice`);
  assert(overtaken > 500, `${overtaken} were overtaken`);
});

test('streams arrive in order, once, whatever the link does to messages', () => {
  const { clock, network, hub, ap1 } = startNetwork();
  network.faults.setAll({ loss: 0.2, duplication: 0.2, reordering: 0.2 });
  network.faults.local.duplication = 0.1;
  const first: string[] = [];
  hub.consume({ stream: 'EVENTS', durable: 'cloud', filter: 'airguard.hq.event.>' }, (message) => {
    if (!first.includes(text(message.data))) first.push(text(message.data));
    message.ack();
  });
  for (let index = 0; index < 500; index += 1) {
    ap1.append(event, bytes(`${index}`), { id: `e#${index}` }, () => {});
    clock.advance(7);
    if (index % 100 === 50) network.setLink('ap1', 'down');
    if (index % 100 === 90) network.setLink('ap1', 'up');
  }
  clock.advance(600_000);

  assert.deepEqual(
    first,
    Array.from({ length: 500 }, (_, index) => `${index}`),
  );
});

test('a cut is noticed after two seconds; a shorter one is not, and loses no event', () => {
  const { clock, network, hub, ap1 } = startNetwork();
  const states: string[] = [];
  const seen: string[] = [];
  ap1.onStatus(({ type }) => states.push(type));
  hub.consume({ stream: 'EVENTS', durable: 'cloud', filter: 'airguard.hq.event.>' }, (message) => {
    seen.push(text(message.data));
    message.ack();
  });
  network.setLink('ap1', 'down');
  ap1.append(event, bytes('short'), { id: '1' }, () => {});
  clock.advance(1_000);
  network.setLink('ap1', 'up');
  clock.advance(1_000);
  assert.deepEqual([states, seen], [[], ['short']]);

  network.setLink('ap1', 'down');
  clock.advance(1_999);
  assert.equal(network.linkState('ap1'), 'cut');
  clock.advance(2);
  assert.deepEqual(states, ['link.lost']);
  network.setLink('ap1', 'up');
  clock.advance(300);
  assert.deepEqual(states, ['link.lost', 'link.restored']);
});

test('a broker that crashes keeps what it acknowledged, and its clients are told', () => {
  const { clock, network, hub, ap1 } = startNetwork();
  const states: string[] = [];
  const outcomes: string[] = [];
  const seen: string[] = [];
  ap1.onStatus(({ type }) => states.push(type));
  const append = (what: string) =>
    ap1.append(event, bytes(what), { id: what }, (outcome) =>
      outcomes.push(outcome.ok ? `${what} stored` : `${what} ${outcome.error.code}`),
    );
  append('before');
  clock.advance(1);
  append('under way');
  network.crashBroker('ap1');
  append('while down');
  clock.advance(10);
  network.restartBroker('ap1');
  append('under way');
  clock.advance(5_000);
  hub.consume({ stream: 'EVENTS', durable: 'late', filter: 'airguard.hq.event.>' }, (message) => {
    seen.push(text(message.data));
    message.ack();
  });
  clock.advance(100);

  assert.deepEqual(outcomes.sort(), [
    'before stored',
    'under way disconnected',
    'under way stored',
    'while down disconnected',
  ]);
  assert.deepEqual(seen, ['before', 'under way']);
  assert.deepEqual(states.slice(0, 2), ['disconnected', 'connected']);
});

test('a killed client hears nothing more, and what it held comes to its successor', () => {
  const { clock, network, ap1 } = startNetwork();
  const options = {
    stream: 'EVENTS',
    durable: 'ap1',
    filter: 'airguard.hq.event.ap1.>',
    ackWaitMs: 1_000,
  };
  const heard: string[] = [];
  ap1.consume(options, (message) => heard.push(`first ${text(message.data)}`));
  ap1.append(event, bytes('x'), { id: '1' }, () => {});
  clock.advance(10);
  network.kill(ap1);
  const next = network.connect({ client: 'ap1', domain: 'ap1' });
  next.consume(options, (message) => {
    heard.push(`next ${text(message.data)} ${message.deliveries}`);
    message.ack();
  });
  clock.advance(5_000);
  assert.deepEqual(heard, ['first x', 'next x 2']);
});

test('order depends on names and counts, never on who was called first', () => {
  const run = (isReversed: boolean) => {
    const { clock, network, hub } = startNetwork();
    const clients = ['ap1', 'ap2', 'ap3'].map((node) =>
      network.connect({ client: node, domain: node }),
    );
    network.faults.setAll({ latencyUs: { min: 1_000, spread: 0 } });
    const got: string[] = [];
    hub.subscribe('airguard.hq.metric.>', ({ data }) => got.push(text(data)));
    for (const client of isReversed ? clients.toReversed() : clients) {
      client.publish(`airguard.hq.metric.${client.client}.a.b.c`, bytes(client.client));
    }
    clock.advance(10);
    return got;
  };
  assert.deepEqual(run(true), run(false));
});

test('a stream forgets what all are past, and an id after two minutes', () => {
  const { clock, ap1 } = startNetwork();
  let duplicates = 0;
  const append = () =>
    ap1.append(event, bytes('x'), { id: 'same' }, (outcome) => {
      if (outcome.ok && outcome.value.duplicate) duplicates += 1;
    });
  append();
  clock.advance(119_000);
  append();
  clock.advance(2_000);
  append();
  clock.advance(10);
  assert.equal(duplicates, 1);

  for (let index = 0; index < 5_000; index += 1) {
    ap1.append(event, bytes(`${index}`), { id: `${index}` }, () => {});
  }
  const late: number[] = [];
  ap1.consume({ stream: 'EVENTS', durable: 'late', filter: 'airguard.hq.event.>' }, ({ seq }) =>
    late.push(seq),
  );
  clock.advance(10);
  assert(late.length < 1_000, `${late.length} of 5,000 were kept without a reader`);
});

function startNetwork() {
  const clock = new TestClock();
  const network = createMemoryNetwork({ clock, random: createRandom(7), site: 'hq' });
  const hub = network.connect({ client: 'cloud', domain: 'hub' });
  const ap1 = network.connect({ client: 'ap1', domain: 'ap1' });
  return { clock, network, hub, ap1 };
}
