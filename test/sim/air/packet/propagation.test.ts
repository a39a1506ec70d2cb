import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRandom } from '#agents/random/philox.ts';
import { channelFromNumber } from '#protocols/channels.ts';
import { lossOf, openSpace, type Space, wallDb } from '#sim/air/packet/propagation.ts';
import type { PacketNode } from '#sim/air/packet/scene.ts';

const channel = channelFromNumber({ number: 36, widthMhz: 20 })!;
const at = (x: number, y = 0, z = 0): PacketNode => ({ x, y, z, txDbm: 20, channel });
const lossBetween = (a: PacketNode, b: PacketNode, more: Partial<Space> = {}) =>
  lossOf([a, b], { ...openSpace('5'), ...more }, createRandom(1))(0, 1);

/** Worked out by hand from the formulas of the models. */
const worked: readonly (readonly [string, PacketNode, Partial<Space>, number])[] = [
  ['20 m, log-distance', at(20), {}, 92.21],
  ['20 m in 2.4 GHz', at(20), { band: '2.4' }, 85.59],
  ['10 m, residential', at(10), { pathLoss: 'tgax-residential' }, 71.36],
  ['one floor up, residential', at(0, 0, 3), { pathLoss: 'tgax-residential' }, 74.69],
  ['two floors up, residential', at(0, 0, 6), { pathLoss: 'tgax-residential' }, 97.12],
  ['8 m, enterprise', at(8), { pathLoss: 'tgax-enterprise' }, 64.91],
  ['20 m, enterprise', at(20), { pathLoss: 'tgax-enterprise' }, 77.38],
  ['nearer than 1 m', at(0.2), {}, 46.67],
];

test('losses are those of the models', () => {
  for (const [what, to, space, db] of worked) {
    const loss = lossBetween(at(0), to, space);
    assert.ok(Math.abs(loss - db) < 0.02, `${what}: ${loss}, expected ${db}`);
  }
});

test('each wall in the way takes its part, and one beside the way nothing', () => {
  const wall = (x: number) => ({
    from: at(x, -5),
    to: at(x, 5),
    lossDb: wallDb['tgax-enterprise'],
  });
  const open = lossBetween(at(0), at(20), { pathLoss: 'tgax-enterprise' });
  const walls = [wall(5), wall(10), wall(25)];
  const loss = lossBetween(at(0), at(20), { pathLoss: 'tgax-enterprise', walls });
  assert.ok(Math.abs(loss - open - 14) < 1e-9);
});

test('farther is weaker, in every model, and the same from both ends', () => {
  const place = fc.double({ min: 0, max: 200, noNaN: true });
  const model = fc.constantFrom('log-distance', 'tgax-residential', 'tgax-enterprise');
  fc.assert(
    fc.property(place, place, model, fc.nat(8), (x, y, pathLoss, shadowingDb) => {
      const [near, far] = x < y ? [x, y] : [y, x];
      const space = { pathLoss: pathLoss as Space['pathLoss'] };
      assert.ok(lossBetween(at(0), at(near), space) <= lossBetween(at(0), at(far), space) + 1e-9);
      const loss = lossOf([at(x), at(y)], { ...openSpace('5'), shadowingDb }, createRandom(2));
      assert.equal(loss(0, 1), loss(1, 0));
    }),
  );
});

test('shadowing has the deviation it is given, and another for each link', () => {
  const nodes = Array.from({ length: 60 }, () => at(0)).map((node, y) => ({ ...node, y: 10 * y }));
  const space = { ...openSpace('5'), shadowingDb: 5 };
  const shadowed = lossOf(nodes, space, createRandom(3));
  const open = lossOf(nodes, openSpace('5'), createRandom(3));
  const deviations: number[] = [];
  for (let a = 0; a < 60; a += 1) {
    for (let b = 0; b < a; b += 1) deviations.push(shadowed(a, b) - open(a, b));
  }
  const mean = deviations.reduce((sum, each) => sum + each, 0) / deviations.length;
  const variance =
    deviations.reduce((sum, each) => sum + (each - mean) ** 2, 0) / deviations.length;
  assert.ok(Math.abs(mean) < 0.5, String(mean));
  assert.ok(Math.abs(Math.sqrt(variance) - 5) < 0.4, String(Math.sqrt(variance)));
  assert.ok(new Set(deviations).size > 1_700);
});
