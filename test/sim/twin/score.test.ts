import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '#agents/random/philox.ts';
import type { RadioReport } from '#protocols/radio-report.ts';
import { createFluidAir } from '#sim/air/fluid-air.ts';
import { scoreDecision } from '#sim/twin/score.ts';
import { channels, reportsOf } from './random-site.ts';

const limits = { maxCost: 1_000_000 };
const how = { draws: 8, confidence: 0.95, seed: 1 };
const [low, high] = [channels[0]!, channels[2]!];

test('a move away from a neighbour is worth what it gave, also when the load doubled meanwhile', () => {
  const site = twoOnOneChannel();
  const before = site.reports();
  site.move('b/r', high);
  const settings = [{ radio: 'b/r', channel: high, eirpDbm: 20 }];
  const plain = scoreDecision({ before, after: site.reports(), settings, ...how }, limits);
  assert(Math.abs(plain.measured - 1) < 0.1, `${plain.measured}`);
  assert(Math.abs(plain.expected.mean - plain.measured) < 0.1);
  assert(Math.abs(plain.counterfactual.mean - plain.measured) < 0.1);

  site.load(100);
  const calmer = scoreDecision({ before, after: site.reports(), settings, ...how }, limits);
  // Less is asked, so less is measured; staying would have been worse still.
  assert(calmer.measured < 0.2, `${calmer.measured}`);
  assert(calmer.counterfactual.low >= 0 && calmer.counterfactual.mean < plain.counterfactual.mean);
});

test('a move onto a neighbour was worth less than nothing', () => {
  const site = twoOnOneChannel();
  site.move('b/r', high);
  const before = site.reports();
  site.move('b/r', low);
  const settings = [{ radio: 'b/r', channel: low, eirpDbm: 20 }];
  const { measured, counterfactual } = scoreDecision(
    { before, after: site.reports(), settings, ...how },
    limits,
  );
  assert(measured < -0.4 && counterfactual.high < -0.4);
});

test('a decision for a radio that was nowhere before cannot be held against staying', () => {
  const site = twoOnOneChannel();
  const after = site.reports();
  const before = after.map((report): RadioReport => ({ ...report, channel: null }));
  const settings = [{ radio: 'b/r', channel: low, eirpDbm: 20 }];
  assert.throws(
    () => scoreDecision({ before, after, settings, ...how }, limits),
    /'b\/r' had no channel before/,
  );
  assert.throws(
    () => scoreDecision({ before: after.slice(0, 1), after, settings, ...how }, limits),
    /expected a report of it|expected radios that were reported/,
  );
});

/** Two access points that hear each other, each with one client that asks for all it can get. */
function twoOnOneChannel() {
  const air = createFluidAir({ random: createRandom(1) });
  for (const [id, x] of [
    ['a/r', 0],
    ['b/r', 9],
  ] as const) {
    air.apply({ kind: 'radio', id, at: { x, y: 0, z: 0 }, channel: low, eirpDbm: 20 });
    const at = { x, y: 2, z: 0 };
    air.apply({ kind: 'client', id: `${id}-c`, at, radio: id, offeredMbps: 1_000 });
  }
  return {
    reports: () => reportsOf(air, ['a/r', 'b/r'], { sigmaDb: 0.5 }),
    move: (id: string, channel: typeof low) => air.apply({ kind: 'radio', id, channel }),
    load(offeredMbps: number) {
      for (const id of ['a/r-c', 'b/r-c']) air.apply({ kind: 'client', id, offeredMbps });
    },
  };
}
