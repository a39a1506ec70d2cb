/**
 * Regret on the instance of SMPyBandits (Besson, 2018): nine coins of 0.1 to 0.9. The reference figures
 * are means of 500 runs of an independent implementation in NumPy, with their standard errors.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BanditPolicy } from '#agents/bandits/bandit.ts';
import { drawBeta, logBeta } from '#agents/bandits/beta.ts';
import { banditPolicies } from '#agents/bandits/index.ts';
import { kl, klUpper } from '#agents/bandits/kl.ts';
import { klUcb } from '#agents/bandits/kl-ucb.ts';
import { thompson } from '#agents/bandits/thompson.ts';
import { ucb1, ucbAlpha } from '#agents/bandits/ucb.ts';
import { createRandom } from '#agents/random/philox.ts';

const coins = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

function regrets(policy: BanditPolicy, horizon: number, runs: number, seed: string): number[] {
  return Array.from({ length: runs }, (_, run) => {
    const random = createRandom(`${seed} ${run}`);
    const own = random.fork('policy');
    const bandit = policy.open({ arms: coins.length, horizon });
    let regret = 0;
    for (let pull = 0; pull < horizon; pull += 1) {
      const arm = bandit.choose(own);
      bandit.learn(arm, random.uniform() < coins[arm]! ? 1 : 0);
      regret += 0.9 - coins[arm]!;
    }
    return regret;
  });
}

function meanAndError(values: readonly number[]): { mean: number; error: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, error: Math.sqrt(square / values.length) };
}

for (const [policy, reference, referenceError] of [
  [ucb1, 133.5, 0.5],
  [ucbAlpha, 55.1, 0.5],
  [klUcb, 35.8, 0.4],
  [thompson, 29.4, 0.6],
] as const) {
  test(`${policy.name}: the regret after 1,000 pulls is that of others`, () => {
    const { mean, error } = meanAndError(regrets(policy, 1_000, 120, 'reference'));
    const apart = Math.abs(mean - reference) / Math.hypot(error, referenceError);
    assert(apart < 4, `${mean} ± ${error} against ${reference} ± ${referenceError}`);
  });
}

test('every policy learns: it beats pulling at random, and repeats itself from its seed', () => {
  const atRandom = 0.4 * 1_000;
  for (const policy of banditPolicies) {
    const once = regrets(policy, 1_000, 5, 'learns');
    assert(meanAndError(once).mean < atRandom * 0.85, policy.name);
    assert.deepEqual(regrets(policy, 1_000, 5, 'learns'), once, policy.name);
  }
});

test('Thompson draws what it must only: each arm is chosen as often as if all had been drawn', () => {
  const posteriors = [
    [1, 1],
    [2, 5],
    [8, 3],
    [30, 12],
    [300, 130],
  ] as const;
  const draws = 40_000;
  const all = createRandom('all');
  const few = createRandom('few');
  const plain = new Array<number>(posteriors.length).fill(0);
  const thinned = new Array<number>(posteriors.length).fill(0);
  const bandit = thompson.open({ arms: posteriors.length, horizon: draws });
  posteriors.forEach(([a, b], arm) => {
    for (let win = 1; win < a; win += 1) bandit.learn(arm, 1);
    for (let loss = 1; loss < b; loss += 1) bandit.learn(arm, 0);
  });
  for (let draw = 0; draw < draws; draw += 1) {
    const values = posteriors.map(([a, b]) => drawBeta(a, b, all));
    plain[values.indexOf(Math.max(...values))]! += 1;
    thinned[bandit.choose(few)]! += 1;
  }
  posteriors.forEach((_, arm) => {
    const [a, b] = [plain[arm]!, thinned[arm]!];
    const spread = Math.sqrt((a * (draws - a)) / draws + (b * (draws - b)) / draws);
    assert(Math.abs(a - b) < 4.5 * spread + 1, `arm ${arm}: ${a} and ${b} of ${draws}`);
  });
});

test('Beta draws have the moments of the distribution', () => {
  for (const [a, b] of [
    [1, 4],
    [4, 1],
    [2, 3],
    [900, 100],
  ] as const) {
    const random = createRandom(`beta ${a} ${b}`);
    const { mean, error } = meanAndError(
      Array.from({ length: 20_000 }, () => drawBeta(a, b, random)),
    );
    assert(Math.abs(mean - a / (a + b)) < 5 * error);
    const variance = (a * b) / ((a + b) ** 2 * (a + b + 1));
    assert(Math.abs((error ** 2 * 20_000) / variance - 1) < 0.06);
  }
  // B(2, 3) = 1/12.
  assert(Math.abs(logBeta(2, 3) + Math.log(12)) < 1e-12);
});

test('the bound of kl-UCB is where the divergence is used up', () => {
  for (const p of [0, 0.01, 0.3, 0.5, 0.99, 1]) {
    for (const allowed of [1e-6, 0.01, 0.3, 2, 30]) {
      const q = klUpper(p, allowed);
      assert(q >= Math.min(p, 1 - 1e-15) - 1e-12 && q <= 1, `${p} ${allowed}: ${q}`);
      if (q < 1 - 1e-12)
        assert(Math.abs(kl(p, q) - allowed) < 1e-6 * Math.max(1, allowed), `${p} ${allowed}`);
    }
  }
});
