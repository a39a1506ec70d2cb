/** What a coordinator proposes beside a plan, and how much of a site it looks at. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { legalChannels } from '#agents/regulation/legal-channels.ts';
import { backupsOf } from '#cloud/coordinator/backups.ts';
import { dueNow, noteGlobal } from '#cloud/coordinator/cadence.ts';
import { measuredSite } from '#cloud/coordinator/measured-site.ts';
import { steeringOf } from '#cloud/coordinator/steering.ts';
import { channelFromNumber, overlapMhz, span } from '#protocols/channels.ts';
import { SitePolicy, usualPolicy } from '#protocols/site-policy.ts';
import { channel1, channel36, channel52, emptyMemory, pictureOf, type Told } from './told.ts';

const noon = Date.UTC(2026, 0, 5, 12);
const client = (id: string, rssiDbm: number, throughputMbps: number) => ({
  id,
  rssiDbm,
  offeredMbps: 10,
  throughputMbps,
});
const hears = (id: string) => ({ id, channel: channel36, rssiDbm: -60, load: 0.3, managed: true });

test('the whole site is planned at first and once a day at its hour, in between only who lacks something', () => {
  const memory = emptyMemory();
  const told: Told[] = [
    {
      radio: 'hq/ap1/r',
      channel: channel36,
      clients: [client('a', -50, 3)],
      neighbours: [hears('hq/ap2/r')],
    },
    { radio: 'hq/ap2/r', channel: channel36, clients: [client('b', -50, 10)] },
    { radio: 'hq/ap3/r', channel: channel36, clients: [client('c', -50, 10)] },
  ];
  const at = (ms: number) => {
    const due = dueNow(pictureOf(told, ms, memory), usualPolicy, memory);
    if (due === null) noteGlobal(memory, ms);
    return due;
  };
  assert.equal(at(noon), null);
  assert.deepEqual(at(noon + 300_000), ['hq/ap1/r', 'hq/ap2/r']);
  const night = noon + 15 * 3_600_000;
  assert.deepEqual(at(night - 60_000)?.length, 2);
  assert.equal(at(night + 60_000), null);
  // Once, however often it is looked at within the hour.
  assert.deepEqual(at(night + 360_000)?.length, 2);
  const always = SitePolicy.parse({ globalAt: null });
  assert.equal(dueNow(pictureOf(told, noon, memory), always, memory), null);
});

test('a radio on a channel with radar has a place to go, and the one that is kept clear if there is one', () => {
  const told = [
    { radio: 'hq/ap1/r', channel: channel52 },
    { radio: 'hq/ap2/r', channel: channel36 },
  ];
  const picture = pictureOf(told, noon);
  const backups = (policy: SitePolicy) =>
    backupsOf({ picture, policy, told: new Map(), legalChannels });
  const [only, ...more] = backups(usualPolicy);
  assert.deepEqual(more, []);
  assert.equal(only?.radio, 'hq/ap1/r');
  assert(only.channel.centerMhz < 5_250, 'a channel with radar is no place to flee to');
  const kept = channelFromNumber({ band: '5', number: 44, widthMhz: 20 })!;
  assert.deepEqual(backups(SitePolicy.parse({ backup: kept }))[0]?.channel, kept);
  // Where a plan moves it away from radar it needs none.
  const told36 = new Map([['hq/ap1/r', channel36]]);
  assert.deepEqual(backupsOf({ picture, policy: usualPolicy, told: told36, legalChannels }), []);
});

test('no plan uses the channel that is kept clear', () => {
  const picture = pictureOf([{ radio: 'hq/ap1/r', channel: channel36 }], noon);
  const kept = channelFromNumber({ band: '5', number: 44, widthMhz: 40 })!;
  const blocks = (policy: SitePolicy) =>
    measuredSite({ picture, policy, radios: null, legalChannels })
      .choices.get('ap1/r')!
      .filter(({ channel }) => overlapMhz(span(channel), span(kept)) > 0).length;
  assert(blocks(usualPolicy) > 0);
  assert.equal(blocks(SitePolicy.parse({ backup: kept })), 0);
});

test('clients that lack something are pointed to the other radio of their node where it would be heard well and is freer', () => {
  const two = (low: Partial<Told>, high: Partial<Told>) =>
    steeringOf(
      pictureOf(
        [
          { radio: 'hq/ap1/r0', channel: channel1, busy: 0.9, ...low },
          { radio: 'hq/ap1/r1', channel: channel36, busy: 0.2, ...high },
          // Another node is not the business of levels measured at this one.
          { radio: 'hq/ap2/r0', channel: channel36, busy: 0 },
        ],
        noon,
      ),
    );
  const near = two({ clients: [client('near', -45, 3)] }, {});
  assert.deepEqual(
    near.map(({ client: who, from, to }) => [who, from, to]),
    [['near', 'hq/ap1/r0', 'hq/ap1/r1']],
  );
  // 20·lg(5180/2412) = 6.6 dB, and 4 dB for walls.
  assert.match(near[0]!.reason, /gets 30 % .* about -56 dBm/);
  assert.deepEqual(two({ clients: [client('far', -70, 3)] }, {}), []);
  assert.deepEqual(two({ clients: [client('content', -45, 10)] }, {}), []);
  assert.deepEqual(two({ clients: [client('near', -45, 3)] }, { busy: 0.9 }), []);
  assert.equal(two({ busy: 0.1 }, { clients: [client('edge', -82, 3)] })[0]?.to, 'hq/ap1/r0');
  assert.deepEqual(two({ busy: 0.1 }, { clients: [client('edge', -70, 3)] }), []);
});
