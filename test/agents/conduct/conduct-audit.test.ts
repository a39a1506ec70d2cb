import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { ConductAudit, type ConductParts } from '#agents/conduct/conduct-audit.ts';
import type { Observed } from '#agents/conduct/observed.ts';
import { reportOf } from '#agents/conduct/report.ts';
import { conductRules } from '#agents/conduct/rules/index.ts';
import { createRandom } from '#agents/random/philox.ts';
import { AuditReport } from '#protocols/audit-report.ts';
import type { Channel } from '#protocols/channels.ts';
import { Policy } from '#protocols/policy.ts';
import { channelAt, radioState } from '../regulation/radio-state.ts';

const radio = 'hq/ap1/radio-0';
const second = 1_000_000;
const minute = 60 * second;
const start = Date.parse('2026-06-15T08:00:00Z') * 1_000;
const proved = new Set<string>();

after(() => {
  assert.deepEqual(
    conductRules.map(({ id }) => id).filter((id) => !proved.has(id)),
    [],
    'each rule is proved by a test of this file',
  );
});

test('a radio that clears, sends, hears radar, falls silent and clears elsewhere is outside no rule', () => {
  assert.deepEqual(broken(goodConduct()), []);
});

proves('closing-time', 'who sends on after hearing radar is outside until it stops', () => {
  const late = [
    ...cleared(channelAt(5500, 20)),
    radar(2 * minute, 5500),
    does(2 * minute + 1_500_000, null, true),
  ];
  const [stretch] = audit(late);
  assert.equal(stretch?.rule, 'closing-time');
  // Germany allows a second.
  assert.equal(stretch.fromUs, start + 2 * minute + second);
  assert.equal(stretch.toUs, start + 2 * minute + 1_500_000);
  assert.match(stretch.what, /sent there for 1500 ms more, not 1000 ms/);
});

proves('channel-move', 'a radar that the chip did not hear is missed ten seconds later', () => {
  const missed: Observed[] = [
    ...cleared(channelAt(5500, 20)),
    { kind: 'radar-sent', atUs: start + 2 * minute, radio, centerMhz: 5500, widthMhz: 1 },
    does(3 * minute, channelAt(5500, 20), false),
  ];
  assert.deepEqual(broken(missed), ['channel-move']);
});

proves('clearing-before-use', 'a minute of listening is owed, ten where weather radars are', () => {
  const after = (channel: Channel, us: number) =>
    broken([site(), does(0, channel, true), does(us, channel, false)]);
  assert.deepEqual(after(channelAt(5500, 20), 60 * second), []);
  assert.deepEqual(after(channelAt(5500, 20), 59 * second), ['clearing-before-use']);
  assert.deepEqual(after(channelAt(5620, 20), 60 * second), ['clearing-before-use']);
  assert.deepEqual(after(channelAt(5620, 20), 600 * second), []);
  assert.deepEqual(after(channelAt(5180, 20), 0), []);
  const restarted: Observed[] = [
    site(),
    does(0, channelAt(5500, 20), true),
    { kind: 'restarted', atUs: start + 30 * second, node: 'ap1' },
    does(60 * second, channelAt(5500, 20), false),
  ];
  assert.deepEqual(broken(restarted), ['clearing-before-use']);
});

test('what was closed by radar stays closed for thirty minutes', () => {
  const back = (us: number) => [
    ...cleared(channelAt(5500, 20)),
    radar(2 * minute, 5500),
    does(2 * minute + 1_000, null, true),
    does(us - minute, channelAt(5500, 20), true),
    does(us, channelAt(5500, 20), false),
  ];
  assert.deepEqual(broken(back(20 * minute)), ['non-occupancy']);
  assert.deepEqual(broken(back(32 * minute + 1)), []);
});

proves('verdict-behind-use', 'a radio that sends without a verdict is named until it stops', () => {
  const stretches = audit([
    site(),
    { kind: 'told', atUs: start, radio, verdictId: null },
    does(0, channelAt(5180, 20), false),
    does(minute, null, true),
  ]);
  assert.deepEqual(
    stretches.map(({ rule, toUs }) => [rule, toUs]),
    [['verdict-behind-use', start + minute]],
  );
});

proves('known-verdict', 'a verdict that the auditor never gave is found', () => {
  const judged: Observed = {
    kind: 'judged',
    atUs: start,
    target: radio,
    tool: 'radio_set_channel',
    caller: 'coordinator',
    verdictId: 'auditor/a/1',
    rule: null,
    reason: '',
  };
  const told = (verdictId: string): Observed => ({ kind: 'told', atUs: start, radio, verdictId });
  assert.deepEqual(broken([judged, told('auditor/a/1'), told('ap1/own/2')]), []);
  assert.deepEqual(broken([judged, told('auditor/b/1')]), ['known-verdict']);
  assert.deepEqual(broken([told('auditor/b/1')]), []);
});

proves('granted', 'a call let through without a grant is found', () => {
  const called = (caller: string, tool: string, refused: string | null): Observed => ({
    kind: 'called',
    atUs: start,
    target: radio,
    tool,
    caller,
    refused,
  });
  assert.deepEqual(broken([called('coordinator', 'radio_set_channel', null)]), []);
  assert.deepEqual(broken([called('ap2', 'radio_set_channel', 'not_granted')]), []);
  assert.deepEqual(broken([called('ap2', 'radio_set_channel', null)]), ['granted']);
});

proves('call-rate', 'who calls an actor again and again within a minute is found', () => {
  const calls = (count: number, everyUs: number): Observed[] =>
    Array.from({ length: count }, (_, index) => ({
      kind: 'called',
      atUs: start + index * everyUs,
      target: radio,
      tool: 'radio_set_channel',
      caller: 'coordinator',
      refused: null,
    }));
  assert.deepEqual(broken(calls(200, second)), []);
  assert.deepEqual(broken(calls(121, 100_000)), ['call-rate']);
});

proves('uniform-spreading', 'radios that always choose one radar channel do not spread', () => {
  const fleet = (pick: (index: number) => number) =>
    broken(
      Array.from({ length: 400 }, (_, index): Observed[] => {
        const one = `hq/ap${index}/radio-0`;
        const to = channelAt(pick(index), 20);
        const atUs = start + index * second;
        return [
          { kind: 'site', atUs, radio: one, country: 'DE', indoor: false, antennaGainDbi: 0 },
          { kind: 'moved', atUs, radio: one, from: null, to, silentMs: 600_000, cause: 'radar' },
        ];
      }).flat(),
    );
  assert.deepEqual(
    fleet(() => 5500),
    ['uniform-spreading'],
  );
  const usual = [5500, 5520, 5540, 5560, 5580, 5660, 5680, 5700, 5720];
  const random = createRandom('spreading');
  assert.deepEqual(
    fleet(() => usual[random.below(usual.length)]!),
    [],
  );
});

proves(
  'operator-quiet-hours',
  'the operator’s rules are held against the moves that were made',
  () => {
    const policy = Policy.parse({
      version: 1,
      name: 'office',
      channels: [{ band: '5', numbers: [36, 100] }],
      power: [{ band: '5', maxEirpDbm: 13 }],
      quietHours: [{ from: '08:00', to: '09:00' }],
      changeWindows: [{ from: '22:00', to: '23:00' }],
      maxChanges: [{ changes: 1, per: '1h' }],
    });
    const moved = (us: number, to: Channel, cause: string): Observed[] => [
      does(us, to, false),
      { kind: 'moved', atUs: start + us, radio, from: channelAt(5200, 20), to, silentMs: 0, cause },
    ];
    assert.deepEqual(broken([site(), ...moved(0, channelAt(5180, 20), 'radar')], { policy }), []);
    assert.deepEqual(
      broken([site(), ...moved(0, channelAt(5180, 20), 'call')], { policy }).sort(),
      ['operator-quiet-hours', 'operator-window'],
    );
    const twice = [
      site(),
      ...moved(0, channelAt(5180, 20), 'call'),
      ...moved(second, channelAt(5220, 20), 'call'),
    ];
    assert.deepEqual([...new Set(broken(twice, { policy }))].sort(), [
      'operator-channels',
      'operator-max-changes',
      'operator-quiet-hours',
      'operator-window',
    ]);
    proved.add('operator-window').add('operator-max-changes');
    const loud = [site(), does(0, channelAt(5180, 20), false, 14)];
    assert.deepEqual(broken(loud, { policy }), ['operator-power']);
  },
);

test('the law is held against what is sent, with the clause and for how long', () => {
  const stretches = audit([
    site(),
    does(0, channelAt(5180, 20), false, 20),
    does(minute, channelAt(5180, 20), false, 27),
    does(3 * minute, channelAt(5180, 20), false, 20),
  ]);
  assert.equal(stretches.length, 1);
  assert.deepEqual(
    stretches.map(({ rule, clause, fromUs, toUs, who }) => ({ rule, clause, fromUs, toUs, who })),
    [
      {
        rule: 'power',
        clause: 'wireless-regdb',
        fromUs: start + minute,
        toUs: start + 3 * minute,
        who: radio,
      },
    ],
  );
  const outdoors = [site({ indoor: false }), does(0, channelAt(5180, 20), false)];
  assert.deepEqual(broken(outdoors), ['indoor-only']);
  const state = radioState({ eirpDbm: 25 });
  assert.deepEqual(broken([{ kind: 'state', atUs: start, radio, state }]), ['power']);
});

test('a radio that is first seen sending may have cleared its channel before', () => {
  const state = (stateVersion: number, changes: object = {}): Observed => ({
    kind: 'state',
    atUs: start + stateVersion * second,
    radio,
    state: radioState({ channel: channelAt(5500, 20), stateVersion, ...changes }),
  });
  assert.deepEqual(broken([state(1), state(2)]), []);
  const silent = { channel: null, silent: true };
  assert.deepEqual(broken([state(1, silent), state(2)]), ['clearing-before-use']);
  assert.deepEqual(broken([state(1), state(2, silent), state(3)]), ['clearing-before-use']);
});

test('of a radio whose country nobody told nothing is claimed, and it is said so', () => {
  const unknown = new ConductAudit();
  unknown.see(does(0, channelAt(5500, 20), false, 50));
  const result = unknown.finish();
  assert.deepEqual(result.unknown, [radio]);
  assert.deepEqual(result.stretches, []);
});

test('stretches lie within what was seen, end after they begin, and come in order', () => {
  const step = fc.record({
    afterMs: fc.nat(400_000),
    mhz: fc.constantFrom(5180, 5500, 5620, 5745, 2412),
    silent: fc.boolean(),
    eirpDbm: fc.integer({ min: 0, max: 36 }),
    radar: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      let us = 0;
      const seen: Observed[] = [site()];
      for (const { afterMs, mhz, silent, eirpDbm, radar: isRadar } of steps) {
        us += afterMs * 1_000;
        seen.push(isRadar ? radar(us, mhz) : does(us, channelAt(mhz, 20), silent, eirpDbm));
      }
      const watching = new ConductAudit();
      for (const one of seen) watching.see(one);
      const { fromUs, untilUs, stretches } = watching.finish();
      let last = 0;
      for (const stretch of stretches) {
        assert(stretch.fromUs >= fromUs && stretch.fromUs <= untilUs);
        assert(
          stretch.toUs === null || (stretch.toUs >= stretch.fromUs && stretch.toUs <= untilUs),
        );
        assert(stretch.fromUs >= last && stretch.clause !== '');
        last = stretch.fromUs;
      }
      AuditReport.parse(reportOf(seen, {}));
    }),
    { numRuns: 200 },
  );
});

test('a report tells radar with its times, moves with what they owed, and changes by cause', () => {
  const report = reportOf(goodConduct(), {});
  assert.deepEqual(
    report.radar.map(({ sentForMs, closingMs, usedAgainMs }) => [
      sentForMs,
      closingMs,
      usedAgainMs,
    ]),
    [[80, 1_000, null]],
  );
  assert.deepEqual(
    report.moves.map(({ listenedMs, owedMs, cause }) => [listenedMs, owedMs, cause]),
    [
      [60_000, 60_000, 'start'],
      [60_000, 60_000, 'radar'],
    ],
  );
  assert.deepEqual(report.radios[0]?.byCause, { radar: 1, start: 1 });
  const later = reportOf(goodConduct(), { fromMs: start / 1_000 + 150_000 });
  assert.deepEqual(
    later.moves.map(({ cause }) => cause),
    ['radar'],
  );
  assert.equal(later.radar.length, 0);
});

function goodConduct(): Observed[] {
  const to = channelAt(5540, 20);
  return [
    ...cleared(channelAt(5500, 20)),
    radar(2 * minute, 5500),
    does(2 * minute + 80_000, null, true),
    does(2 * minute + 90_000, to, true),
    does(3 * minute + 90_000, to, false),
    {
      kind: 'moved',
      atUs: start + 3 * minute + 90_000,
      radio,
      from: channelAt(5500, 20),
      to,
      silentMs: null,
      cause: 'radar',
    },
  ];
}

/** A radio that sends on a radar channel after listening there. */
function cleared(channel: Channel): Observed[] {
  return [
    site(),
    does(0, channel, true),
    does(minute, channel, false),
    {
      kind: 'moved',
      atUs: start + minute,
      radio,
      from: null,
      to: channel,
      silentMs: null,
      cause: 'start',
    },
  ];
}

function site({ indoor = true } = {}): Observed {
  return { kind: 'site', atUs: start, radio, country: 'DE', indoor, antennaGainDbi: 0 };
}

function does(us: number, channel: Channel | null, silent: boolean, eirpDbm = 12): Observed {
  return { kind: 'radio', atUs: start + us, radio, channel, silent, eirpDbm };
}

function radar(us: number, centerMhz: number): Observed {
  return { kind: 'radar', atUs: start + us, radio, centerMhz, widthMhz: 1 };
}

function audit(seen: readonly Observed[], parts: ConductParts = {}) {
  const watching = new ConductAudit(parts);
  for (const one of seen) watching.see(one);
  return watching.finish().stretches;
}

function broken(seen: readonly Observed[], parts: ConductParts = {}): string[] {
  return audit(seen, parts).map(({ rule }) => rule);
}

/** A test that proves a rule: it counts only when it passes. */
function proves(id: string, title: string, body: () => void): void {
  test(title, () => {
    body();
    proved.add(id);
  });
}
