import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { rulesMarkdown, ruleTexts } from '#agents/conduct/rule-texts.ts';
import { brokenByState, brokenRules, describeBroken } from '#agents/regulation/judge.ts';
import { legalChannels } from '#agents/regulation/legal-channels.ts';
import { limits } from '#agents/regulation/limit-table.ts';
import { limitsOfChannel } from '#agents/regulation/limits-of-channel.ts';
import { shippedRegdb } from '#agents/regulation/regdb.ts';
import { ruleSetHash } from '#agents/regulation/rule-set.ts';
import { rules } from '#agents/regulation/rules/index.ts';
import { allChannels, type Channel, WidthMhz } from '#protocols/channels.ts';
import type { RadioLegalState } from '#protocols/events/radio.ts';
import { channelAt, radioState } from './radio-state.ts';

const proved = new Set<string>();

after(() => {
  assert.deepEqual(
    rules.map(({ id }) => id).filter((id) => !proved.has(id)),
    [],
    'each rule is proved by a test of this file',
  );
});

test('a move that keeps every rule breaks none', () => {
  assert.deepEqual(broken(channelAt(5500, 20)), []);
  assert.deepEqual(broken(channelAt(5250, 160)), []);
});

proves('call-understood', 'a call that nobody can judge may not touch the air', () => {
  const ask = (tool: string, input: unknown) =>
    brokenRules({ tool, arguments: input, state: radioState(), nowMs: 0, caller: 'coordinator' });
  for (const [tool, input] of [
    ['radio_burn_fuse', {}],
    ['radio_set_channel', { ...channelAt(5500, 20), extra: 1 }],
    ['radio_set_channel', null],
    ['radio_set_power', { eirpDbm: 'full' }],
    ['radio_scan_spectrum', { bins: 100 }],
  ] as const) {
    assert.deepEqual(
      ask(tool, input).map(({ rule }) => rule.id),
      ['call-understood'],
    );
  }
});

proves(
  'country-set',
  'no country, the world, or one the database lacks: the radio stays silent',
  () => {
    assert.deepEqual(broken(channelAt(5180, 20), { country: '00' }), ['country-set', 'no-ir']);
    assert.deepEqual(broken(channelAt(5180, 20), { country: 'QX' }), ['country-set']);
  },
);

proves('channel-exists', 'a channel that no operating class has is refused', () => {
  assert.deepEqual(broken({ ...channelAt(5180, 20), primaryMhz: 5200 }), ['channel-exists']);
  assert.deepEqual(broken(channelAt(5220, 80)), ['channel-exists']);
  assert.deepEqual(broken({ ...channelAt(5180, 20), band: '2.4' }), ['channel-exists']);
});

proves('in-domain', 'a channel outside the rules of the country is refused', () => {
  assert.deepEqual(broken(channelAt(5885, 20)), ['in-domain']);
  assert.deepEqual(broken(channelAt(2472, 20), { country: 'US' }), ['in-domain']);
  // Channel 14 is open in Japan to modulation without OFDM only.
  assert.deepEqual(broken(channelAt(2484, 20), { country: 'JP' }), ['in-domain']);
});

proves('width', 'India has no AUTO-BW: 160 MHz over its two 80 MHz rules are refused', () => {
  assert.deepEqual(broken(channelAt(5250, 160), { country: 'IN' }), ['width']);
});

proves('power', 'more EIRP than the lowest rule of a channel allows is refused', () => {
  assert.deepEqual(broken(channelAt(5745, 20), { eirpDbm: 13.98 }), ['power']);
  assert.deepEqual(broken(channelAt(5745, 20), { eirpDbm: 13.97 }), []);
  assert.deepEqual(power(23.02), ['power']);
  assert.deepEqual(power(23.01), []);
});

proves('power-without-tpc', 'a radio without transmit power control keeps below its limit', () => {
  // Macao's rule for 5470 to 5730 MHz says 30 dBm.
  assert.deepEqual(broken(channelAt(5500, 20), { country: 'MO', eirpDbm: 27 }), [
    'power-without-tpc',
  ]);
  assert.deepEqual(broken(channelAt(5500, 20), { country: 'MO', eirpDbm: 26 }), []);
});

proves('power-density', 'in 6 GHz a narrow channel takes less power than a wide one', () => {
  const state = { country: 'CR', eirpDbm: 24 };
  assert.deepEqual(broken(channelAt(5955, 20), state), ['power-density']);
  assert.deepEqual(broken(channelAt(6025, 160), state), []);
});

proves('wmm', 'an access point may not wait shorter or stay longer than Europe allows', () => {
  const limits = limitsOfChannel(channelAt(5500, 20), shippedRegdb().domains.get('DE')!).wmm!;
  assert.equal(limits.length, 4);
  const edca = limits.map(({ channelOccupancyMs: txopMs, ...rest }) => ({ ...rest, txopMs }));
  assert.deepEqual(broken(channelAt(5500, 20), { edca }), []);
  for (const worse of [{ aifsn: 0 }, { cwMin: 1 }, { cwMax: 3 }, { txopMs: 8 }]) {
    const [voice, ...others] = edca;
    assert.deepEqual(broken(channelAt(5500, 20), { edca: [{ ...voice!, ...worse }, ...others] }), [
      'wmm',
    ]);
  }
  assert.deepEqual(
    broken(channelAt(5500, 20), {
      country: 'US',
      edca: edca.map((one) => ({ ...one, txopMs: 8 })),
    }),
    [],
  );
});

proves('off-channel-clearing', 'clearing from another channel takes minutes in Europe', () => {
  const after = (minutes: number, centerMhz: number, country = 'DE') =>
    broken(channelAt(centerMhz, 20), {
      country,
      offChannelCleared: [{ centerMhz, widthMhz: 20, listenedMs: minutes * 60_000 }],
    });
  assert.deepEqual(after(6, 5500), []);
  assert.deepEqual(after(5, 5500), ['off-channel-clearing']);
  assert.deepEqual(after(241, 5500), ['off-channel-clearing']);
  // Where weather radars are: an hour to a day.
  assert.deepEqual(after(59, 5620), ['off-channel-clearing']);
  assert.deepEqual(after(24 * 60, 5620), []);
  assert.deepEqual(after(6, 5500, 'US'), ['off-channel-clearing']);
  assert.deepEqual(after(1, 5180), []);
});

proves('indoor-only', 'a channel for indoors is refused outdoors', () => {
  assert.deepEqual(broken(channelAt(5180, 20), { indoor: false }), ['indoor-only']);
  assert.deepEqual(broken(channelAt(5500, 20), { indoor: false }), []);
});

proves('no-ir', 'a channel to listen on is not sent on', () => {
  assert.deepEqual(broken(channelAt(5865, 20), { country: 'US' }), ['no-ir']);
});

proves(
  'non-occupancy',
  'what is closed after radar is refused in every width that touches it',
  () => {
    const state = { closures: [{ centerMhz: 5500, widthMhz: 20 }] };
    assert.deepEqual(broken(channelAt(5500, 20), state), ['non-occupancy']);
    assert.deepEqual(broken(channelAt(5570, 160), state), ['non-occupancy']);
    assert.deepEqual(broken(channelAt(5520, 20), state), []);
  },
);

proves('driver-limits', 'what the radio cannot do is refused', () => {
  assert.deepEqual(broken(channelAt(2412, 20), { bands: ['5'] }), ['driver-limits']);
  assert.deepEqual(broken(channelAt(5530, 80), { maxWidthMhz: 40 }), ['driver-limits']);
  assert.deepEqual(power(4, { minEirpDbm: 5 }), ['driver-limits']);
  assert.deepEqual(power(19, { maxEirpDbm: 18 }), ['driver-limits']);
});

proves('antenna-gain', 'an antenna of unknown gain is a refusal, not 0 dBi', () => {
  assert.deepEqual(broken(channelAt(5180, 20), { antennaGainDbi: null }), ['antenna-gain']);
});

proves('pinned', 'a pinned radio keeps its channel, and finds another only after radar', () => {
  assert.deepEqual(broken(channelAt(5500, 20), { pinned: true }), ['pinned']);
  assert.deepEqual(broken(channelAt(5180, 20), { pinned: true }), []);
  assert.deepEqual(broken(channelAt(5500, 20), { pinned: true, channel: null }), []);
});

test('listening is allowed wherever the radio stands', () => {
  const state = radioState({ country: '00', antennaGainDbi: null, closures: [] });
  const scan = {
    tool: 'radio_scan_spectrum',
    arguments: {},
    state,
    nowMs: 0,
    caller: 'coordinator',
  };
  assert.deepEqual(brokenRules(scan), []);
});

test('a channel is in the list of legal ones exactly when moving there breaks no rule', () => {
  const countries = [...shippedRegdb().domains.keys()];
  const everyChannel = (['2.4', '5', '6'] as const).flatMap((band) =>
    [...WidthMhz.values].flatMap((width) => allChannels(band, width)),
  );
  const state = fc.record({
    country: fc.constantFrom(...countries, 'QX'),
    indoor: fc.boolean(),
    antennaGainDbi: fc.constantFrom(3, 3, 3, null),
    maxWidthMhz: fc.constantFrom(20, 80, 320),
    eirpDbm: fc.integer({ min: 0, max: 30 }),
    closures: fc.constantFrom<RadioLegalState['closures']>(
      [],
      [],
      [{ centerMhz: 5530, widthMhz: 80 }],
    ),
  });
  fc.assert(
    fc.property(state, (changes) => {
      const radio = radioState({ ...changes, channel: null });
      const listed = new Set(legalChannels(radio).map(({ channel }) => blockOf(channel)));
      for (const channel of everyChannel) {
        const isLegal = broken(channel, radio).length === 0;
        assert.equal(
          listed.has(blockOf(channel)),
          isLegal,
          `${blockOf(channel)}, ${radio.country}`,
        );
      }
    }),
    { numRuns: 60 },
  );
});

test('a radio that sends as its state says is held against the same rules', () => {
  assert.deepEqual(brokenByState(radioState(), 0), []);
  const loud = radioState({ eirpDbm: 25 });
  assert.deepEqual(
    brokenByState(loud, 0).map(({ rule }) => rule.id),
    ['power'],
  );
  assert.deepEqual(brokenByState({ ...loud, silent: true }, 0), []);
});

test('a refusal names what breaks with its figures, the rule and the clause', () => {
  const [first] = brokenRules(moving(channelAt(5745, 20), radioState({ eirpDbm: 20 })));
  assert(first !== undefined);
  assert.match(
    describeBroken(first),
    /13\.97 dBm EIRP there, not 20 dBm.*\(rule power: wireless-regdb/,
  );
});

test('rules and limits have ids of their own and are all on the page', () => {
  assert(ruleTexts.length > rules.length + limits.length);
  assert.equal(new Set(ruleTexts.map(({ id }) => id)).size, ruleTexts.length);
  const page = rulesMarkdown();
  for (const { id, text } of ruleTexts)
    assert(page.includes(`\`${id}\``) && page.includes(text), id);
  assert.match(ruleSetHash, /^[0-9a-f]{64}$/);
});

/** A test that proves a rule: it counts only when it passes. */
function proves(id: string, title: string, body: () => void): void {
  test(title, () => {
    body();
    proved.add(id);
  });
}

function broken(channel: Channel, changes: Partial<RadioLegalState> = {}): string[] {
  return brokenRules(moving(channel, radioState(changes))).map(({ rule }) => rule.id);
}

function power(eirpDbm: number, changes: Partial<RadioLegalState> = {}): string[] {
  const state = radioState(changes);
  const call = { tool: 'radio_set_power', arguments: { eirpDbm }, nowMs: 0, caller: 'coordinator' };
  return brokenRules({ ...call, state }).map(({ rule }) => rule.id);
}

function moving(channel: Channel, state: RadioLegalState) {
  return { tool: 'radio_set_channel', arguments: channel, state, nowMs: 0, caller: 'coordinator' };
}

const blockOf = ({ band, centerMhz, widthMhz }: Channel) => `${band} ${centerMhz}/${widthMhz}`;
