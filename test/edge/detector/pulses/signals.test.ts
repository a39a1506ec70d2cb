/** The detector's table and the signals that the air sends are two writings of the same rules. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { createRandom } from '#agents/random/philox.ts';
import { pulseSignals } from '#edge/detector/pulses/signals.ts';
import { RadarPattern } from '#protocols/air.ts';
import { sentOnce } from '#sim/air/pulses/trial.ts';
import { radarSignals } from '#sim/air/radar-signals.ts';

const patterns = [...RadarPattern.values];

test('what is sent has the widths of the row, and its chirp', () => {
  fc.assert(
    fc.property(fc.constantFrom(...patterns), fc.integer(), (pattern, seed) => {
      const row = pulseSignals[pattern];
      const [least, most] = row.widthUs;
      const isPaired = radarSignals[pattern].long !== undefined;
      for (const { widthUs, chirp } of sentOnce(pattern, createRandom(seed))) {
        if (isPaired && chirp) continue;
        assert(widthUs >= least - 1e-9 && widthUs <= most + 1e-9);
        assert.equal(chirp, row.kind === 'bursts' || row.chirp);
      }
    }),
    { numRuns: 200 },
  );
});

test('what is sent has the intervals of the row, and no fewer pulses', () => {
  fc.assert(
    fc.property(fc.constantFrom(...patterns), fc.integer(), (pattern, seed) => {
      const row = pulseSignals[pattern];
      const { bursts, hops, long } = radarSignals[pattern];
      if (row.kind === 'bursts' || bursts !== undefined || hops !== undefined) return;
      const all = sentOnce(pattern, createRandom(seed));
      const sent = long === undefined ? all : all.filter(({ chirp }) => !chirp);
      assert(sent.length >= row.pulses * row.turns[0]);
      const [least, most] = row.intervalUs;
      for (const [index, { tUs }] of sent.slice(1).entries()) {
        const gapUs = tUs - sent[index]!.tUs;
        assert(gapUs >= least - 1 && gapUs <= most + 1, `${pattern}: ${gapUs} µs`);
      }
    }),
    { numRuns: 200 },
  );
});
