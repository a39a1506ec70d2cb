import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BusMessage } from '#agents/bus/bus.ts';
import { declareStreams } from '#agents/bus/nats-streams.ts';
import { SITE, startBrokers } from './brokers.ts';
import { bytes, outcomes, text } from './outcomes.ts';
import { until } from './wait.ts';

test('declaring again keeps what is stored, and adds a node that joined', async () => {
  const { value } = outcomes(until);
  const brokers = await startBrokers({ nodes: ['ap1', 'ap2'], sourced: ['ap1'] });
  try {
    const hub = await brokers.connect('cloud', 'hub');
    const ap1 = await brokers.connect('ap1', 'ap1');
    const ap2 = await brokers.connect('ap2', 'ap2');
    const seen: string[] = [];
    hub.consume(
      { stream: 'EVENTS', durable: 'cloud', filter: 'airguard.hq.event.>' },
      (message) => {
        seen.push(text(message.data));
        message.ack();
      },
    );
    const tell = (bus: typeof ap1, what: string) =>
      value((done: Parameters<typeof bus.append>[3]) =>
        bus.append(`airguard.hq.event.${bus.client}.a.b.c`, bytes(what), { id: what }, done),
      );
    await tell(ap1, 'one');
    await tell(ap2, 'early');
    await until(() => seen.length > 0, 'the first node is sourced');

    const again = { servers: brokers.hub.url, site: SITE, domain: 'hub', nodes: ['ap1', 'ap2'] };
    await declareStreams({ ...again, nkeySeed: brokers.admin.seed });
    await declareStreams({ ...again, nkeySeed: brokers.admin.seed });
    await tell(ap1, 'two');
    await until(() => seen.length >= 3, 'the second node is sourced as well');

    assert.deepEqual(seen.sort(), ['early', 'one', 'two']);
    const info = await value<BusMessage>((done) =>
      hub.request('$JS.API.STREAM.INFO.EVENTS', bytes(''), { timeoutMs: 2_000 }, done),
    );
    const { config, state } = JSON.parse(text(info.data));
    assert.equal(config.sources.length, 2);
    assert.equal(state.messages, 3);
  } finally {
    await brokers.stop();
  }
});
