import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRandom } from '#agents/random/philox.ts';
import { alarmThreshold, allowedAbove } from '#cli/train/alarm-threshold.ts';

test('the published sizes of samples whose largest value bounds a share are met', () => {
  // Wilks: 59 for 5 % at 95 % confidence, 299 for 1 %, 459 for 1 % at 99 %.
  for (const [count, rate, doubt] of [
    [59, 0.05, 0.05],
    [299, 0.01, 0.05],
    [459, 0.01, 0.01],
  ] as const) {
    assert.equal(allowedAbove(count, rate, doubt), 0);
    assert.equal(allowedAbove(count - 1, rate, doubt), -1);
  }
  // For the second largest, 93 and 473.
  assert.equal(allowedAbove(93, 0.05, 0.05), 1);
  assert.equal(allowedAbove(92, 0.05, 0.05), 0);
  assert.equal(allowedAbove(473, 0.01, 0.05), 1);
  assert.equal(allowedAbove(472, 0.01, 0.05), 0);
});

test('too few values give no threshold at all, and any order gives the same', () => {
  assert.equal(alarmThreshold(new Array(100).fill(1), 0.01), Number.POSITIVE_INFINITY);
  const values = fc.array(fc.double({ noNaN: true }), { minLength: 200, maxLength: 300 });
  fc.assert(
    fc.property(values, (drawn) => {
      const threshold = alarmThreshold(drawn, 0.1);
      assert.equal(alarmThreshold(drawn.toReversed(), 0.1), threshold);
      const above = drawn.filter((value) => value > threshold).length;
      assert(above <= allowedAbove(drawn.length, 0.1));
    }),
  );
});

test('the rate above the threshold exceeds the one asked for about as often as doubted', () => {
  const random = createRandom('alarms');
  const [rate, doubt, runs] = [0.05, 0.1, 2_000];
  let failed = 0;
  for (let run = 0; run < runs; run += 1) {
    const values = Array.from({ length: 400 }, () => random.uniform());
    // Of uniform values, the share above a threshold is what is left to one.
    if (1 - alarmThreshold(values, rate, doubt) > rate) failed += 1;
  }
  // Five standard deviations above it; below, since only whole values can be chosen.
  assert(failed <= runs * doubt + 5 * Math.sqrt(runs * doubt), `${failed}`);
  assert(failed >= runs * doubt * 0.5, `${failed}`);
});
