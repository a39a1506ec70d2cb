/**
 * Optima of small grids, W = Σ (d / 20 m)^−3.5 over pairs that share a channel, each shown by an independent branch and
 * bound; what DSATUR, greedy and taking turns give was computed beside it.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRandom } from '#agents/random/philox.ts';
import { methods } from '#cloud/coordinator/baselines/index.ts';
import {
  conflictsOf,
  costOf,
  gridInstance,
  type Instance,
} from '#cloud/coordinator/baselines/instance.ts';

const solve = (name: string, instance: Instance, effort = 1_000_000) => {
  const method = methods.find((one) => one.name === name)!;
  const solved = method.solve(instance, { random: createRandom(1), effort });
  return { ...solved, cost: costOf(instance, solved.assignment) };
};

for (const { rows, channels, optimum, conflicts, dsatur, greedy, roundRobin } of [
  {
    rows: 3,
    channels: 3,
    optimum: 1.454741,
    conflicts: 4,
    dsatur: 1.772,
    greedy: 1.455,
    roundRobin: 6.265,
  },
  {
    rows: 4,
    channels: 3,
    optimum: 3.682377,
    conflicts: 9,
    dsatur: 3.956,
    greedy: 3.682,
    roundRobin: 3.682,
  },
  {
    rows: 4,
    channels: 4,
    optimum: 1.469817,
    conflicts: 0,
    dsatur: 1.547,
    greedy: 2.02,
    roundRobin: 12.793,
  },
]) {
  test(`a grid of ${rows} × ${rows} on ${channels} channels: optimum and heuristics are as others have them`, () => {
    const grid = gridInstance(rows, rows, channels);
    const best = solve('exact', grid);
    assert(best.provenOptimal);
    assert(Math.abs(best.cost - optimum) < 5e-7, `${best.cost}`);
    assert.equal(conflictsOf(grid, best.assignment), conflicts);
    for (const [name, cost] of [
      ['dsatur', dsatur],
      ['greedy', greedy],
      ['round-robin', roundRobin],
    ] as const) {
      assert(Math.abs(solve(name, grid).cost - cost) < 5e-4, `${name}: ${solve(name, grid).cost}`);
    }
  });
}

test('nothing is cheaper than the optimum, which is that of trying everything', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 3 }),
      fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 36, maxLength: 36 }),
      (size, channels, numbers) => {
        const weights = new Float64Array(size * size);
        for (let one = 0; one < size; one += 1) {
          for (let other = 0; other < one; other += 1) {
            weights[one * size + other] = numbers[one * 6 + other]!;
            weights[other * size + one] = numbers[one * 6 + other]!;
          }
        }
        const names = Array.from({ length: size }, (_, index) => `n${index}`);
        const instance: Instance = { names, channels, weights, conflicting: () => false };
        let least = Number.POSITIVE_INFINITY;
        for (let code = 0; code < channels ** size; code += 1) {
          const tried = Int32Array.from(
            names,
            (_, at) => Math.floor(code / channels ** at) % channels,
          );
          least = Math.min(least, costOf(instance, tried));
        }
        const best = solve('exact', instance);
        assert(best.provenOptimal);
        assert.equal(best.cost, least);
        for (const { name } of methods) {
          const { assignment, cost, bound } = solve(name, instance);
          assert(cost >= least && bound <= least, name);
          assert(
            assignment.every((channel) => channel >= 0 && channel < channels),
            name,
          );
        }
      },
    ),
    { numRuns: 150 },
  );
});

test('without the effort for a proof there is a bound, and it is none above the optimum', () => {
  const grid = gridInstance(5, 5, 4);
  const short = solve('exact', grid, 50);
  const whole = solve('exact', grid);
  assert(!short.provenOptimal && whole.provenOptimal);
  assert(short.bound <= whole.cost && short.cost >= whole.cost);
});
