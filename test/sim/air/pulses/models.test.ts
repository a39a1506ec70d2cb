/** The models of a chip's reports and of what dense Wi-Fi makes it report. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { createRandom } from '#agents/random/philox.ts';
import type { PulseReport } from '#protocols/air.ts';
import { US_PER_S } from '#protocols/clock.ts';
import { heardPulses } from '#sim/air/pulses/chip.ts';
import { falsePulses } from '#sim/air/pulses/dense-wifi.ts';

test('traffic hides the share of the pulses that it fills of the time', () => {
  const sent = Array.from({ length: 40_000 }, (_, index): PulseReport => {
    return { tUs: index * 977, widthUs: 1, rssiDbm: -60, centerMhz: 5_500, chirp: false };
  });
  for (const load of [0, 0.17, 0.3, 0.8]) {
    const heard = heardPulses(sent, load, createRandom(`load/${load}`));
    assert(Math.abs(heard.length / sent.length - (1 - load)) < 0.02, `${load}: ${heard.length}`);
  }
});

test('false pulses lie in their window, in order, and the same seed gives the same', () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const window = { fromUs: 5 * US_PER_S, untilUs: 95 * US_PER_S };
      const draw = () => {
        const pulses: PulseReport[] = [];
        falsePulses(window, 5_500, createRandom(seed), (pulse) => pulses.push(pulse));
        return pulses;
      };
      const pulses = draw();
      let last = window.fromUs;
      for (const { tUs, widthUs } of pulses) {
        assert(tUs >= last && tUs <= window.untilUs);
        assert(widthUs >= 0 && widthUs < 110);
        last = tUs;
      }
      assert.deepEqual(draw(), pulses);
    }),
    { numRuns: 20 },
  );
});
