import assert from 'node:assert/strict';
import { test } from 'node:test';
import { legalChannels } from '#agents/regulation/legal-channels.ts';
import { limits } from '#agents/regulation/limit-table.ts';
import {
  channelMoveMs,
  clearWaitMs,
  closingTransmissionMs,
  detectionThresholdDbm,
  isRadarChannel,
  nonOccupancyMs,
  silenceOwedMs,
} from '#agents/regulation/limits.ts';
import { limitsOfChannel } from '#agents/regulation/limits-of-channel.ts';
import { type Domain, domainOf } from '#agents/regulation/regdb.ts';
import type { Channel } from '#protocols/channels.ts';
import { channelAt, radioState } from './radio-state.ts';

test('a channel that touches 5600 to 5650 MHz is cleared for 600 s in ETSI, 60 s in FCC', () => {
  const cases: [number, Channel['widthMhz'], number, number][] = [
    [5580, 20, 60_000, 60_000],
    [5600, 20, 600_000, 60_000],
    [5640, 20, 600_000, 60_000],
    [5660, 20, 60_000, 60_000],
    [5590, 40, 600_000, 60_000],
    [5530, 80, 60_000, 60_000],
    [5570, 160, 600_000, 60_000],
    [5250, 160, 60_000, 60_000],
    [5180, 20, 0, 0],
  ];
  for (const [centerMhz, widthMhz, etsi, fcc] of cases) {
    const channel = channelAt(centerMhz, widthMhz);
    assert.equal(clearWaitMs(channel, domain('DE')), etsi, `${centerMhz}/${widthMhz} DE`);
    assert.equal(clearWaitMs(channel, domain('US')), fcc, `${centerMhz}/${widthMhz} US`);
  }
});

test('Japan and domains without a DFS region take the stricter of FCC and ETSI', () => {
  for (const country of ['JP', 'IN']) {
    assert.equal(clearWaitMs(channelAt(5620, 20), domain(country)), 600_000);
    assert.equal(closingTransmissionMs(domain(country)), 260);
  }
  assert.equal(closingTransmissionMs(domain('DE')), 1_000);
  assert.equal(closingTransmissionMs(domain('US')), 260);
});

test('an unknown country owes the longest silence', () => {
  assert.equal(silenceOwedMs(channelAt(5180, 20), 'QX'), 600_000);
  assert.equal(silenceOwedMs(channelAt(5180, 20), 'DE'), 0);
});

test('every region has 30 min of non-occupancy, 10 s to move and a threshold by power', () => {
  for (const country of ['DE', 'US', 'JP', 'IN']) {
    assert.equal(nonOccupancyMs(domain(country)), 30 * 60_000);
    assert.equal(channelMoveMs(domain(country)), 10_000);
    assert.equal(detectionThresholdDbm(domain(country), 26), -64);
    assert.equal(detectionThresholdDbm(domain(country), 20), -62);
  }
});

test('a channel is a radar channel where any part of it is', () => {
  assert(isRadarChannel(channelAt(5250, 160), domain('DE')));
  assert(!isRadarChannel(channelAt(5210, 80), domain('DE')));
  assert(!isRadarChannel(channelAt(5745, 20), domain('DE')));
});

test('160 MHz over two joined rules take the lower power and the restrictions of both', () => {
  const joined = limitsOfChannel(channelAt(5250, 160), domain('DE'));
  assert.deepEqual(
    [joined.maxWidthMhz, joined.maxEirpDbm, joined.radar, joined.indoorOnly],
    [200, 20, true, true],
  );
});

test('Brazil’s AUTO-BW above 5470 MHz joins on to 5850 MHz; without AUTO-BW 80 MHz stay 80', () => {
  assert.equal(limitsOfChannel(channelAt(5570, 160), domain('BR')).maxWidthMhz, 380);
  assert.equal(limitsOfChannel(channelAt(5210, 80), domain('IN')).maxWidthMhz, 80);
  assert.equal(limitsOfChannel(channelAt(5250, 160), domain('IN')).maxWidthMhz, 80);
});

test('channel 144 lies across two adjoining rules in Germany, and keeps to the stricter', () => {
  const across = limitsOfChannel(channelAt(5720, 20), domain('DE'));
  assert.equal(across.uncoveredMhz, null);
  assert.equal(across.maxEirpDbm, 13.97);
  assert.equal(across.radar, true);
});

test('what no rule covers is named', () => {
  assert.equal(limitsOfChannel(channelAt(5340, 20), domain('JP')).uncoveredMhz, 5340);
  assert.equal(limitsOfChannel(channelAt(5570, 160), domain('00')).uncoveredMhz, null);
  assert.equal(limitsOfChannel(channelAt(2484, 20), domain('DE')).uncoveredMhz, 2484);
});

test('without transmit power control, power ends where the database goes further', () => {
  // Macao's rule for 5470 to 5730 MHz says 30 dBm.
  assert.equal(limitsOfChannel(channelAt(5500, 20), domain('MO')).withoutTpcEirpDbm, 26.98);
});

test('6 GHz density caps narrow channels: 5 dBm/MHz come to 18 dBm over 20 MHz', () => {
  const narrow = limitsOfChannel(channelAt(5955, 20), domain('CR'));
  const wide = limitsOfChannel({ centerMhz: 6105, widthMhz: 320 }, domain('CR'));
  assert.equal(narrow.densityEirpDbm, 18.01);
  assert.equal(wide.densityEirpDbm, 30.05);
});

test('legal channels of one state are one list, and closures are taken out of it', () => {
  const state = radioState();
  const open = legalChannels(state);
  assert.equal(legalChannels(radioState()), open);
  const left = legalChannels({ ...state, closures: [{ centerMhz: 5530, widthMhz: 80 }] });
  assert(open.some(({ channel }) => channel.centerMhz === 5500));
  assert(left.every(({ channel }) => channel.centerMhz < 5490 || channel.centerMhz > 5570));
  assert.deepEqual(legalChannels(radioState({ antennaGainDbi: null })), []);
  assert.deepEqual(legalChannels(radioState({ country: 'QX' })), []);
  assert.deepEqual(legalChannels(radioState({ country: '00' })), []);
});

test('each limit has an id of its own, a clause and a source', () => {
  assert.equal(new Set(limits.map(({ id }) => id)).size, limits.length);
  for (const { clause, source } of limits) assert(clause.length > 0 && source.length > 0);
  assert(limits.some(({ confirmed }) => !confirmed));
});

function domain(country: string): Domain {
  const found = domainOf(country);
  assert(found !== undefined);
  return found;
}
