import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limitsOf } from '#sim/checkers/legal-limits.ts';
import { runWorld } from '#sim/world.ts';
import { tinyPopulation, tinyScenario } from '../tiny-population.ts';

const faults = [
  { kind: 'radar', when: { at: '4m' } },
  { kind: 'cut', when: { at: '2m' }, node: 'any', lasts: '1m' },
  { kind: 'noise', when: { at: '1m' }, loss: 0.3, duplication: 0.1, reordering: 0.2 },
];

test('what is recorded changes nothing about the run', async () => {
  const [recorded, plain] = await Promise.all([run(true), run(false)]);

  assert.equal(recorded.traceHash, plain.traceHash);
  assert.equal(recorded.events, plain.events);
  assert.deepEqual(recorded.kpi, plain.kpi);
  assert.equal(plain.recording, undefined);
});

test('a recording holds each sample, every fault and every radar in the order they came', async () => {
  const { recording, radars } = await run(true);

  const { frames, happenings, radars: placed, after } = recording!;
  const times = frames.map(({ tUs }) => tUs);
  assert.deepEqual(
    times,
    [...times].sort((a, b) => a - b),
  );
  assert.equal(new Set(times).size, 12);
  const struck = happenings.filter(({ name }) => name.startsWith('fault.'));
  assert.deepEqual(
    struck.map(({ tUs, name }) => [tUs / 60_000_000, name]),
    [
      [1, 'fault.noise'],
      [2, 'fault.cut'],
      [3, 'fault.mended'],
      [4, 'fault.radar'],
      [6, 'fault.noise.ended'],
    ],
  );
  assert.equal(placed.length, radars.length);
  assert.equal(after!.untilUs, times.at(-1));
  const radios = recording!.layout.site.nodes.flatMap((node) => node.radios);
  assert.equal(after!.radios.length, radios.length);
});

function run(record: boolean) {
  const limits = limitsOf('DE');
  const scenario = tinyScenario(faults);
  const options = { scenario, seed: 1, durationUs: 600_000_000, limits, checkers: [], record };
  return runWorld({ ...options, ...tinyPopulation(limits) });
}
