import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CombinatorialThompson } from '#agents/bandits/combinatorial-thompson.ts';
import { type ContextualBandit, LinThompson, LinUcb } from '#agents/bandits/contextual.ts';
import { Ridge } from '#agents/bandits/linear.ts';
import { McTopM } from '#agents/bandits/mctopm.ts';
import { createRandom } from '#agents/random/philox.ts';

test('ridge regression is what the normal equations give', () => {
  const random = createRandom('ridge');
  const ridge = new Ridge(2);
  // A = I + Σ x·xᵀ and b = Σ r·x, solved by hand.
  let [a11, a12, a22, b1, b2] = [1, 0, 1, 0, 0];
  for (let step = 0; step < 200; step += 1) {
    const [x, y, reward] = [random.uniform(), random.uniform(), random.uniform()];
    ridge.learn(Float64Array.of(x, y), reward);
    a11 += x * x;
    a12 += x * y;
    a22 += y * y;
    b1 += reward * x;
    b2 += reward * y;
  }
  const determinant = a11 * a22 - a12 * a12;
  assert(Math.abs(ridge.theta[0]! - (a22 * b1 - a12 * b2) / determinant) < 1e-9);
  assert(Math.abs(ridge.theta[1]! - (a11 * b2 - a12 * b1) / determinant) < 1e-9);
  assert(Math.abs(ridge.uncertainty(Float64Array.of(1, 0)) - a22 / determinant) < 1e-9);
});

for (const [name, open] of [
  ['LinUCB', () => new LinUcb({ arms: 3, size: 3, alpha: 0.5 })],
  ['linear Thompson', () => new LinThompson({ arms: 3, size: 3, spread: 0.2 })],
] as const satisfies readonly (readonly [string, () => ContextualBandit])[]) {
  test(`${name} learns which arm is best for what it sees`, () => {
    const random = createRandom(name);
    const truth = [
      [0.2, 0.6, 0.1],
      [0.5, 0.1, 0.1],
      [0.1, 0.1, 0.7],
    ];
    const bandit = open();
    const regret = [0, 0];
    for (let step = 0; step < 4_000; step += 1) {
      const seen = Float64Array.of(1, random.uniform(), random.uniform());
      const worth = truth.map((theta) => theta[0]! + theta[1]! * seen[1]! + theta[2]! * seen[2]!);
      const arm = bandit.choose([seen, seen, seen], random);
      bandit.learn(arm, seen, worth[arm]! + 0.1 * random.normal());
      regret[step < 2_000 ? 0 : 1]! += Math.max(...worth) - worth[arm]!;
    }
    assert(regret[1]! < regret[0]! / 2, `${regret}: it goes on learning`);
    assert(regret[1]! / 2_000 < 0.03, `${regret}`);
  });
}

test('combinatorial Thompson finds the best plan of three arms, as its oracle cuts it', () => {
  const random = createRandom('joint');
  const means = [0.2, 0.8, 0.3, 0.7, 0.5, 0.9];
  const bandit = new CombinatorialThompson(means.length);
  const best = (values: Float64Array) =>
    [...values.keys()].sort((one, other) => values[other]! - values[one]!).slice(0, 3);
  let found = 0;
  for (let step = 0; step < 2_000; step += 1) {
    const plan = bandit.choose(best, random);
    for (const arm of plan) bandit.learn(arm, random.uniform() < means[arm]! ? 1 : 0);
    if (step >= 1_000 && [1, 3, 5].every((arm) => plan.includes(arm))) found += 1;
  }
  assert(found > 900, `${found} of 1000`);
});

test('players of MCTopM come to sit on the best arms, one each, without a word', () => {
  const random = createRandom('players');
  const means = [0.1, 0.3, 0.5, 0.7, 0.9];
  const players = [0, 1, 2].map((index) => ({
    bandit: new McTopM({ arms: means.length, players: 3 }),
    stream: random.fork(`player ${index}`),
  }));
  let collisions = 0;
  let onBest = 0;
  for (let step = 0; step < 4_000; step += 1) {
    const arms = players.map(({ bandit, stream }) => bandit.choose(stream));
    arms.forEach((arm, index) => {
      const collided = arms.indexOf(arm) !== arms.lastIndexOf(arm);
      const reward = random.uniform() < means[arm]! ? 1 : 0;
      players[index]!.bandit.learn(arm, reward, collided);
      if (step < 2_000) return;
      if (collided) collisions += 1;
      if (arm >= 2) onBest += 1;
    });
  }
  assert(collisions < 60, `${collisions} collisions in 6000 pulls`);
  assert(onBest > 5_700, `${onBest} of 6000 pulls on the three best`);
});
