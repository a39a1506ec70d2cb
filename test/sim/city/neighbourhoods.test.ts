import assert from 'node:assert/strict';
import { test } from 'node:test';
import { neighbourhoodsOf } from '#sim/city/neighbourhoods.ts';
import { dealOut } from '#sim/city/shards.ts';
import { loadScenario } from '#sim/scenario-files.ts';
import { cityOf } from './city-of.ts';

const sitesOf = (neighbourhoods: readonly { scenario: { site: string } }[]) =>
  neighbourhoods.map(({ scenario }) => scenario.site);

test('the city that comes along has 10,000 radios and 100,000 clients', () => {
  const all = neighbourhoodsOf(loadScenario('city'), 1);

  const radios = all.map(({ scenario: { generate } }) => generate.nodes * generate.radios);
  const clients = all.map(
    ({ scenario: { generate } }, index) => radios[index]! * generate.clientsPerRadio,
  );
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  assert.deepEqual([all.length, sum(radios), sum(clients)], [125, 10_000, 100_000]);
});

test('a neighbourhood is the same in a smaller city, and another with another seed or name', () => {
  const all = neighbourhoodsOf(cityOf(), 1);
  const few = neighbourhoodsOf(cityOf(), 1, { neighbourhoods: 3 });
  const other = neighbourhoodsOf(cityOf(), 2);

  assert.deepEqual(sitesOf(all), [
    'town-huts-001',
    'town-huts-002',
    'town-yards-001',
    'town-yards-002',
    'town-lofts-001',
  ]);
  assert.deepEqual(sitesOf(few), ['town-huts-001', 'town-yards-001', 'town-lofts-001']);
  for (const { scenario, seed } of few) {
    const same = all.find((one) => one.scenario.site === scenario.site);
    assert.deepEqual({ scenario, seed }, { scenario: same?.scenario, seed: same?.seed });
  }
  assert.equal(new Set([...all, ...other].map(({ seed }) => seed)).size, 10);
});

test('a city may be made larger or smaller than it is written, each kind in proportion', () => {
  const kinds = (neighbourhoods: number) =>
    neighbourhoodsOf(cityOf(), 1, { neighbourhoods })
      .map(({ kind }) => kind[0])
      .join('');

  assert.equal(kinds(1), 'h');
  assert.equal(kinds(10), 'hhhhyyyyll');
  const [sized] = neighbourhoodsOf(cityOf(), 1, { nodes: 7, radios: 3 });
  assert.deepEqual([sized?.scenario.generate.nodes, sized?.scenario.generate.radios], [7, 3]);
});

test('each neighbourhood is dealt out once, and no shard has much more than another', () => {
  const all = neighbourhoodsOf(loadScenario('city'), 1);
  for (const shards of [1, 2, 3, 7, 200]) {
    const dealt = dealOut(all, shards);

    assert.deepEqual(sitesOf(dealt.flat()).sort(), sitesOf(all).sort());
    assert.equal(dealt.length, Math.min(shards, all.length));
    const radios = dealt.map((shard) =>
      shard.reduce((sum, { scenario: { generate } }) => sum + generate.nodes * generate.radios, 0),
    );
    // The heaviest neighbourhood has 400.
    assert(Math.max(...radios) - Math.min(...radios) <= 400);
  }
});

test('what is wrong with a city is said with its place in the file', () => {
  const [huts] = cityOf().city!.neighbourhoods;
  const generate = { nodes: 1, radios: 1, channels: [{ number: 36 }] };
  const broken: [() => unknown, RegExp][] = [
    [() => cityOf({}, { gapM: 0 }), /at city\.gapM: /],
    [() => cityOf({}, { facadeDb: -1 }), /at city\.facadeDb: /],
    [() => cityOf({}, { neighbourhoods: [] }), /at city\.neighbourhoods: /],
    [
      () => cityOf({}, { neighbourhoods: [{ kind: 'huts', count: 0, generate }] }),
      /at city\.neighbourhoods\.0\.count: /,
    ],
    [
      () => cityOf({}, { neighbourhoods: [{ kind: 'Huts', count: 1, generate }] }),
      /at city\.neighbourhoods\.0\.kind: /,
    ],
    [
      () =>
        cityOf(
          {},
          { neighbourhoods: [{ kind: 'huts', count: 1, generate: { ...generate, nodes: 0 } }] },
        ),
      /at city\.neighbourhoods\.0\.generate\.nodes: /,
    ],
    [
      () =>
        cityOf({}, { neighbourhoods: [1, 1].map(() => ({ kind: 'huts', count: 1, generate })) }),
      /at city\.neighbourhoods\.1\.kind: expected each kind once, came 'huts' again/,
    ],
    [() => cityOf({ generate }), /at generate: expected nothing of one site beside `city`/],
    [
      () => cityOf({ walls: [{ from: { x: 0, y: 0 }, to: { x: 1, y: 0 }, lossDb: 3 }] }),
      /at walls: expected nothing of one site/,
    ],
    [
      () => cityOf({ faults: [{ kind: 'cut', node: 'n1', when: { at: '1m' } }] }),
      /at faults\.0\.node: expected any or cloud in a city, came 'n1'/,
    ],
    [
      () => neighbourhoodsOf(cityOf({ site: 'x'.repeat(60) }), 1),
      /at most 63 characters, came 'x+-huts-001'/,
    ],
    [() => neighbourhoodsOf(loadScenario('campus'), 1), /scenario campus is one site/],
  ];
  assert.equal(huts?.count, 2);
  for (const [make, message] of broken) assert.throws(make, { name: 'InputError', message });
});
