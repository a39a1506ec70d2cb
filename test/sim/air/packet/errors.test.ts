import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorCurve, errorsPerBit } from '#sim/air/packet/errors.ts';

const BITS = 1_458 * 8;
const curves = Array.from({ length: 10 }, (_, mcs) => errorCurve(mcs));
const lossAt = (mcs: number, db: number, bits = BITS) =>
  1 - Math.exp(-bits * errorsPerBit(curves[mcs]!, 10 ** (db / 10)));

/** Levels in dB and the share of frames of 1,458 bytes lost there: `error-rate-tables.h`, ns-3.37. */
const published = [
  {
    mcs: 0,
    points: [
      [-0.5, 0.994],
      [0, 0.8185],
      [0.5, 0.2908],
      [1, 0.0663],
      [1.5, 0.0112],
    ],
  },
  {
    mcs: 1,
    points: [
      [3, 0.7944],
      [3.5, 0.3008],
      [4, 0.0728],
      [4.5, 0.012],
    ],
  },
] as const;

test('frames of 1,458 bytes are lost as often as the published curves say', () => {
  for (const { mcs, points } of published) {
    for (const [db, share] of points) {
      const loss = lossAt(mcs, db);
      assert.ok(Math.abs(loss - share) < 0.1, `MCS ${mcs} at ${db} dB: ${loss}, not ${share}`);
    }
  }
});

test('short frames are lost less: 32 bytes at half, as published, within half a decibel', () => {
  for (const [mcs, db] of [
    [0, -1.34],
    [1, 1.66],
    [4, 10.18],
    [7, 16.84],
  ] as const) {
    assert.ok(lossAt(mcs, db - 0.5, 256) > 0.5, `MCS ${mcs}`);
    assert.ok(lossAt(mcs, db + 0.5, 256) < 0.5, `MCS ${mcs}`);
  }
});

test('more level loses less, and a faster rate loses more', () => {
  for (let mcs = 0; mcs <= 9; mcs += 1) {
    for (let db = -5; db < 30; db += 0.25) {
      assert.ok(lossAt(mcs, db) >= lossAt(mcs, db + 0.25));
      if (mcs < 9) assert.ok(lossAt(mcs, db) <= lossAt(mcs + 1, db));
    }
  }
});
