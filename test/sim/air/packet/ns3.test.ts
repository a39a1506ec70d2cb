import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '#agents/random/philox.ts';
import { type Ns3Result, storedResults } from '#bench/ns3/ns3.ts';
import { comparedScenes, ns3Command } from '#bench/ns3/scenes.ts';
import { Measurement } from '#sim/air/packet/measure.ts';
import { cellScene, gridScene, type Plan, type RadioWish } from '#sim/air/packet/scenes.ts';

const { version, results } = storedResults();

/** The rest are for `bench air`: they take longer, or need many seeds. */
const told = comparedScenes.filter(({ what }) =>
  /^cell|11a, (co|rr4), (10|15|20|30) m, N = (4|16)/.test(what),
);

test('the figures of ns-3 are those of one version, and there is one for every scene', () => {
  assert.match(version, /3\.37/);
  for (const scene of comparedScenes) find(ns3Command(scene));
});

for (const scene of told) {
  test(`${scene.what}: the total is that of ns-3, as near as the benchmark demands`, () => {
    const { n, std, mcs = 7, width = 20, streams = 1, plan, spacing } = scene.options;
    const { duration, warmup } = scene.options;
    const wish = { standard: std, mcs, widthMhz: width, streams, usesRts: false } as RadioWish;
    const measurement = new Measurement({
      scene:
        scene.kind === 'cell'
          ? cellScene(Number(n), wish)
          : gridScene(Number(n), { plan: plan as Plan, spacingM: Number(spacing) }, wish),
      random: createRandom('figures'),
      warmupS: Number(warmup),
      durationS: Number(duration),
    });
    while (!measurement.isDone) measurement.advance(1_000);

    const theirs = find(ns3Command(scene)).mbps.reduce((sum, each) => sum + each, 0);
    const percent = 100 * Math.abs(measurement.result.totalMbps / theirs - 1);
    assert.ok(percent <= scene.totalPercent, `${measurement.result.totalMbps}, ns-3 ${theirs}`);
  });
}

function find(command: string): Ns3Result {
  const found = results.find((result) => result.command === command);
  assert.ok(found !== undefined, `no result is stored for ${command}`);
  return found;
}
