import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Memory } from '#agents/body.ts';
import { legalChannels } from '#agents/regulation/legal-channels.ts';
import { measuredSite } from '#cloud/coordinator/measured-site.ts';
import * as picture from '#cloud/coordinator/picture.ts';
import type { Channel } from '#protocols/channels.ts';
import { isWithin, SitePolicy } from '#protocols/site-policy.ts';

const channel36: Channel = { band: '5', primaryMhz: 5180, centerMhz: 5180, widthMhz: 20 };
const nowMs = Date.UTC(2026, 0, 5, 12);
const radio = 'hq/ap1/radio-0';

test('leaves a radio its choice unless the policy or its state holds it', () => {
  assert(choices({}).length > 1);
  assert.equal(choices({ pins: ['ap1/radio-0'] }).length, 1);
  assert.equal(choices({ mesh: [{ child: 'ap1/radio-0', parent: 'ap2/radio-0' }] }).length, 1);
  assert.equal(choices({ quietHours: [{ from: '11:00', to: '13:00' }] }).length, 1);
  assert.equal(choices({ changesPerDay: 0 }).length, 1);
  assert.equal(choices({}, (memory) => picture.noteMoved(memory, radio, nowMs - 60_000)).length, 1);
});

test('a radio whose channel is filled may leave it at any hour and however often it moved', () => {
  const filled = (memory: Memory) => {
    picture.noteMoved(memory, radio, nowMs - 60_000);
    picture.noteFilled(memory, radio, camera, nowMs);
  };
  const policy = { quietHours: [{ from: '11:00', to: '13:00' }], changesPerDay: 0 };
  assert(choices(policy, filled).length > 1);
  assert.equal(choices({ ...policy, pins: ['ap1/radio-0'] }, filled).length, 1);
});

test('moves that a day allows are counted over a day', () => {
  const moved = (hoursAgo: readonly number[]) => (memory: Memory) => {
    for (const hours of hoursAgo) picture.noteMoved(memory, radio, nowMs - hours * 3_600_000);
  };
  assert.equal(choices({}, moved([20, 3])).length, 1);
  assert(choices({}, moved([25, 3])).length > 1);
});

test('channels with radar as the operator asks: as any other, not at all, or without their silence', () => {
  const radar = (asked: 'include' | 'avoid' | 'prefer') =>
    choices({ radar: asked }).filter(
      ({ channel }) => channel.centerMhz > 5_250 && channel.centerMhz < 5_730,
    );
  assert(radar('include').some(({ clearMs }) => clearMs > 0));
  assert.deepEqual(radar('avoid'), []);
  assert(radar('prefer').length > 0 && radar('prefer').every(({ clearMs }) => clearMs === 0));
  const busy = choices({ busyHours: [{ from: '00:00', to: '23:59' }] });
  assert(busy.length > 1 && busy.every(({ clearMs }) => clearMs === 0));
});

test('hours go over midnight, in the site’s own time', () => {
  const hours = [{ from: '22:00', to: '06:00' }];
  const at = (hour: number, utcOffsetMinutes = 0) =>
    isWithin(hours, Date.UTC(2026, 0, 5, hour), { utcOffsetMinutes });
  assert.deepEqual(
    [21, 22, 23, 0, 5, 6].map((hour) => at(hour)),
    [false, true, true, true, true, false],
  );
  assert(at(21, 60));
  assert(!at(22, -60));
});

const camera = {
  looksLike: 'analogue video',
  lowMhz: 5170,
  highMhz: 5190,
  duty: 0.98,
  peakDbm: -36,
  floorDbm: -112,
  sweeps: 41,
};

/** What one radio on channel 36 in Germany may be told under a policy. */
function choices(
  policy: Parameters<typeof SitePolicy.parse>[0],
  note: (memory: Memory) => void = () => undefined,
) {
  const table = new Map<string, unknown>();
  const memory: Memory = {
    get: (key) => table.get(key),
    set: (key, value) => void table.set(key, value),
    delete: (key) => void table.delete(key),
    entries: (prefix) => [...table].filter(([key]) => key.startsWith(prefix)),
  };
  const state = {
    country: 'DE',
    indoor: true,
    antennaGainDbi: 3,
    channel: channel36,
    eirpDbm: 20,
    silent: false,
    pinned: false,
    closures: [],
    bands: ['5'],
    maxWidthMhz: 40,
    minEirpDbm: 5,
    maxEirpDbm: 23,
    stateVersion: 1,
  };
  picture.noteState(memory, radio, state, 0);
  const survey = { channel: channel36, windowMs: 10_000, busy: 0.3, tx: 0.2, noiseDbm: -94 };
  picture.noteSurvey(memory, radio, { ...survey, clients: [] }, nowMs - 1_000);
  note(memory);
  const site = measuredSite({
    picture: new picture.Picture(memory, nowMs),
    policy: SitePolicy.parse(policy),
    radios: null,
    legalChannels,
  });
  return site.choices.get('ap1/radio-0') ?? [];
}
