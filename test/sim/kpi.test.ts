import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fifthPercentile, jain, servedShare, utility } from '#protocols/fare.ts';
import { kpiOf } from '#sim/kpi.ts';

const client = (id: string, throughputMbps: number, offeredMbps = 10) => ({
  id,
  offeredMbps,
  throughputMbps,
});
const near = (value: number, expected: number) =>
  assert(Math.abs(value - expected) < 1e-12, `${value}, expected ${expected}`);

test('utility is a geometric mean, floored at 0.01 Mb/s and capped at the load', () => {
  near(utility([client('a', 2), client('b', 8)]), 4);
  near(utility([client('a', 100), client('b', 10)]), 10);
  near(utility([client('a', 0), client('b', 1)]), 0.1);
  near(servedShare([client('a', 5), client('b', 5)]), 0.5);
  assert.equal(utility([]), 0);
});

test("Jain's index is 1 for equal shares and 1/n for one winner", () => {
  near(jain([client('a', 5), client('b', 10, 20)]), 1);
  near(jain([client('a', 10), client('b', 0), client('c', 0), client('d', 0)]), 0.25);
});

test('the fifth percentile is that of the nearest rank', () => {
  const clients = Array.from({ length: 40 }, (_, index) => client(`${index}`, index));

  assert.equal(fifthPercentile(clients), 1);
});

test('a day of changes is counted per radio, and harm is the worst foreign loss', () => {
  const sample = (foreign: number) => ({
    clients: [client('a', 5)],
    foreign: [client('n', foreign)],
  });
  const kpi = kpiOf({
    before: sample(8),
    after: sample(6),
    changes: 3,
    radios: 2,
    durationUs: 3_600_000_000,
  });

  near(kpi.changesPerRadioDay, 36);
  near(kpi.harmToWorstNeighbour, 0.25);
});
