/** The figures an air is made of, against their tables. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { createRandom } from '#agents/random/philox.ts';
import { dbToRatio } from '#protocols/math.ts';
import { noiseDbm, throughputMbps } from '#protocols/rates.ts';
import { fingerprint, lossDb, Shadowing, spreadDb } from '#sim/air/path-loss.ts';
import { pulsesOf, type Radar } from '#sim/air/radar.ts';

test('path loss is that of the tables', () => {
  // Exponent 3.5 from 46.68 dB (5 GHz) and 40.05 dB (2.4 GHz) at 1 m.
  for (const [band, metres, expected] of [
    ['5', 1, 46.68],
    ['5', 10, 81.68],
    ['5', 20, 92.216],
    ['2.4', 10, 75.05],
    ['2.4', 100, 110.05],
    ['6', 10, 83.01],
  ] as const) {
    assert(Math.abs(lossDb(band, spreadDb(metres), 0) - expected) < 0.001, `${band} ${metres}`);
  }
  assert.equal(spreadDb(0), 0);
});

test('a link has one lasting deviation, the same from both ends, of the spread asked for', () => {
  const shadowing = new Shadowing(createRandom(3), 6);
  const draws = Array.from({ length: 4_000 }, (_, index) => {
    const [a, b] = [fingerprint(`a${index}`), fingerprint(`b${index}`)];
    assert.equal(shadowing.lossDb(a, b), shadowing.lossDb(b, a));
    return shadowing.lossDb(a, b);
  });
  const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
  const variance = draws.reduce((sum, draw) => sum + (draw - mean) * (draw - mean), 0) / 4_000;
  assert(Math.abs(mean) < 0.3);
  assert(Math.abs(Math.sqrt(variance) - 6) < 0.4);
  assert(Math.max(...draws) <= 15 && Math.min(...draws) >= -15);
});

test('throughputs follow from the rates of 802.11ax at the ends of the ladder', () => {
  // Guard interval 0.8 µs. 20 MHz: MCS 0 with one stream 8.6 Mb/s, MCS 11 with two 286.8; 80 MHz: MCS 11
  // with two 1201. A frame holds 65,535 bytes or lasts 5,484 µs with 44 of header; 91 µs follow.
  const payload = 1_500 / 1_544;
  const expected = (mbps: number) => {
    const dataUs = Math.min(524_280 / mbps, 5_440);
    return (mbps * dataUs * payload) / (44 + dataUs + 91);
  };
  assert.equal(throughputMbps(20, dbToRatio(3.9)), 0);
  for (const [width, db, mbps] of [
    [20, 4.1, 8.603],
    [20, 40, 286.76],
    [80, 40, 1_200.98],
  ] as const) {
    const off = throughputMbps(width, dbToRatio(db)) / expected(mbps) - 1;
    assert(Math.abs(off) < 0.001, `${width} MHz, ${db} dB: ${off}`);
  }
});

test('a better ratio never gives less', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(20 as const, 40 as const, 80 as const, 160 as const, 320 as const),
      fc.double({ min: 0, max: 60, noNaN: true }),
      fc.double({ min: 0, max: 10, noNaN: true }),
      (width, db, more) =>
        throughputMbps(width, dbToRatio(db + more)) >= throughputMbps(width, dbToRatio(db)),
    ),
  );
});

test('noise in 20 MHz with 7 dB is −94 dBm', () => {
  assert(Math.abs(noiseDbm(20, 7) + 94) < 0.1);
});

test('radar pulses come in the trains of the test signals', () => {
  const radar: Radar = {
    id: 'ship',
    at: null,
    centerMhz: 5500,
    widthMhz: 5,
    eirpDbm: -50,
    pattern: 'fcc-0',
    fromUs: 1_000,
    untilUs: 3_001_000,
  };
  const ear = { rssiDbm: -50, tuned: { lowMhz: 5490, highMhz: 5510 } };
  const heard = (pattern: Radar['pattern'], window = { fromUs: 0, untilUs: 9_000_000 }) =>
    pulsesOf({ ...radar, pattern }, window, ear, createRandom(1));

  assert.equal(heard('fcc-0').length, 3 * 18);
  assert.equal(heard('fcc-0')[1]!.tUs, 2_428);
  const etsi = heard('etsi-reference');
  assert.equal(etsi.length, 3 * 18);
  assert.equal(etsi[7]!.tUs, 11_000);
  const [first, second] = heard('fcc-1');
  const interval = second!.tUs - first!.tUs;
  assert(interval >= 518 && interval <= 3_066);
  assert.equal(heard('fcc-1').length, 3 * Math.ceil(19_000_000 / 360 / interval));

  const halves = [
    ...heard('fcc-0', { fromUs: 0, untilUs: 1_010_000 }),
    ...heard('fcc-0', { fromUs: 1_010_000, untilUs: 9_000_000 }),
  ];
  assert.deepEqual(halves, heard('fcc-0'));
});
