import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkers } from '#sim/checkers/index.ts';
import { limitsOf } from '#sim/checkers/legal-limits.ts';
import { runWorld } from '#sim/world.ts';
import { type Bugs, tinyPopulation, tinyScenario } from './tiny-population.ts';

const everything = [
  { kind: 'radar', when: { within: ['3m', '6m'] } },
  { kind: 'cut', when: { perNodeHour: 4 }, lasts: '1m' },
  { kind: 'crash', when: { perNodeHour: 3 } },
  { kind: 'broker', when: { perNodeHour: 1 } },
  { kind: 'jump', when: { at: '2m' }, byMs: 86_400_000 },
  { kind: 'drift', when: { at: '1m' }, ppm: -150 },
  { kind: 'noise', when: { at: '1m' }, loss: 0.3, duplication: 0.1, reordering: 0.2 },
];

test('a seed gives one trace hash, another seed another', async () => {
  const [one, again, other] = await Promise.all([
    run({ seed: 1, faults: everything }),
    run({ seed: 1, faults: everything }),
    run({ seed: 2, faults: everything }),
  ]);

  assert.equal(one.traceHash, again.traceHash);
  assert.deepEqual(one.kpi, again.kpi);
  assert.notEqual(one.traceHash, other.traceHash);
});

test('with all faults on, a population that keeps the rules breaks nothing', async () => {
  for (const seed of [1, 2, 3]) {
    const { checkers: results, radars, events } = await run({ seed, faults: everything });

    assert.deepEqual(
      results.flatMap(({ broken }) => broken),
      [],
    );
    for (const name of ['silence-after-radar', 'clearing-before-use', 'events-kept']) {
      assert(results.find((result) => result.name === name)!.checked > 0, name);
    }
    assert.equal(radars.length, 1);
    assert(radars[0]!.silentAfterUs! < 260_000);
    assert(events > 1_000);
  }
});

test('planted bugs are caught', async () => {
  const planted: [Bugs, string][] = [
    [{ ignoresRadar: true }, 'silence-after-radar'],
    [{ clearsTooShort: true }, 'clearing-before-use'],
    [{ forgetsVerdicts: true }, 'verdict-before-actuation'],
  ];
  for (const [bugs, name] of planted) {
    const { checkers: results } = await run({
      seed: 1,
      faults: [{ kind: 'radar', when: { at: '4m' } }],
      bugs,
    });

    const broken = results.filter((result) => result.broken.length > 0);
    assert.deepEqual(
      broken.map((result) => result.name),
      [name],
    );
  }
});

test('a clock stands while a node starts up with promises', async () => {
  const startedAt: number[] = [];
  const limits = limitsOf('DE');
  const population = tinyPopulation(limits);
  const result = await runWorld({
    ...options(limits, 1, [{ kind: 'crash', when: { at: '30s' }, lasts: '10s' }]),
    ...population,
    nodes: {
      async start(node, env) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        startedAt.push(env.clock.now() - Date.parse('2026-03-02T08:00:00Z') * 1_000);
        return population.nodes.start(node, env);
      },
    },
  });

  assert.deepEqual(startedAt, [0, 0, 0, 40_000_000]);
  assert.equal(result.virtualUs, 600_000_000);
});

test('a run that is asked to end does so in good order', async () => {
  const stop = new AbortController();
  const limits = limitsOf('DE');

  const result = await runWorld({
    ...options(limits, 1, []),
    ...tinyPopulation(limits),
    progress: () => stop.abort(),
    stop: stop.signal,
  });

  assert(result.interrupted);
  assert(result.virtualUs < 600_000_000);
});

function run({ seed, faults, bugs }: { seed: number; faults: readonly unknown[]; bugs?: Bugs }) {
  const limits = limitsOf('DE');
  return runWorld({ ...options(limits, seed, faults), ...tinyPopulation(limits, bugs) });
}

function options(limits: ReturnType<typeof limitsOf>, seed: number, faults: readonly unknown[]) {
  const scenario = tinyScenario(faults);
  return { scenario, seed, durationUs: 600_000_000, limits, checkers };
}
