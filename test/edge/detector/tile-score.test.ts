import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { partsOf, scoreOf, scoreParts } from '#edge/detector/tile-score.ts';

const reach = scoreParts.map(() => ({ middle: -5, edge: 1 }));
const sweepsOf = fc.array(fc.double({ min: -20, max: 20, noNaN: true }), {
  minLength: 1,
  maxLength: 16,
});

test('a stranger sweep never lowers the score', () => {
  fc.assert(
    fc.property(
      sweepsOf,
      fc.nat(15),
      fc.double({ min: 0, max: 20, noNaN: true }),
      (all, at, more) => {
        const place = at % all.length;
        const before = score(all);
        assert.ok(score(all.with(place, all[place]! + more)) >= before - 1e-5);
      },
    ),
  );
});

test('the order of sweeps and what stands in padding do not count', () => {
  fc.assert(
    fc.property(sweepsOf, (all) => {
      const sweeps = all.length;
      const padded = Float32Array.from([...all, ...Array(16 - sweeps).fill(99)]);
      const turned = Float32Array.from([...all.toReversed(), ...Array(16 - sweeps).fill(-99)]);
      assert.deepEqual(partsOf(padded, sweeps), partsOf(turned, sweeps));
    }),
  );
});

test('at its middle a tile scores 0 and at its edge 1', () => {
  assert.equal(score(Array(16).fill(-5)), 0);
  assert.equal(score(Array(16).fill(1)), 1);
});

function score(all: readonly number[]): number {
  return scoreOf(partsOf(Float32Array.from(all), all.length), { reach });
}
