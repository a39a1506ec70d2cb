import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRandom } from '#agents/random/philox.ts';
import { utility } from '#protocols/fare.ts';
import { log } from '#protocols/math.ts';
import { studentT } from '#protocols/student-t.ts';
import type { Candidate } from '#protocols/tools/twin.ts';
import { createFluidAir } from '#sim/air/fluid-air.ts';
import { sceneFromMeasurements } from '#sim/air/measured-scene.ts';
import { type EvaluateRequest, evaluatePlans } from '#sim/twin/evaluate.ts';
import { channels, randomSite, reportsOf } from './random-site.ts';

const limits = { maxCost: 1_000_000 };
const second = { fromUs: 0, untilUs: 1_000_000 };

test('a plan is worth what an air that was told it from the beginning gives, to the bit', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), (seed) => {
      const { reports, ours } = measured(seed);
      const candidates = plansFor(ours, seed, 6);
      const asked = requestFor({ reports, candidates, draws: 2, seed });
      const { outlooks } = evaluatePlans(asked, limits);
      const scene = sceneFromMeasurements(reports);
      const random = createRandom(seed).fork('twin');
      candidates.forEach(({ settings }, place) => {
        const logs = [0, 1].map((draw) => {
          const fresh = createFluidAir({ random: random.fork('air') });
          const told = new Map(settings.map((one) => [one.radio, one]));
          for (const change of scene.draw(random.fork(`draw/${draw}`))) {
            const setting = change.kind === 'radio' ? told.get(change.id) : undefined;
            fresh.apply(
              setting === undefined || change.kind !== 'radio'
                ? change
                : { ...change, channel: setting.channel, eirpDbm: setting.eirpDbm },
            );
          }
          return log(utility(ours.flatMap((id) => fresh.observe(id, 'clients', second))));
        });
        const mean = Math.log(outlooks[place]!.utilityMbps.mean);
        assert(Math.abs(mean - (logs[0]! + logs[1]!) / 2) < 1e-12);
      });
    }),
    { numRuns: 10 },
  );
});

test('the order and the number of the plans beside it change nothing about a plan', () => {
  const { reports, ours } = measured(7);
  const candidates = plansFor(ours, 7, 12);
  const all = evaluatePlans(requestFor({ reports, candidates }), limits).outlooks;
  const reversed = evaluatePlans(
    requestFor({ reports, candidates: candidates.toReversed() }),
    limits,
  ).outlooks.toReversed();
  assert.deepEqual(reversed, all);
  candidates.forEach((candidate, place) => {
    const [alone] = evaluatePlans(
      requestFor({ reports, candidates: [candidate] }),
      limits,
    ).outlooks;
    assert.deepEqual(alone, all[place]);
  });
});

test('a plan that changes nothing gains nothing, for certain, and harms nobody', () => {
  const { reports } = measured(3);
  const settings = reports.map(({ id, channel, eirpDbm }) => ({
    radio: id,
    channel: channel!,
    eirpDbm,
  }));
  const { stay, outlooks } = evaluatePlans(
    requestFor({ reports, candidates: [{ id: 'same', settings }] }),
    limits,
  );
  assert.deepEqual(outlooks[0]!.gain, { mean: 0, low: 0, high: 0 });
  assert.deepEqual({ ...outlooks[0], id: 'stay' }, stay);
  assert.equal(outlooks[0]!.harm, 0);
});

test('the same seed draws the same airs, another seed others', () => {
  const { reports, ours } = measured(5);
  const candidates = plansFor(ours, 5, 2);
  const of = (seed: number) => evaluatePlans(requestFor({ reports, candidates, seed }), limits);
  assert.deepEqual(of(1), of(1));
  assert.notDeepEqual(of(1).stay, of(2).stay);
});

test('a network that is not ours and loses its air is harmed, and told so', () => {
  const air = createFluidAir({ random: createRandom(1) });
  const [low, high] = [channels[0]!, channels[2]!];
  air.apply({ kind: 'radio', id: 'a/r', at: { x: 0, y: 0, z: 0 }, channel: low, eirpDbm: 20 });
  air.apply({
    kind: 'client',
    id: 'c',
    at: { x: 2, y: 0, z: 0 },
    radio: 'a/r',
    offeredMbps: 1_000,
  });
  const unmanaged = true;
  air.apply({
    kind: 'radio',
    id: 'b',
    at: { x: 9, y: 0, z: 0 },
    channel: high,
    eirpDbm: 20,
    unmanaged,
  });
  air.apply({
    kind: 'client',
    id: 'b-c',
    at: { x: 9, y: 2, z: 0 },
    radio: 'b',
    offeredMbps: 1_000,
  });
  const reports = reportsOf(air, ['a/r'], { sigmaDb: 0 });
  const settings = [{ radio: 'a/r', channel: high, eirpDbm: 20 }];
  const { outlooks } = evaluatePlans(
    requestFor({ reports, candidates: [{ id: 'onto it', settings }] }),
    limits,
  );
  assert(outlooks[0]!.harm > 0.4 && outlooks[0]!.harm < 0.6, `${outlooks[0]!.harm}`);
  assert(outlooks[0]!.gain.mean < -0.4);
});

test('what does not fit is refused in one line', () => {
  const { reports, ours } = measured(2);
  const candidates = plansFor(ours, 2, 2);
  const asking =
    (change: Partial<EvaluateRequest>, maxCost = limits.maxCost) =>
    () =>
      evaluatePlans(requestFor({ reports, candidates, ...change }), { maxCost });
  const [one] = candidates;
  const [setting] = one!.settings;
  const unknown = { ...setting!, radio: 'nobody/r' };
  assert.throws(asking({ candidates: [one!, one!] }), /each id once, came '.*' twice/);
  assert.throws(
    asking({ candidates: [{ id: 'x', settings: [unknown] }] }),
    /plan 'x': expected radios that were reported, came 'nobody\/r'/,
  );
  assert.throws(
    asking({ candidates: [{ id: 'x', settings: [setting!, setting!] }] }),
    /plan 'x': expected one setting a radio/,
  );
  assert.throws(asking({ reports: reports.slice(1) }), /InputError: .*/);
  assert.throws(
    asking({}, 100),
    /at most 100 links and stations to reckon, came \d+: ask for fewer/,
  );
});

test('Student’s t is that of the tables', () => {
  // Abramowitz, Stegun: Handbook of Mathematical Functions, table 26.10.
  for (const [confidence, freedom, t] of [
    [0.95, 1, 12.706],
    [0.95, 2, 4.303],
    [0.99, 5, 4.032],
    [0.9, 15, 1.753],
    [0.95, 120, 1.98],
    [0.998, 7, 4.785],
  ] as const) {
    assert(Math.abs(studentT(confidence, freedom) - t) < 6e-4, `${confidence}, ${freedom}`);
  }
});

function measured(seed: number) {
  const { air, ours } = randomSite(seed, { aps: 6, clientsPerAp: 3, foreign: 2 });
  return { reports: reportsOf(air, ours, { seed }), ours };
}

function requestFor(
  request: Pick<EvaluateRequest, 'reports' | 'candidates'> & Partial<EvaluateRequest>,
): EvaluateRequest {
  return { draws: 4, confidence: 0.95, seed: 1, ...request };
}

/** Plans of some changes each, some of them louder than anything was before. */
function plansFor(ours: readonly string[], seed: number, count: number): Candidate[] {
  const random = createRandom(seed).fork('plans');
  return Array.from({ length: count }, (_, index) => ({
    id: `plan-${index}`,
    settings: ours
      .filter((_radio, place) => place === index % ours.length || random.uniform() < 0.3)
      .map((radio) => ({
        radio,
        channel: channels[random.below(channels.length)]!,
        eirpDbm: 14 + random.below(12),
      })),
  }));
}
