import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkers } from '#sim/checkers/index.ts';
import { limitsOf } from '#sim/checkers/legal-limits.ts';
import { runWorld } from '#sim/world.ts';
import { tinyPopulation } from '../tiny-population.ts';
import { node, siteOf } from './rig.ts';

const faults = [{ kind: 'radar', when: { at: '8m' } }];
const channels = [
  { band: '5', number: 100 },
  { band: '2.4', number: 6 },
];
const generate = { nodes: 6, radios: 2, clientsPerRadio: 3, spacingM: 30, channels };

test('a seed gives one trace hash where people walk, another seed another', async () => {
  const walkers = { generate: { ...generate, walking: { share: 0.5 } }, faults };
  const one = await run(walkers, 1);
  const again = await run(walkers, 1);
  const other = await run(walkers, 2);

  assert.equal(one.traceHash, again.traceHash);
  assert.deepEqual(one.mobility, again.mobility);
  assert.notEqual(one.traceHash, other.traceHash);
  assert(one.mobility!.movingClients > 5 && one.mobility!.roams.length > 10);
  const broken = one.checkers.flatMap((checker) => checker.broken);
  assert.deepEqual(broken, []);
});

test('the roams of a run are in its trace', async () => {
  const walkers = { generate: { ...generate, walking: { share: 0.5 } } };
  const [moving, still] = [await run(walkers, 1), await run({ generate }, 1)];

  assert.equal(still.mobility, undefined);
  assert.equal(moving.events, still.events + moving.mobility!.roams.length);
});

test('a radar strikes where the node has driven to, and the node falls silent', async () => {
  const path = { speedMps: 10, waypoints: [{ at: { x: 5_000, y: 0 } }] };
  const car = node('car', 0, { number: 100 }, { path });
  const { radars, checkers: results } = await run({ nodes: [car], faults: [faults[0]!] }, 1);

  assert.equal(radars.length, 1);
  assert(radars[0]!.silentAfterUs! < 260_000);
  assert.deepEqual(
    results.flatMap(({ broken }) => broken),
    [],
  );
});

test('a client without a radio counts in what clients get, with nothing', async () => {
  const path = { speedMps: 20, waypoints: [{ at: { x: 9_000, y: 0 } }] };
  const clients = [
    { id: 'stays', at: { x: 1, y: 0, z: 1 }, radio: 'ap1/radio-0', offeredMbps: 4 },
    { id: 'leaves', at: { x: 2, y: 0, z: 1 }, radio: 'ap1/radio-0', offeredMbps: 4, path },
  ];
  const { kpi, mobility } = await run({ nodes: [node('ap1', 0, { number: 36 })], clients }, 1);

  assert.equal(kpi.fifthPercentileMbpsAfter, 0);
  // √(4 · 0.01): one gets all it asks, the other the floor.
  assert(Math.abs(kpi.utilityMbpsAfter - 0.2) < 1e-9);
  assert.equal(mobility!.roams.at(-1)!.kind, 'client.lost');
});

function run(parts: object, seed: number) {
  const limits = limitsOf('DE');
  const scenario = siteOf(parts);
  const population = tinyPopulation(limits);
  return runWorld({ scenario, seed, durationUs: 600_000_000, limits, checkers, ...population });
}
