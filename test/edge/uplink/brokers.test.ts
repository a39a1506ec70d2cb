import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { freePort } from '#agents/bus/broker.ts';
import { connectNats } from '#agents/bus/nats.ts';
import { createRandom } from '#agents/random/philox.ts';
import { draftOf } from '#bench/edge/sample-drafts.ts';
import { openHub, startHub, startLeaf } from '#cli/live/brokers.ts';
import { makeSiteKeys } from '#cli/live/keys.ts';
import { RealClock } from '#cli/live/real-clock.ts';
import { Arrivals } from '#cloud/telemetry/arrivals.ts';
import { Receiver, TELEMETRY } from '#cloud/telemetry/receiver.ts';
import { Uplink } from '#edge/uplink/uplink.ts';
import { findNatsServer } from '#setup/nats-server.mjs';
import { until } from '../../agents/bus/wait.ts';

test('over real brokers records of every type arrive by no more rights than their clients have', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'airguard-uplink-'));
  const keys = makeSiteKeys(dir, ['ap1']);
  const program = await findNatsServer();
  const place = { dir, site: 'hq', keys };
  const hubPlace = {
    ...place,
    port: await freePort(),
    leafPort: await freePort(),
    nodes: ['ap1'],
  };
  const hub = await startHub(program, hubPlace);
  const leaf = await startLeaf(program, {
    ...place,
    node: 'ap1',
    port: await freePort(),
    hub: `127.0.0.1:${hubPlace.leafPort}`,
  });
  await openHub(hubPlace);
  const clock = new RealClock();
  const refused: string[] = [];
  const connect = async (servers: string, client: string, domain: string) => {
    const options = { servers, client, site: 'hq', domain, nkeySeed: keys.of(client).natsSeed };
    const bus = await connectNats({ ...options, onFatal: (error) => refused.push(error.message) });
    bus.onStatus((status) => {
      if (status.type === 'not_permitted') refused.push(status.message);
    });
    return bus;
  };
  const [reading, telling] = await Promise.all([
    connect(hub.url, TELEMETRY, 'hub'),
    connect(leaf.url, 'ap1', 'ap1'),
  ]);
  const arrivals = new Arrivals(join(dir, 'arrivals.db'));
  const types = new Set<string>();
  let arrived = 0;
  const receiver = new Receiver({
    bus: reading,
    clock,
    site: 'hq',
    arrivals,
    onRecord: ({ record }) => {
      types.add(record.type);
      arrived += 1;
    },
    onRefused: (line) => refused.push(line),
  });
  const random = createRandom('live');
  const file = join(dir, 'queue.db');
  const uplink = new Uplink({ bus: telling, clock, random, site: 'hq', node: 'ap1', file });
  try {
    for (let number = 0; number < 500; number += 1) uplink.put('radio-0', draftOf(number, random));
    await until(() => arrived >= 500, 'all records at the hub');
    assert.equal(arrived, 500);
    assert.equal(types.size, 5);
    // The reader asks whether it may make its durable; those that set the hub up have made it.
    assert.deepEqual(
      refused.filter((line) => !line.includes('CONSUMER.DURABLE.CREATE')),
      [],
    );
    const { waiting } = uplink.health();
    assert.equal(
      Object.values(waiting).reduce((sum, { dropped }) => sum + dropped, 0),
      0,
    );
  } finally {
    uplink.close();
    receiver.close();
    await Promise.all(
      [reading, telling].map((bus) => new Promise<void>((resolve) => bus.drain(resolve))),
    );
    clock.stop();
    arrivals.close();
    await leaf.kill();
    await hub.kill();
    rmSync(dir, { recursive: true, force: true });
  }
});
