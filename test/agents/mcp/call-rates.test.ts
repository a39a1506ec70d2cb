import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CallRates } from '#agents/mcp/call-rates.ts';
import { callsPerMinute } from '#protocols/agent-rules.ts';

test('a caller that calls too often waits, and no one else does', () => {
  let nowUs = 0;
  const rates = new CallRates({ monotonic: () => nowUs });
  const most = callsPerMinute.actuate!;
  const call = (caller = 'coordinator', to = 'hq/ap1/radio-0') => rates.take('actuate', caller, to);
  for (let count = 0; count < most; count += 1) assert.equal(call(), undefined);
  const refused = call();
  assert.equal(refused?.code, 'too_many_calls');
  assert.equal(call('operator'), undefined);
  assert.equal(call('coordinator', 'hq/ap2/radio-0'), undefined);
  nowUs += refused.retryAfterMs! * 1_000;
  assert.equal(call(), undefined);
  assert.notEqual(call(), undefined);
});

test('what only asks is never counted', () => {
  const rates = new CallRates({ monotonic: () => 0 });
  for (let count = 0; count < 10_000; count += 1) {
    assert.equal(rates.take('observe', 'operator', 'hq/ap1/radio-0'), undefined);
  }
});

test('in no minute more than two buckets of calls get through, however they come', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(3_000_000), { maxLength: 400 }), (gaps) => {
      let nowUs = 0;
      const rates = new CallRates({ monotonic: () => nowUs });
      const most = callsPerMinute.administer!;
      const passed: number[] = [];
      for (const gap of gaps) {
        nowUs += gap;
        if (rates.take('administer', 'operator', 'x') === undefined) passed.push(nowUs);
      }
      for (const at of passed) {
        const within = passed.filter((other) => other >= at && other < at + 60_000_000).length;
        assert(within <= 2 * most);
      }
    }),
  );
});
