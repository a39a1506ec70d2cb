import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRandom } from '#agents/random/philox.ts';
import { bianchiModel, bianchiRules } from '#sim/air/packet/bianchi.ts';
import { Measurement } from '#sim/air/packet/measure.ts';
import { ringScene } from '#sim/air/packet/scenes.ts';

/** As in the paper: the model takes stations for independent, which small windows do not bear out. */
const options = fc.record({
  stations: fc.integer({ min: 1, max: 50 }),
  w: fc.constantFrom(32, 64, 128),
  m: fc.integer({ min: 3, max: 5 }),
  usesRts: fc.boolean(),
});

test('under Bianchi’s assumptions the engine carries what the model says', () => {
  fc.assert(
    fc.property(options, fc.nat(), (given, seed) => {
      const model = bianchiModel(given);
      const scene = ringScene(given.stations, bianchiRules(given));
      const random = createRandom(seed);
      const measurement = new Measurement({ scene, random, warmupS: 5, durationS: 120 });
      while (!measurement.isDone) measurement.advance(100);
      const { totalMbps } = measurement.result;
      const message = `${JSON.stringify(given)}: ${totalMbps}, model ${model.totalMbps}`;
      assert.ok(Math.abs(totalMbps / model.totalMbps - 1) < 0.015, message);
    }),
    { numRuns: 20 },
  );
});

test('the model keeps its fixed point: τ(p) and p(τ) meet', () => {
  fc.assert(
    fc.property(options, (given) => {
      const { stations, w, m } = given;
      const { sendProbability: tau, collisionProbability: p } = bianchiModel(given);
      assert.ok(Math.abs(p - (1 - (1 - tau) ** (stations - 1))) < 1e-9);
      // Equation 7, multiplied out.
      const below = (1 - 2 * p) * (w + 1) + p * w * (1 - (2 * p) ** m);
      assert.ok(Math.abs(tau * below - 2 * (1 - 2 * p)) < 1e-9);
    }),
  );
});
