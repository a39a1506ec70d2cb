import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { Bus, Leftovers, Swept } from '#agents/bus/bus.ts';
import { createMemoryNetwork } from '#agents/bus/memory.ts';
import { createNkey } from '#agents/bus/nats-key.ts';
import { createRandom } from '#agents/random/philox.ts';
import { permissionsOf } from '#protocols/permissions.ts';
import { VirtualClock } from '#sim/clock/virtual-clock.ts';
import { type Brokers, SITE, startBrokers } from '../../agents/bus/brokers.ts';
import { outcomes } from '../../agents/bus/outcomes.ts';
import { until } from '../../agents/bus/wait.ts';
import { handOverConformance } from './hand-over-world.ts';

const { value, failure } = outcomes(until);

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
  const keys = { ap1: createNkey(), operator: createNkey(), cloud: createNkey() };
  let brokers: Brokers;
  let node: Bus;
  let hub: Bus;
  before(async () => {
    const ap1 = { kind: 'node', site: SITE, node: 'ap1' } as const;
    const operator = { kind: 'operator', site: SITE } as const;
    const cloud = { kind: 'cloud', site: SITE } as const;
    brokers = await startBrokers({
      nodes: ['ap1'],
      users: {
        hub: [
          { nkey: keys.operator.publicKey, permissions: permissionsOf(operator) },
          { nkey: keys.cloud.publicKey, permissions: permissionsOf(cloud) },
        ],
        ap1: [{ nkey: keys.ap1.publicKey, permissions: permissionsOf(ap1) }],
      },
    });
    node = await brokers.connect('ap1', 'ap1', { nkeySeed: keys.ap1.seed });
    hub = await brokers.connect('operator', 'hub', { nkeySeed: keys.operator.seed });
  });
  after(() => brokers.stop());
  handOverConformance({ node: () => node, hub: () => hub, until });

  test('what breaks off in the middle is removed at the hub once it grows no more', async () => {
    const cloud = await brokers.connect('cloud', 'hub', { nkeySeed: keys.cloud.seed });
    const store = cloud.objects('CAPTURES');
    const sweep = (before: Leftovers) => value<Swept>((done) => store.sweep(before, done));
    const earlier = await sweep(new Map());
    assert.deepEqual(await sweep(earlier.left), { left: new Map(), removed: earlier.left.size });
    const whole = Buffer.alloc(600_000, 'whole');
    await value((done) => node.objects('CAPTURES').put('whole', whole, done));
    let goOn = () => {};
    const waits = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    async function* broken() {
      yield new Uint8Array(500_000);
      await waits;
      yield new Uint8Array(500_000);
      throw new Error('the disk is gone');
    }
    const put = failure((done) => node.objects('CAPTURES').putStream('broken', broken(), done));
    let begun: Leftovers = new Map();
    await until(() => {
      store.sweep(new Map(), (swept) => {
        if (swept.ok) begun = swept.value.left;
      });
      return [...begun.values()].some((pieces) => pieces >= 3);
    }, 'the first pieces are there');
    goOn();
    await put;
    // It has grown since, so it might still be under way.
    const grown = await sweep(begun);
    assert.equal(grown.removed, 0);
    assert.equal(grown.left.size, 1);
    assert.deepEqual(await sweep(grown.left), { left: new Map(), removed: 1 });
    assert.deepEqual(await sweep(new Map()), { left: new Map(), removed: 0 });
    const read = await value<Uint8Array>((done) => store.get('whole', done));
    assert(whole.equals(read), 'an object that is whole stays');
  });
});
