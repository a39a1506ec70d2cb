import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clearingBeforeUse } from '#sim/checkers/clearing-before-use.ts';
import { domainLimits } from '#sim/checkers/domain-limits.ts';
import { nonOccupancy } from '#sim/checkers/non-occupancy.ts';
import { silenceAfterRadar } from '#sim/checkers/silence-after-radar.ts';
import { channel, radio, type Story, watched } from './watched.ts';

const heard = { type: 'radar.detected', centerMhz: 5500, widthMhz: 1 };
const struck = { kind: 'radar', radio, centerMhz: 5500, widthMhz: 1 };

test('silence after radar: off the channel within the closing time is fine', () => {
  const found = watched(silenceAfterRadar, (story) => {
    story.at(1).sends(channel.radar).at(2).record('fault', struck);
    story.at(2.1).record('message', heard).at(2.2).listens(null).at(60);
  });

  assert.deepEqual(found, { checked: 2, broken: [] });
});

test('silence after radar: a radio that goes on sending is caught, told or not', () => {
  const told = watched(silenceAfterRadar, (story) => {
    story.at(1).sends(channel.radar).at(2).record('message', heard).at(5).listens(null);
  });
  const deaf = watched(silenceAfterRadar, (story) => {
    story.at(1).sends(channel.radar).at(2).record('fault', struck).at(60);
  });

  assert.equal(told.broken.length, 1);
  assert.match(deaf.broken[0]!.what, /still sends on .* 10\.000 s after radar/);
});

test('clearing: the whole time on the channel, ten minutes at the weather radars', () => {
  const found = watched(clearingBeforeUse, (story) => {
    story.at(0).listens(channel.radar).at(60).sends(channel.radar);
    story.at(61).listens(channel.weather).at(661).sends(channel.weather);
    story.at(662).sends(channel.plain);
  });

  assert.deepEqual(found, { checked: 2, broken: [] });
});

test('clearing: too short, elsewhere, broken by radar or by a restart are all caught', () => {
  const stories: ((story: Story) => void)[] = [
    (story) => story.at(0).listens(channel.radar).at(59).sends(channel.radar),
    (story) => story.at(0).listens(channel.plain).at(99).sends(channel.radar),
    (story) => story.at(0).listens(channel.weather).at(60).sends(channel.weather),
    (story) =>
      story.at(0).listens(channel.radar).at(9).record('message', heard).at(99).sends(channel.radar),
    (story) => {
      story.at(0).listens(channel.radar).at(30).record('fault', { kind: 'start', node: 'ap1' });
      story.at(60).sends(channel.radar);
    },
    (story) => {
      story.at(0).listens(channel.radar).at(30).listens(null).at(31).listens(channel.radar);
      story.at(61).sends(channel.radar);
    },
  ];
  for (const tell of stories) assert.equal(watched(clearingBeforeUse, tell).broken.length, 1);
});

test('clearing: a change of power while sending owes nothing', () => {
  const found = watched(clearingBeforeUse, (story) => {
    story.at(0).listens(channel.radar).at(60).sends(channel.radar).at(70).sends(channel.radar, 10);
  });

  assert.deepEqual(found, { checked: 1, broken: [] });
});

test('non-occupancy: coming back after half an hour is fine, sooner is not', () => {
  const back = (seconds: number) =>
    watched(nonOccupancy, (story) => {
      story.at(0).sends(channel.radar).at(1).record('message', heard).at(1.1).listens(null);
      story.at(10).sends(channel.plain).at(seconds).sends(channel.radar);
    });

  assert.deepEqual(back(1_801), { checked: 1, broken: [] });
  assert.match(back(1_790).broken[0]!.what, /expected at least 1800\.000 s/);
});

test('domain limits: power, place and barred spectrum', () => {
  const legal = watched(domainLimits, (story) => story.at(0).sends(channel.plain, 20));
  const loud = watched(domainLimits, (story) => story.at(0).sends(channel.plain, 27));
  const outside = watched(domainLimits, (story) => story.at(0).sends(channel.plain, 20), {
    indoor: false,
  });
  const barred = watched(domainLimits, (story) => {
    story.sends({ band: '6', primaryMhz: 7_095, centerMhz: 7_095, widthMhz: 20 }, 10);
  });

  assert.deepEqual(legal, { checked: 1, broken: [] });
  assert.match(loud.broken[0]!.what, /27 dBm EIRP .* at most/);
  assert.match(outside.broken[0]!.what, /outdoors: expected nothing to be sent/);
  assert.equal(barred.broken.length, 1);
});
