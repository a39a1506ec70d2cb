import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { brokenRules } from '#agents/regulation/judge.ts';
import { operatorRules } from '#agents/regulation/operator-rules/index.ts';
import type { Channel } from '#protocols/channels.ts';
import type { RadioLegalState } from '#protocols/events/radio.ts';
import { isWithin, Policy } from '#protocols/policy.ts';
import { channelAt, radioState } from './radio-state.ts';

/** A Monday, noon in Berlin. */
const noon = Date.parse('2026-06-15T12:00:00+02:00');
const hour = 3_600_000;
const proved = new Set<string>();

after(() => {
  assert.deepEqual(
    operatorRules.map(({ id }) => id).filter((id) => !proved.has(id)),
    [],
    'each rule is proved by a test of this file',
  );
});

proves('operator-channels', 'what the policy does not list is not used', () => {
  const policy = { channels: [{ band: '5', numbers: [36, 40, 44, 48, 100], maxWidthMhz: 80 }] };
  assert.deepEqual(broken(channelAt(5500, 20), policy), []);
  assert.deepEqual(broken(channelAt(5520, 20), policy), ['operator-channels']);
  assert.deepEqual(broken(channelAt(5250, 160), policy), ['operator-channels']);
  assert.deepEqual(broken(channelAt(2412, 20), policy), ['operator-channels']);
});

proves('operator-power', 'more EIRP than the ceiling of the band is refused', () => {
  const policy = { power: [{ band: '5', maxEirpDbm: 14 }] };
  assert.deepEqual(broken(channelAt(5500, 20), policy, { eirpDbm: 14 }), []);
  assert.deepEqual(broken(channelAt(5500, 20), policy, { eirpDbm: 15 }), ['operator-power']);
  assert.deepEqual(broken(channelAt(2412, 20), policy, { eirpDbm: 15 }), []);
});

proves('operator-quiet-hours', 'nothing moves in quiet hours, but for who has no channel', () => {
  const policy = {
    utcOffset: '+02:00',
    quietHours: [{ days: ['mon'], from: '11:00', to: '13:00' }],
  };
  assert.deepEqual(broken(channelAt(5500, 20), policy), ['operator-quiet-hours']);
  assert.deepEqual(broken(channelAt(5500, 20), policy, {}, noon + hour), []);
  assert.deepEqual(broken(channelAt(5500, 20), policy, {}, noon + 24 * hour), []);
  assert.deepEqual(broken(channelAt(5500, 20), policy, { channel: null }), []);
  assert.deepEqual(broken(channelAt(5180, 20), policy), []);
});

proves('operator-window', 'changes are made in their hours, past midnight too', () => {
  const policy = { utcOffset: '+02:00', changeWindows: [{ from: '22:00', to: '02:00' }] };
  assert.deepEqual(broken(channelAt(5500, 20), policy), ['operator-window']);
  assert.deepEqual(broken(channelAt(5500, 20), policy, {}, noon + 11 * hour), []);
  assert.deepEqual(broken(channelAt(5500, 20), policy, {}, noon + 13.5 * hour), []);
  assert.deepEqual(broken(channelAt(5500, 20), policy, {}, noon + 14 * hour), ['operator-window']);
});

proves('operator-max-changes', 'the time in which changes are counted moves with the clock', () => {
  const policy = { maxChanges: [{ changes: 2, per: '24h' }] };
  const after = (...hoursAgo: number[]) =>
    broken(
      channelAt(5500, 20),
      policy,
      {},
      noon,
      hoursAgo.map((ago) => noon - ago * hour),
    );
  assert.deepEqual(after(1), []);
  assert.deepEqual(after(1, 23), ['operator-max-changes']);
  assert.deepEqual(after(1, 25), []);
});

test('without a policy none of them says anything', () => {
  const call = {
    tool: 'radio_set_channel',
    arguments: channelAt(5500, 20),
    nowMs: noon,
    caller: '',
  };
  assert.deepEqual(brokenRules({ ...call, state: radioState() }), []);
});

test('a policy only ever narrows: what breaks the law breaks it with any policy', () => {
  const policy = fc.record({
    version: fc.constant(1),
    name: fc.constant('any'),
    power: fc.array(
      fc.record({
        band: fc.constantFrom('2.4', '5', '6'),
        maxEirpDbm: fc.integer({ min: -10, max: 36 }),
      }),
    ),
    maxChanges: fc.array(fc.record({ changes: fc.nat(5), per: fc.constantFrom('1h', '2d') })),
  });
  fc.assert(
    fc.property(
      policy,
      fc.integer({ min: 0, max: 30 }),
      fc.boolean(),
      (written, eirpDbm, indoor) => {
        const state = radioState({ eirpDbm, indoor });
        for (const channel of [channelAt(5180, 20), channelAt(5250, 160), channelAt(5745, 20)]) {
          const call = {
            tool: 'radio_set_channel',
            arguments: channel,
            nowMs: noon,
            caller: '',
            state,
          };
          const law = brokenRules(call).map(({ rule }) => rule.id);
          const both = brokenRules({
            ...call,
            operator: { policy: Policy.parse(written), changesMs: [] },
          }).map(({ rule }) => rule.id);
          assert.deepEqual(both.slice(0, law.length), law);
        }
      },
    ),
  );
});

test('hours that begin and end alike cover the whole day, and every instant is in or out by the minute', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_000_000_000_000 }), (atMs) => {
      const { quietHours = [] } = parse({ quietHours: [{ from: '00:00', to: '24:00' }] });
      assert.equal(isWithin(quietHours, atMs, { utcOffset: '-05:30' }), true);
      const start = Math.floor(atMs / 60_000) * 60_000;
      const short = parse({ quietHours: [{ from: '06:00', to: '07:15' }] }).quietHours ?? [];
      assert.equal(
        isWithin(short, start, { utcOffset: '+00:00' }),
        isWithin(short, start + 59_999, { utcOffset: '+00:00' }),
      );
    }),
  );
});

test('a policy that was read is read again as it is', () => {
  const once = parse({
    quietHours: [{ from: '22:00', to: '06:00' }],
    maxChanges: [{ changes: 1, per: '90m' }],
  });
  assert.deepEqual(Policy.parse(JSON.parse(JSON.stringify(once))), once);
});

function parse(written: object): Policy {
  return Policy.parse({ version: 1, name: 'test', ...written });
}

function broken(
  channel: Channel,
  policy: object,
  changes: Partial<RadioLegalState> = {},
  nowMs = noon,
  changesMs: readonly number[] = [],
): string[] {
  return brokenRules({
    tool: 'radio_set_channel',
    arguments: channel,
    state: radioState(changes),
    nowMs,
    caller: 'coordinator',
    operator: { policy: parse(policy), changesMs },
  }).map(({ rule }) => rule.id);
}

/** A test that proves a rule: it counts only when it passes. */
function proves(id: string, title: string, body: () => void): void {
  test(title, () => {
    body();
    proved.add(id);
  });
}
