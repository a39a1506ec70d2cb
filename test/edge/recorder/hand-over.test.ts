import assert from 'node:assert/strict';
import { after, before, suite } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { Bus } from '#agents/bus/bus.ts';
import { createMemoryNetwork } from '#agents/bus/memory.ts';
import { createNkey } from '#agents/bus/nats-key.ts';
import { createRandom } from '#agents/random/philox.ts';
import { permissionsOf } from '#protocols/permissions.ts';
import { VirtualClock } from '#sim/clock/virtual-clock.ts';
import { type Brokers, SITE, startBrokers } from '../../agents/bus/brokers.ts';
import { until } from '../../agents/bus/wait.ts';
import { handOverConformance } from './hand-over-world.ts';

suite('over the bus in memory', { concurrency: false }, () => {
  const clock = new VirtualClock();
  const network = createMemoryNetwork({ clock, random: createRandom(1), site: SITE });
  const [node, hub] = [
    network.connect({ client: 'ap1', domain: 'ap1' }),
    network.connect({ client: 'operator', domain: 'hub' }),
  ];
  handOverConformance({
    node: () => node,
    hub: () => hub,
    // Files are read in real time, the bus lives in virtual time.
    until: async (isMet, what) => {
      for (let turn = 0; turn < 2_000 && !isMet(); turn += 1) {
        await pause(1);
        clock.run(clock.monotonic() + 1_000);
      }
      assert(isMet(), what);
    },
  });
});

suite('over NATS, with the rights of a node and of an operator', { concurrency: false }, () => {
  const keys = { ap1: createNkey(), operator: createNkey() };
  let brokers: Brokers;
  let node: Bus;
  let hub: Bus;
  before(async () => {
    const ap1 = { kind: 'node', site: SITE, node: 'ap1' } as const;
    const operator = { kind: 'operator', site: SITE } as const;
    brokers = await startBrokers({
      nodes: ['ap1'],
      users: {
        hub: [{ nkey: keys.operator.publicKey, permissions: permissionsOf(operator) }],
        ap1: [{ nkey: keys.ap1.publicKey, permissions: permissionsOf(ap1) }],
      },
    });
    node = await brokers.connect('ap1', 'ap1', { nkeySeed: keys.ap1.seed });
    hub = await brokers.connect('operator', 'hub', { nkeySeed: keys.operator.seed });
  });
  after(() => brokers.stop());
  handOverConformance({ node: () => node, hub: () => hub, until });
});
