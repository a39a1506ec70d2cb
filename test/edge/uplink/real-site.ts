/** A hub and one leaf as they are run, with a node's client at the leaf and the reader of records at the hub. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '#agents/bus/broker.ts';
import { connectNats } from '#agents/bus/nats.ts';
import { openHub, startHub, startLeaf } from '#cli/live/brokers.ts';
import { makeSiteKeys } from '#cli/live/keys.ts';
import { RealClock } from '#cli/live/real-clock.ts';
import { Arrivals } from '#cloud/telemetry/arrivals.ts';
import { type Arrival, Receiver, TELEMETRY } from '#cloud/telemetry/receiver.ts';
import { findNatsServer } from '#setup/nats-server.mjs';

export async function startRealSite() {
  const dir = mkdtempSync(join(tmpdir(), 'airguard-site-'));
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
  /** What a broker or the reader did not take. */
  const refused: string[] = [];
  const connect = async (servers: string, client: string, domain: string) => {
    const options = { servers, client, site: 'hq', domain, nkeySeed: keys.of(client).natsSeed };
    const bus = await connectNats({ ...options, onFatal: (error) => refused.push(error.message) });
    bus.onStatus((status) => {
      // The reader asks whether it may make its durable; whoever set the hub up has made it.
      if (status.type !== 'not_permitted') return;
      if (!status.message.includes('CONSUMER.DURABLE.CREATE')) refused.push(status.message);
    });
    return bus;
  };
  const [reading, node] = await Promise.all([
    connect(hub.url, TELEMETRY, 'hub'),
    connect(leaf.url, 'ap1', 'ap1'),
  ]);
  const arrivals = new Arrivals(join(dir, 'arrivals.db'));
  const arrived: Arrival[] = [];
  const receiver = new Receiver({
    bus: reading,
    clock,
    site: 'hq',
    arrivals,
    onRecord: (arrival) => arrived.push(arrival),
    onRefused: (line) => refused.push(line),
  });
  return {
    dir,
    hubUrl: hub.url,
    leafUrl: leaf.url,
    clock,
    node,
    arrived,
    refused,
    async stop() {
      receiver.close();
      await Promise.all(
        [reading, node].map((bus) => new Promise<void>((resolve) => bus.drain(resolve))),
      );
      clock.stop();
      arrivals.close();
      await leaf.kill();
      await hub.kill();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
