/** Sweeps that catch pulses, against counting one by one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { sweepsThatCatch } from '#sim/air/pulses/sweeps.ts';

const pulse = fc.record({
  gapUs: fc.integer({ min: 1, max: 3_000 }),
  widthUs: fc.integer({ min: 1, max: 100 }),
});

test('as many sweeps catch something as do when each is asked', () => {
  fc.assert(
    fc.property(
      fc.array(pulse, { maxLength: 30 }),
      fc.integer({ min: 0, max: 232 }),
      fc.constantFrom(3, 7, 13),
      (draws, phase, fftUs) => {
        // Halves, so that nothing ends just where another thing begins.
        const phaseUs = phase + 0.5;
        let tUs = 0;
        const pulses = draws.map(({ gapUs, widthUs }) => {
          tUs += 100 + gapUs;
          return { tUs, widthUs, rssiDbm: -60, centerMhz: 5_500, chirp: false };
        });
        let expected = 0;
        for (let beginsUs = phaseUs - 233 * 2; beginsUs < tUs + 500; beginsUs += 233) {
          const isCaught = pulses.some(
            (one) => one.tUs < beginsUs + fftUs && one.tUs + one.widthUs > beginsUs,
          );
          if (isCaught) expected += 1;
        }
        assert.equal(sweepsThatCatch(pulses, { everyUs: 233, fftUs, phaseUs }), expected);
      },
    ),
    { numRuns: 300 },
  );
});
