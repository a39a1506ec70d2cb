import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { quantile } from '#cli/train/cae/calibrate.ts';
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

test('of exchangeable values, at most the stated share lies above the conformal quantile', () => {
  const values = Array.from({ length: 999 }, (_, rank) => rank);
  for (const rate of [0.5, 0.1, 0.01, 0.008]) {
    const threshold = quantile(values, 1 - rate);
    // A value drawn like the others takes any of the 1,000 ranks alike.
    const above = values.filter((value) => value >= threshold).length / 1_000;
    assert.ok(above <= rate + 1e-12 && above > rate - 0.0011, `${rate}: ${above}`);
  }
  assert.equal(quantile([1, 2, 3], 0.99), Number.POSITIVE_INFINITY);
});

function score(all: readonly number[]): number {
  return scoreOf(partsOf(Float32Array.from(all), all.length), { reach });
}
