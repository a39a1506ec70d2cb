/** Time on air against published figures, and the tables of the regions against their own law. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { airtimeUs, dataFrameUs, type LoraFrameShape } from '#protocols/lorawan/airtime.ts';
import { dutyOf, payloadFault, rateOf, regionNamed, regions } from '#protocols/lorawan/regions.ts';

const base = { spreadingFactor: 7, bandwidthHz: 125_000, bytes: 10 } as const;

/** The figures that The Things Stack tests itself with (`pkg/toa/toa_test.go`), in µs. */
const published: readonly (readonly [Partial<LoraFrameShape>, number])[] = [
  [{}, 41_216],
  [{ spreadingFactor: 8 }, 72_192],
  [{ spreadingFactor: 9 }, 144_384],
  [{ spreadingFactor: 10 }, 288_768],
  [{ spreadingFactor: 11 }, 577_536],
  [{ spreadingFactor: 12 }, 991_232],
  [{ bandwidthHz: 250_000 }, 20_608],
  [{ bandwidthHz: 500_000 }, 10_304],
  [{ codingRate: 2 }, 45_312],
  [{ codingRate: 3 }, 49_408],
  [{ codingRate: 4 }, 53_504],
  [{ bytes: 13 }, 46_336],
  [{ bytes: 15 }, 46_336],
  [{ bytes: 16 }, 51_456],
  [{ bytes: 19 }, 51_456],
  // A public spreadsheet of the formulas of AN1200.13.
  [{ bytes: 13, spreadingFactor: 9 }, 164_864],
];

for (const [shape, expected] of published) {
  test(`${JSON.stringify({ ...base, ...shape })} lasts ${expected} µs`, () => {
    assert.equal(airtimeUs({ ...base, ...shape }), expected);
  });
}

test('the largest payload of EU868 lasts 2.79 s at the slowest rate and 118 ms at SF7', () => {
  const eu = regionNamed('EU868');
  assert.equal(dataFrameUs(rateOf(eu, 0), 51), 2_793_472);
  assert.equal(dataFrameUs(rateOf(eu, 5), 51), 118_016);
});

test('time on air is a whole number of microseconds and grows with every byte', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...regions.flatMap(({ rates }) => rates)),
      fc.integer({ min: 0, max: 241 }),
      (rate, bytes) => {
        const lasts = dataFrameUs(rate, bytes);
        assert(Number.isInteger(lasts));
        assert(dataFrameUs(rate, bytes + 1) >= lasts);
      },
    ),
  );
});

test('where a dwell time holds, the largest payload of each rate keeps it, and one more does not pass', () => {
  for (const region of regions) {
    for (const rate of region.rates) {
      assert.equal(payloadFault(region, rate, rate.payloadBytes), undefined, region.name);
      assert.match(
        payloadFault(region, rate, rate.payloadBytes + 1) ?? '',
        new RegExp(
          `^a payload of ${rate.payloadBytes + 1} bytes: ${region.name} DR${rate.dr} carries`,
        ),
      );
    }
  }
});

test('the slowest rates under 400 ms are as full as they can be', () => {
  const us = regionNamed('us915');
  for (const dr of [0, 1]) {
    const rate = rateOf(us, dr);
    // One more symbol block would break the dwell time within a few bytes.
    assert(dataFrameUs(rate, rate.payloadBytes + 4) > 400_000, `DR${dr}`);
  }
});

test('a device in EU868 may send for one percent of an hour', () => {
  assert.equal(dutyOf(regionNamed('EU868')), 0.01);
});

test('unknown regions and rates are refused in one line', () => {
  assert.throws(() => regionNamed('EU686'), /unknown region 'EU686' \(did you mean 'EU868'\?\)/);
  assert.throws(() => rateOf(regionNamed('AU915'), 0), /data rate 0 of AU915: expected one of 2, /);
});
