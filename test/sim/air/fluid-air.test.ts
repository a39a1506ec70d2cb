import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { AirChange } from '#protocols/air.ts';
import type { FluidAir } from '#sim/air/fluid-air.ts';
import { airtime, emptyAir, on, place, second, throughput } from './scenes.ts';

const channels = [on(2412), on(2422), on(2437), on(5180), on(5180, 80), on(5220, 40), null];
const ids = Array.from({ length: 12 }, (_, index) => `r${index}`);

/** A position on a floor of 120 by 120 m, from two numbers below 25. */
const spot = fc
  .tuple(fc.nat(24), fc.nat(24))
  .map(([column, row]) => ({ x: column * 5, y: row * 5 + 0.25, z: 0 }));

const change: fc.Arbitrary<AirChange> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('radio' as const),
      id: fc.constantFrom(...ids),
      channel: fc.constantFrom(...channels),
      eirpDbm: fc.constantFrom(5, 17, 20, 30),
      silent: fc.boolean(),
    }),
  },
  fc.record({ kind: fc.constant('radio' as const), id: fc.constantFrom(...ids), at: spot }),
  fc.record({
    kind: fc.constant('client' as const),
    id: fc.constantFrom('c0', 'c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7'),
    at: spot,
    radio: fc.constantFrom(...ids, null),
    offeredMbps: fc.constantFrom(0, 1, 10, 400),
  }),
  fc.record({
    kind: fc.constant('emitter' as const),
    id: fc.constantFrom('e0', 'e1'),
    at: spot,
    centerMhz: fc.constantFrom(2412, 2450, 5200),
    widthMhz: fc.constantFrom(6, 20),
    eirpDbm: fc.constantFrom(10, 20),
    duty: fc.constantFrom(0, 0.3, 1),
  }),
  fc.record({
    kind: fc.constant('wall' as const),
    from: spot,
    to: spot,
    lossDb: fc.constantFrom(3, 12),
  }),
);

test('what a change leaves is to the bit what a fresh start gives', () => {
  fc.assert(
    fc.property(fc.array(fc.array(change, { maxLength: 4 }), { maxLength: 12 }), (steps) => {
      const air = manyRadios(4);
      for (const changes of steps) {
        for (const one of changes) air.apply(one);
        look(air);
      }
      const fresh = emptyAir(4);
      fresh.restore(JSON.parse(JSON.stringify(air.snapshot())));
      assert.deepEqual(look(fresh), look(air));
      assert.deepEqual(fresh.snapshot(), air.snapshot());
    }),
    { numRuns: 150 },
  );
});

test('who all hear each other have no more than all the time, but for frames that begin in one slot', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
      const air = manyRadios(0);
      for (const one of changes) air.apply(one);
      const hears = (a: string, b: string) =>
        air.observe(a, 'survey', second)[0]?.channel.primaryMhz ===
          air.observe(b, 'survey', second)[0]?.channel.primaryMhz &&
        air.observe(a, 'neighbours', second).some(({ id }) => id === b);
      for (const start of ids) {
        // A clique, grown greedily from each radio.
        const clique = [start];
        for (const id of ids) {
          const joins = clique.every((one) => one !== id && hears(one, id) && hears(id, one));
          if (joins) clique.push(id);
        }
        const narrow = clique.filter((id) => {
          const [survey] = air.observe(id, 'survey', second);
          return survey !== undefined && survey.channel.widthMhz === 20;
        });
        if (narrow.length === 0) continue;
        const sum = narrow.reduce((total, id) => total + airtime(air, id), 0);
        const most = sendersAtOnce(narrow.length);
        assert(sum <= most + 1e-5, `${narrow.join()} send ${sum} of ${most} of the time`);
      }
    }),
    { numRuns: 60 },
  );
});

test('equals get equal shares, and share the whole time', () => {
  for (const count of [2, 3, 5]) {
    const air = emptyAir();
    for (let index = 0; index < count; index += 1) place(air, { id: `r${index}`, x: index });
    const first = airtime(air, 'r0');
    for (let index = 0; index < count; index += 1) {
      assert(Math.abs(airtime(air, `r${index}`) - first) < 1e-5);
      assert(air.load(`r${index}`).utilisation > 0.99);
    }
    const most = sendersAtOnce(count);
    assert(count * first < most && count * first > 0.98 * most);
  }
});

test('what one does not need the others get', () => {
  const air = emptyAir();
  place(air, { id: 'light', x: 0 }, 1);
  place(air, { id: 'heavy', x: 1 });

  assert.equal(throughput(air, 'light'), 1);
  const both = airtime(air, 'light') + airtime(air, 'heavy');
  assert(both > 0.96 && both < sendersAtOnce(2), `${both}`);
});

test('back-off takes from one alone what it takes: 7.5 slots of 9 µs for each frame', () => {
  const air = emptyAir();
  place(air, { id: 'r', x: 0 });
  // A full A-MPDU at 286.8 Mb/s: 1,828 µs, 44 of header, 91 of gaps and answer.
  assert(Math.abs(airtime(air, 'r') - 1_963 / (1_963 + 67.5)) < 1e-3);
});

test('in one cell a radio that is offered more carries no less, as far as is reckoned', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 1, max: 200 }),
      (offered, more) => {
        const air = emptyAir();
        for (const [index, mbps] of offered.entries())
          place(air, { id: `r${index}`, x: index }, mbps);
        const before = throughput(air, 'r0');
        air.apply({ kind: 'client', id: 'r0-client', offeredMbps: offered[0]! + more });
        // Where its channel begins to be full, what it carries is reckoned to a tenth or so.
        assert(throughput(air, 'r0') >= 0.85 * before);
      },
    ),
    { numRuns: 50 },
  );
});

test('radios far apart or on other channels do not take turns', () => {
  const air = emptyAir();
  place(air, { id: 'here', x: 0 });
  place(air, { id: 'elsewhere', x: 500 });
  place(air, { id: 'other', x: 1, channel: on(2437) });

  const alone = airtime(air, 'here');
  assert(alone > 0.95);
  for (const id of ['elsewhere', 'other']) assert.equal(airtime(air, id), alone);
});

test('a wide radio waits for one that sends in its secondary part only when that is strong', () => {
  const wide = (x: number) => {
    const air = emptyAir();
    place(air, { id: 'wide', x: 0, channel: on(5180, 80) });
    place(air, { id: 'narrow', x, channel: on(5240) });
    return airtime(air, 'wide');
  };

  assert(wide(1) < 0.6);
  assert(wide(30) > 0.85);
});

test('a camera on its channel stops a radio, leaving pays, and other channels are not hurt', () => {
  const air = emptyAir();
  place(air, { id: 'hit', x: 0, channel: on(2412) }, 20);
  place(air, { id: 'spared', x: 2, channel: on(2462) }, 20);
  const camera = { kind: 'emitter', id: 'camera', at: { x: 5, y: 0, z: 0 }, duty: 1 } as const;
  air.apply({ ...camera, centerMhz: 2414, widthMhz: 6, eirpDbm: 20 });

  assert.equal(throughput(air, 'hit'), 0);
  assert.equal(air.load('hit').utilisation, 1);
  assert.equal(throughput(air, 'spared'), 20);

  air.apply({ kind: 'radio', id: 'hit', channel: on(2437) });
  assert.equal(throughput(air, 'hit'), 20);

  air.apply({ kind: 'radio', id: 'hit', channel: on(2412) });
  air.apply({ ...camera, centerMhz: 2414, widthMhz: 6, eirpDbm: 20, duty: 0 });
  assert.equal(throughput(air, 'hit'), 20);
});

test('an emitter with half the time leaves the other half to those who hear it together', () => {
  const air = emptyAir();
  place(air, { id: 'a', x: 0 });
  place(air, { id: 'b', x: 1 });
  air.apply({
    kind: 'emitter',
    id: 'oven',
    at: { x: 2, y: 2, z: 0 },
    centerMhz: 2412,
    widthMhz: 20,
    eirpDbm: 20,
    duty: 0.5,
  });

  assert(Math.abs(airtime(air, 'a') - airtime(air, 'b')) < 1e-5);
  const both = airtime(air, 'a') + airtime(air, 'b');
  assert(both > 0.48 && both < 0.5 * sendersAtOnce(2), `${both}`);
});

test('an emitter too weak to silence a radio still costs its clients', () => {
  const air = emptyAir();
  air.apply({ kind: 'radio', id: 'r', at: { x: 0, y: 0, z: 0 }, channel: on(2412), eirpDbm: 20 });
  const at = { x: 25, y: 0, z: 0 };
  air.apply({ kind: 'client', id: 'c', at, radio: 'r', offeredMbps: 1_000 });
  const before = throughput(air, 'r');
  air.apply({
    kind: 'emitter',
    id: 'babyphone',
    at: { x: 27, y: 0, z: 0 },
    centerMhz: 2412,
    widthMhz: 2,
    eirpDbm: 0,
    duty: 0.9,
  });

  assert(airtime(air, 'r') > 0.95);
  assert(throughput(air, 'r') < before / 2);
});

test('a hidden sender costs the client between the two', () => {
  const air = emptyAir();
  place(air, { id: 'a', x: 0 });
  air.apply({ kind: 'client', id: 'a-client', at: { x: 35, y: 0, z: 0 } });
  const alone = throughput(air, 'a');
  place(air, { id: 'b', x: 80 });

  assert(airtime(air, 'a') > 0.95 && airtime(air, 'b') > 0.95);
  assert(throughput(air, 'a') < alone / 2);
});

test('a silent radio sends nothing and listens; one without a channel does neither', () => {
  const air = emptyAir();
  place(air, { id: 'busy', x: 0 });
  place(air, { id: 'silent', x: 1, silent: true });
  place(air, { id: 'off', x: 2, channel: null });

  assert(airtime(air, 'busy') > 0.95);
  assert.equal(throughput(air, 'silent'), 0);
  assert(air.load('silent').utilisation > 0.95);
  assert.deepEqual(
    air.observe('silent', 'neighbours', second).map(({ id }) => id),
    ['busy'],
  );
  assert.deepEqual(air.observe('busy', 'neighbours', second), []);
  assert.deepEqual(air.load('off'), { utilisation: 0, stations: 1, carriedMbps: 0 });
  assert.deepEqual(air.observe('off', 'survey', second), []);
});

test('a wall stands between', () => {
  const seen = (lossDb: number) => {
    const air = emptyAir();
    place(air, { id: 'a', x: 0 });
    place(air, { id: 'b', x: 10 });
    air.apply({ kind: 'wall', from: { x: 5, y: -5, z: 0 }, to: { x: 5, y: 5, z: 0 }, lossDb });
    return air.observe('a', 'neighbours', second)[0]?.rssiDbm ?? Number.NEGATIVE_INFINITY;
  };

  assert(Math.abs(seen(0) - 12 - seen(12)) < 1e-9);
});

test('what the air does not know gets one line', () => {
  const air = emptyAir();
  assert.throws(() => air.load('r9'), /no radio 'r9' in the air/);
  assert.throws(
    () => air.apply({ kind: 'radio', id: 'r9' }),
    /new radio 'r9' .*expected its place/,
  );
  assert.throws(
    () => air.apply({ kind: 'client', id: 'c', at: { x: 0, y: 0, z: 0 }, radio: 'r9' }),
    /no radio 'r9'/,
  );
  assert.throws(() => air.restore({ format: 'another' }), /snapshot of the air: at /);
});

test('a campus of 3,000 radios and 24,000 clients keeps every airtime within its channel', () => {
  const air = campus(1_000);
  for (let index = 0; index < 200; index += 1) {
    const id = `n${(index * 37) % 1_000}/r${index % 3}`;
    const channel = on([2412, 5260, 5500][index % 3]!);
    air.apply({ kind: 'radio', id, channel });
    assert.deepEqual(air.tuned(id).channel, channel);
    const { utilisation, stations } = air.load(id);
    assert(utilisation >= 0 && utilisation <= 1 && stations === 8, `${id}: ${utilisation}`);
  }
});

function manyRadios(shadowingDb: number): FluidAir {
  const air = emptyAir(shadowingDb);
  ids.forEach((id, index) => {
    const channel = channels[index % 5]!;
    place(air, { id, x: (index % 4) * 25, y: Math.floor(index / 4) * 25, channel }, 30);
  });
  return air;
}

/** Everything that can be seen. */
function look(air: FluidAir): unknown {
  return ids.map((id) => [
    air.observe(id, 'survey', second),
    air.observe(id, 'neighbours', second),
    air.observe(id, 'clients', second),
    air.load(id),
  ]);
}

function campus(nodes: number): FluidAir {
  const air = emptyAir();
  const plan = [
    [2412, 2437, 2462],
    [5180, 5260, 5500, 5580],
    [5180, 5260, 5500, 5660],
  ];
  for (let node = 0; node < nodes; node += 1) {
    const x = (node % 32) * 20;
    const y = Math.floor(node / 32) * 20;
    plan.forEach((primaries, place) => {
      const id = `n${node}/r${place}`;
      const channel = on(primaries[(node * 7 + place) % primaries.length]!);
      air.apply({ kind: 'radio', id, at: { x, y, z: 2.5 }, channel, eirpDbm: 20 });
      for (let client = 0; client < 8; client += 1) {
        const at = { x: x + ((client * 5) % 9) - 4, y: y + ((client * 7) % 11) - 5, z: 1 };
        air.apply({ kind: 'client', id: `${id}-${client}`, at, radio: id, offeredMbps: 8 });
      }
    });
  }
  air.observe('n0/r0', 'survey', second);
  return air;
}

/**
 * Frames on the air on average while some are, where `count` radios that all hear each other begin with odds
 * of 1 to 7.5 a slot: Bianchi, IEEE JSAC 18(3), 2000, equation 10.
 */
function sendersAtOnce(count: number): number {
  const chance = 1 / 8.5;
  return (count * chance) / (1 - (1 - chance) ** count);
}
