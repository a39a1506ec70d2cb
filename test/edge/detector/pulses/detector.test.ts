/** Radar in pulse reports: each test signal is found, what is none is not, and bad reports do no harm. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { createRandom } from '#agents/random/philox.ts';
import { PulseDetector, type RadarEvidence } from '#edge/detector/pulses/detector.ts';
import { pulseSignals } from '#edge/detector/pulses/signals.ts';
import { type PulseReport, RadarPattern } from '#protocols/air.ts';
import { US_PER_S } from '#protocols/clock.ts';
import { falsePulses } from '#sim/air/pulses/dense-wifi.ts';
import { radarTrial, sentOnce } from '#sim/air/pulses/trial.ts';

const patterns = [...RadarPattern.values];
const trains = patterns.filter((pattern) => pulseSignals[pattern].kind === 'train');
const seeds = fc.integer({ min: 1, max: 1_000_000 });

interface Told {
  readonly type: RadarPattern;
  readonly confidence: number;
  readonly evidence: RadarEvidence;
}

function listen(options: { weakestDbm?: number } = {}) {
  const told: Told[] = [];
  const detector = new PulseDetector({
    ...options,
    onRadar: (type, confidence, evidence) => told.push({ type, confidence, evidence }),
  });
  return { detector, told };
}

function found(pulses: readonly PulseReport[]): Told[] {
  const { detector, told } = listen();
  detector.push(pulses);
  return told;
}

/** `count` pulses as of FCC type 0, which is every 1,428 µs, 1 µs long. */
function train(count: number, fromUs = 0, changes: Partial<PulseReport> = {}): PulseReport[] {
  return Array.from({ length: count }, (_, index) => {
    const tUs = fromUs + index * 1_428;
    return { tUs, widthUs: 1, rssiDbm: -60, centerMhz: 5_500, chirp: false, ...changes };
  });
}

test('each signal is found as often as its rule asks, under 30 % of traffic in dense Wi-Fi', () => {
  for (const pattern of patterns) {
    const trials = 60;
    let hits = 0;
    for (let trial = 0; trial < trials; trial += 1) {
      const random = createRandom(`test/${pattern}/${trial}`);
      if (found(radarTrial(pattern, { load: 0.3, dense: true }, random)).length > 0) hits += 1;
    }
    const { required } = pulseSignals[pattern];
    assert(hits / trials >= required, `${pattern}: ${hits} of ${trials}, ${required} asked`);
  }
});

test('what arrives whole and exact is found whatever is drawn, by a name that fits', () => {
  fc.assert(
    fc.property(fc.constantFrom(...trains), seeds, (pattern, seed) => {
      const sent = sentOnce(pattern, createRandom(seed));
      // Of the hopping ones some seeds never come by.
      if (sent.length === 0) return;
      const [first] = found(sent);
      assert(first !== undefined);
      assert(first.evidence.fits.includes(first.type));
      assert(first.confidence > 0 && first.confidence <= 1);
      assert(first.evidence.heard <= first.evidence.due);
    }),
    { numRuns: 400 },
  );
});

test('the reference signal is called by its interval, with what was heard of it', () => {
  const [told] = found(train(18));
  assert(told !== undefined);
  assert(Math.abs(told.evidence.intervalUs - 1_428) < 1);
  assert.equal(told.evidence.widthUs, 1);
  assert.equal(told.confidence, 1);
});

test('three hours of dense Wi-Fi raise no alarm', () => {
  let alarms = 0;
  let pulses = 0;
  const detector = new PulseDetector({ onRadar: () => (alarms += 1) });
  falsePulses(
    { fromUs: 0, untilUs: 10_800 * US_PER_S },
    5_500,
    createRandom('test/three-hours'),
    (pulse) => {
      pulses += 1;
      detector.push([pulse]);
    },
  );
  assert(pulses > 300_000);
  assert.equal(alarms, 0);
});

test('how the reports are cut into calls changes nothing', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...patterns),
      seeds,
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 }),
      (pattern, seed, sizes) => {
        const reports = radarTrial(pattern, { load: 0.2, dense: true }, createRandom(seed));
        const { detector, told } = listen();
        for (let at = 0, cut = 0; at < reports.length; cut += 1) {
          const size = sizes[cut % sizes.length]!;
          detector.push(reports.slice(at, at + size));
          at += size;
        }
        assert.deepEqual(told, found(reports));
      },
    ),
    { numRuns: 60 },
  );
});

test('a radar is told once, and again when it is still there ten seconds later', () => {
  const rounds = [0, 1, 9.9, 12].map((second) => train(18, second * US_PER_S));
  assert.equal(found(rounds.slice(0, 3).flat()).length, 1);
  assert.equal(found(rounds.flat()).length, 2);
});

test('on another channel everything begins anew', () => {
  const { detector, told } = listen();
  detector.push(train(4));
  detector.reset();
  detector.push(train(4, 4 * 1_428));
  assert.deepEqual(told, []);
  detector.push(train(14, 8 * 1_428));
  assert.equal(told.length, 1);
});

test('below the level that has to be noticed nothing counts', () => {
  assert.deepEqual(found(train(18, 0, { rssiDbm: -71 })), []);
  const { detector, told } = listen({ weakestDbm: -75 });
  detector.push(train(18, 0, { rssiDbm: -71 }));
  assert.equal(told.length, 1);
});

test('a sender that goes on and on is no beam that comes over', () => {
  const random = createRandom('test/backoff');
  const pulses: PulseReport[] = [];
  let tUs = 0;
  for (let frame = 0; frame < 20_000; frame += 1) {
    // Frames all alike, 34 µs and a backoff between them (IEEE 802.11-2020, 10.3.4.3).
    tUs += 1_200 + 34 + 9 * random.below(16);
    pulses.push({ tUs, widthUs: 2, rssiDbm: -50, centerMhz: 5_500, chirp: false });
  }
  assert.deepEqual(found(pulses), []);
});

test('reports that are no pulses, or out of order, are counted and do not harm the others', () => {
  const { detector, told } = listen();
  const [pulse] = train(1, 20_000) as [PulseReport];
  detector.push([
    pulse,
    { ...pulse, tUs: Number.NaN },
    { ...pulse, widthUs: -1 },
    { ...pulse, rssiDbm: Number.NaN },
    { ...pulse, centerMhz: 0 },
    { ...pulse, tUs: 19_000 },
  ]);
  assert.equal(detector.rejected, 5);
  detector.push(train(17, 20_000 + 1_428));
  assert.equal(told.length, 1);
});

test('a clock that begins anew does not stop it', () => {
  const { detector, told } = listen();
  detector.push(train(3, 4_294 * US_PER_S));
  detector.push(train(18));
  assert.equal(told.length, 1);
});

test('no reports, however wild, make it fail, and fewer than five make no alarm', () => {
  const number = fc.oneof(
    fc.double(),
    fc.constantFrom(0, -1, 1e300, Number.NaN, Number.POSITIVE_INFINITY),
    fc.integer({ min: 0, max: 20_000 }),
  );
  const report = fc.record({
    tUs: number,
    widthUs: number,
    rssiDbm: number,
    centerMhz: number,
    chirp: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(report, { maxLength: 300 }), (reports) => {
      const told = found(reports);
      if (reports.length < 5) assert.deepEqual(told, []);
    }),
    { numRuns: 300 },
  );
});
