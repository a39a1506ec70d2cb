import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { see } from '#agents/policy-net/features.ts';
import { PolicyInput } from '#agents/policy-net/input.ts';
import { createRandom } from '#agents/random/philox.ts';
import { verdictOf } from '#cli/train/policy/card.ts';
import { readCheckpoint, writeCheckpoint } from '#cli/train/policy/checkpoint.ts';
import { FluidEnvironment } from '#cli/train/policy/environment.ts';
import { tableOf } from '#cli/train/policy/figures.ts';
import { heuristics, Problem } from '#cli/train/policy/heuristics.ts';
import { imitate } from '#cli/train/policy/imitate.ts';
import { estimate, OPTIMUM } from '#cli/train/policy/judge.ts';
import { initialWeights } from '#cli/train/policy/network.ts';
import { climbed, optimumOf } from '#cli/train/policy/optimum.ts';
import { ppo } from '#cli/train/policy/ppo.ts';
import { drawLesson, drawSquare, placeOf } from '#cli/train/policy/site.ts';
import { teach } from '#cli/train/policy/teacher.ts';

const room = { sites: 4, radios: 6, options: 6 };
const never = new AbortController().signal;
const square = { aps: 5, sideM: 30, clients: 3, mostMbps: 80, channels: 2 };

async function learn() {
  const random = createRandom('learning');
  const environment = new FluidEnvironment();
  const lessons = Array.from({ length: 6 }, (_, site) => {
    const own = random.fork(`site/${site}`);
    environment.reset(drawSquare(square, own));
    return teach(environment, own, 4);
  }).flat();
  const losses: number[] = [];
  const weights = await imitate(
    initialWeights(random.fork('weights')),
    lessons,
    { epochs: 12, rate: 0.005, room },
    random.fork('imitate'),
    (_, loss) => losses.push(loss),
    never,
  );
  const environments = Array.from({ length: 4 }, () => new FluidEnvironment());
  const drawSetup = (own: ReturnType<typeof random.fork>) => drawSquare(square, own);
  const wish = {
    algorithm: 'mappo',
    iterations: 2,
    steps: 3,
    rate: 0.001,
    room,
    drawSetup,
  } as const;
  const last = await ppo(
    weights,
    environments,
    wish,
    random.fork('reward'),
    () => undefined,
    never,
  );
  return { losses, weights, last };
}

test('learning repeats to the bit, from the teacher and from reward, and gets better', async () => {
  const [one, other] = [await learn(), await learn()];
  assert.deepEqual(one, other);
  assert.ok(one.losses.at(-1)! < one.losses[0]!, `${one.losses}`);
  assert.notDeepEqual(one.weights.score, one.last.score);
});

test('what the teacher taught is kept to the bit for the same wish, and for no other', (context) => {
  const directory = mkdtempSync(join(tmpdir(), 'airguard-policy-'));
  context.after(() => rmSync(directory, { recursive: true }));
  const wish = {
    ...{ seed: 1, sites: 40, epochs: 2, iterations: 1, judged: 5, directory },
    algorithm: 'mappo',
  } as const;
  const learned = {
    weights: initialWeights(createRandom('kept')),
    curve: [{ stage: 'teacher', at: 1, value: 0.5 }],
    lessons: 7,
    dataSha256: 'a',
  } as const;
  writeCheckpoint(directory, wish, learned);
  assert.deepEqual(readCheckpoint(directory, wish), learned);
  for (const other of [{ seed: 2 }, { sites: 41 }, { epochs: 3 }]) {
    assert.equal(readCheckpoint(directory, { ...wish, ...other }), undefined);
  }
  writeFileSync(join(directory, 'policy-checkpoint.json'), '{"seed": 1,');
  assert.equal(readCheckpoint(directory, wish), undefined);
});

test('an environment rewards what a step brought, and shares it out alike', () => {
  const environment = new FluidEnvironment();
  const setup = drawSquare(square, createRandom(3));
  environment.reset(setup);
  const before = environment.worth();
  const { rewards, observation } = environment.step(Int32Array.of(1, -1, 0, -1, 1));
  const gained = environment.worth() - before;
  for (const reward of rewards) assert.ok(Math.abs(reward - gained / 5) < 1e-12);
  assert.deepEqual(
    observation.reports.map(({ channel }) => channel),
    [...environment.taken].map((option, radio) => setup.options[radio]![option]),
  );
});

test('what the teacher says of an option is what taking it brings', () => {
  const environment = new FluidEnvironment();
  environment.reset(drawSquare(square, createRandom(4)));
  const start = environment.taken.slice();
  const before = environment.worth();
  const [lesson] = teach(environment, createRandom(4), 1);
  start.forEach((option, radio) => {
    environment.take(radio, option);
  });
  environment.take(2, 1);
  const gain = (environment.worth() - before) / square.clients;
  assert.ok(Math.abs(lesson!.gains[lesson!.state.firstOf[2]! + 1]! - gain) < 1e-6);
});

test('no way of deciding beats the optimum, and climbing finds it on small sites', () => {
  for (let seed = 0; seed < 4; seed += 1) {
    const random = createRandom(`optimum/${seed}`);
    const setup = drawSquare({ ...square, aps: 4 }, random);
    const environment = new FluidEnvironment();
    const optimum = optimumOf(environment, setup);
    assert.ok(Math.abs(climbed(environment, setup, 20, random) - optimum) < 1e-9);
    const input = new PolicyInput(see(environment.reset(setup)));
    const problem = new Problem(input, environment.taken);
    for (const { improve } of heuristics) {
      environment.reset(setup);
      const taken = environment.taken.slice();
      improve(problem, taken, random);
      taken.forEach((option, radio) => {
        environment.take(radio, option);
      });
      assert.ok(environment.worth() / setup.scene.clients.length <= optimum + 1e-9);
    }
  }
});

test('every site that is learned on has radios that may take the channel they are on', () => {
  for (let seed = 0; seed < 40; seed += 1) {
    const { scene, options } = drawLesson(createRandom(`site/${seed}`), 8);
    scene.radios.forEach(({ channel }, radio) => {
      assert(placeOf(options[radio]!, channel) >= 0);
    });
  }
});

test('a policy that is not shown to beat the best heuristic is not to be used, and its card says where', () => {
  const table = (ahead: number) =>
    tableOf(
      'a kind',
      Array.from({ length: 8 }, (_, site) => ({
        kind: 'square',
        methods: {
          ...Object.fromEntries(heuristics.map(({ name }) => [name, 1 + site / 100])),
          policy: 1 + site / 100 + ahead + ((site % 2) - 0.5) / 1_000,
          'policy, three times': 2,
          [OPTIMUM]: 2,
        },
      })),
    );
  const source = 'generated sites, fluid air';
  const good = { source, small: table(0.1), crowded: table(0.1), free: table(0.1) } as const;
  assert.equal(verdictOf(good).usable, true);
  const { usable, because } = verdictOf({ ...good, free: table(0) });
  assert.equal(usable, false);
  assert.match(because, /Not shown to beat/);
});

test('an interval of three values is that of Student’s t with two degrees of freedom', () => {
  const { mean, low, high } = estimate([1, 2, 3]);
  assert.equal(mean, 2);
  // 4.303 standard errors of 1/√3: any table of t.
  assert.ok(Math.abs(high - mean - 4.303 / Math.sqrt(3)) < 0.12, `${high - mean}`);
  assert.ok(Math.abs(high - mean - (mean - low)) < 1e-12);
});
