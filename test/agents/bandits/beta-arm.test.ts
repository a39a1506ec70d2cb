import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Arm, drawArm, learn, meanOf, priorArm } from '#agents/bandits/beta-arm.ts';
import { createRandom } from '#agents/random/philox.ts';

test('draws have the mean and variance of the Beta distribution', () => {
  for (const [alpha, beta] of [
    [0.5, 0.5],
    [2, 5],
    [30, 3],
  ] as const) {
    const random = createRandom(`beta ${alpha} ${beta}`);
    const draws = Array.from({ length: 20_000 }, () => drawArm({ alpha, beta }, random));
    const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
    const variance = draws.reduce((sum, draw) => sum + (draw - mean) ** 2, 0) / draws.length;
    const total = alpha + beta;
    const expected = (alpha * beta) / (total ** 2 * (total + 1));
    assert(Math.abs(mean - alpha / total) < 5 * Math.sqrt(expected / draws.length));
    assert(Math.abs(variance / expected - 1) < 0.06);
  }
});

test('pulls the best of three arms most of the time', () => {
  const random = createRandom(7);
  const truth = [0.3, 0.5, 0.8];
  const arms: Arm[] = truth.map(() => priorArm(0.5, 2));
  const pulls = [0, 0, 0];
  for (let t = 0; t < 2_000; t += 1) {
    const draws = arms.map((arm) => drawArm(arm, random));
    const chosen = draws.indexOf(Math.max(...draws));
    const reward = random.uniform() < (truth[chosen] as number) ? 1 : 0;
    arms[chosen] = learn(arms[chosen] as Arm, reward, 1);
    pulls[chosen] = (pulls[chosen] as number) + 1;
  }
  assert((pulls[2] as number) > 1_800, `pulls were ${pulls}`);
});

test('forgets: after a change the mean follows within the memory that was asked for', () => {
  let arm = priorArm(0.5, 4);
  for (let t = 0; t < 200; t += 1) arm = learn(arm, 1, 0.95);
  assert(meanOf(arm) > 0.98);
  for (let t = 0; t < 28; t += 1) arm = learn(arm, 0, 0.95);
  assert(meanOf(arm) < 0.26);
});
