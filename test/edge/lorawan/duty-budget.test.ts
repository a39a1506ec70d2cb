/** No window of an hour holds more than the duty cycle, and alerts find their part of it untouched. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { DutyBudget, type Purpose } from '#edge/lorawan/duty-budget.ts';
import { mostInAnHour } from '#sim/lorawan/fullest-hour.ts';

const HOUR_US = 3_600_000_000;

interface Sent {
  readonly startUs: number;
  readonly endUs: number;
  readonly purpose: Purpose;
}

const wishes = fc.array(
  fc.record({
    gapUs: fc.oneof(fc.constant(0), fc.nat(60_000_000), fc.nat(2_000_000_000)),
    airtimeUs: fc.integer({ min: 10_000, max: 3_000_000 }),
    purpose: fc.constantFrom<Purpose>('alert', 'routine'),
    lateUs: fc.nat(1_000_000),
  }),
  { minLength: 1, maxLength: 200 },
);

test('whatever is asked for, no hour holds more than its share, even when the modem sends late', () => {
  fc.assert(
    fc.property(wishes, fc.constantFrom(0.001, 0.01, 0.1), (asked, duty) => {
      const budget = new DutyBudget({ duty, reserve: 0.3 });
      const sent: Sent[] = [];
      let nowUs = 0;
      for (const { gapUs, airtimeUs, purpose, lateUs } of asked) {
        nowUs += gapUs;
        const startUs = budget.earliestUs(airtimeUs, purpose, nowUs);
        if (startUs === undefined) {
          assert(airtimeUs > duty * HOUR_US * 0.7 - 1);
          continue;
        }
        assert(startUs >= nowUs);
        budget.book(startUs, airtimeUs);
        sent.push({ startUs: startUs + lateUs, endUs: startUs + lateUs + airtimeUs, purpose });
        nowUs = startUs + airtimeUs + lateUs;
      }
      assert(mostInAnHour(sent) <= duty * HOUR_US);
      assert(
        mostInAnHour(sent.filter(({ purpose }) => purpose === 'routine')) <= duty * HOUR_US * 0.7,
      );
    }),
    { numRuns: 300 },
  );
});

test('what is not urgent leaves room: an alert goes at once after any amount of it', () => {
  const budget = new DutyBudget({ duty: 0.01, reserve: 0.3 });
  const frameUs = 2_793_472;
  let nowUs = 0;
  while (nowUs < HOUR_US / 2) {
    const startUs = budget.earliestUs(frameUs, 'routine', nowUs);
    assert(startUs !== undefined);
    if (startUs > HOUR_US / 2) break;
    budget.book(startUs, frameUs);
    nowUs = startUs + frameUs;
  }
  assert.equal(budget.earliestUs(frameUs, 'alert', nowUs), nowUs);
  assert(budget.earliestUs(frameUs, 'routine', nowUs)! > nowUs + 60_000_000);
});

test('a frame that fits no hour is never allowed', () => {
  const budget = new DutyBudget({ duty: 0.001, reserve: 0 });
  assert.equal(budget.earliestUs(3_600_001, 'alert', 0), undefined);
  assert.equal(budget.earliestUs(3_600_000, 'alert', 0), 0);
});
