import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRandom } from '#agents/random/philox.ts';
import { baselines } from '#cloud/coordinator/baselines/deciders.ts';
import { interferenceFactor } from '#cloud/coordinator/baselines/hostapd-acs.ts';
import { locationOptimalPower } from '#cloud/coordinator/baselines/owrrm-power.ts';
import type { Decider, Site } from '#cloud/coordinator/site.ts';
import { siteOf } from '#cloud/coordinator/site-of.ts';
import { type Channel, channelFromNumber, type WidthMhz } from '#protocols/channels.ts';
import type { RadioReport } from '#protocols/radio-report.ts';
import { generateSite, openSite } from '#sim/sites/generate.ts';
import { siteKinds } from '#sim/sites/index.ts';
import { measureSite } from '#sim/sites/measure.ts';

const named = (name: string): Decider => baselines.find((one) => one.name === name)!;

function generated(seed: number, kind: string, aps: number): Site {
  const site = generateSite({ kind, aps, random: createRandom(seed), hours: 4 });
  const air = openSite(site, createRandom(seed));
  const ids = site.radios.map(({ id }) => id);
  const standing = site.radios.map((radio, at) => ({ ...radio, held: at % 5 === 4 }));
  return siteOf(measureSite(air, ids, 10_000_000), standing, 0);
}

test('every baseline asks for what a radio may have, and leaves alone whoever is held', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 100_000 }),
      fc.constantFrom(...siteKinds.map(({ name }) => name)),
      fc.integer({ min: 1, max: 8 }),
      (seed, kind, aps) => {
        const site = generated(seed, kind, aps);
        for (const decider of baselines) {
          const settings = decider.decide(site, createRandom(seed));
          for (const [id, { channel, eirpDbm }] of settings) {
            const choice = site.choices.get(id)!.find((one) => sameBlock(one.channel, channel));
            assert(choice !== undefined, `${decider.name}: ${id}`);
            assert(eirpDbm <= choice.maxEirpDbm, `${decider.name}: ${id}`);
            assert(eirpDbm >= site.minEirpDbm.get(id)!, `${decider.name}: ${id}`);
          }
        }
      },
    ),
    { numRuns: 15 },
  );
});

test('a baseline says the same again from the same stream', () => {
  const site = generated(4, 'mixed', 6);
  for (const decider of baselines) {
    const [one, other] = [1, 1].map((seed) => decider.decide(site, createRandom(seed)));
    assert.deepEqual(one, other, decider.name);
  }
});

for (const name of ['least-used', 'hsum', 'best-response', 'exact', 'turbo-ca', 'dsatur']) {
  test(`${name} parts two who hear each other on one of two channels`, () => {
    const site = pair({ heardDbm: -60 });
    const settings = named(name).decide(site, createRandom(1));
    assert.notEqual(settings.get('a/0')!.channel.centerMhz, settings.get('b/0')!.channel.centerMhz);
  });
}

test('least-used stays where nobody is heard, whatever else is free', () => {
  const site = pair({ heardDbm: null });
  const settings = named('least-used').decide(site, createRandom(1));
  for (const { id, channel } of site.reports) assert.deepEqual(settings.get(id)!.channel, channel);
});

test('an access point of others counts once for least-used and twice where they are minded', () => {
  // One stranger on 36, one of ours on 40: alike for the one, not for the other.
  const listener = report('a/0', on(36), [
    { id: 'x', channel: on(36), managed: false },
    { id: 'b/0', channel: on(40), managed: true },
  ]);
  const beside = report('b/0', on(40), []);
  const site = siteWith([listener, beside], [on(36), on(40)]);
  const moved = (name: string) => named(name).decide(site, createRandom(1)).get('a/0')!.channel;
  assert.deepEqual(moved('least-used'), on(36));
  assert.deepEqual(moved('unmanaged-aware'), on(40));
});

test('the interference factor of ACS is as its formula says', () => {
  // 10^(-90/5) + (0.5 - 0.1) / (1 - 0.1) × 2^(1e-9 - 1e-10), reckoned by hand.
  const factor = interferenceFactor({ noiseDbm: -90, minNoiseDbm: -100, busy: 0.5, tx: 0.1 });
  assert(Math.abs(factor - 0.4444444447217) < 1e-12, `${factor}`);
  const strong = interferenceFactor({ noiseDbm: -10, minNoiseDbm: -100, busy: 1, tx: 0 });
  assert(Math.abs(strong - (0.01 + 2 ** 0.1)) < 1e-4, `${strong}`);
});

test('power for the third neighbour is full where there are fewer, else −70 dBm there', () => {
  const ids = ['a/0', 'b/0', 'c/0', 'd/0'];
  const site = (count: number) =>
    siteWith(
      ids.slice(0, count).map((id) => {
        const others = ids.slice(0, count).filter((other) => other !== id);
        const heard = others.map((other) => ({
          id: other,
          channel: on(36),
          managed: true,
          rssiDbm: -64,
        }));
        return report(id, on(36), heard);
      }),
      [on(36)],
    );
  const power = (count: number) =>
    named('unmanaged-aware+ap-ap').decide(site(count), createRandom(1)).get('a/0')!.eirpDbm;
  assert.equal(power(3), 23);
  assert.equal(power(4), 14);
});

test('location-based power favours who serves more spots, covers what it can, and refuses above a thousand', () => {
  const accessPoints = [
    { x: 0, y: 0, z: 0 },
    { x: 40, y: 0, z: 0 },
  ];
  const lossDb = (distanceM: number) => 47 + 35 * Math.log10(Math.max(1, distanceM));
  const eirpDbm = [8, 14, 20];
  const powers = (farM: number) => {
    // Four spots around the first, one beside the second; 8 dBm reaches 7.7 m and 14 dBm 11.4 m.
    const xs = [-9, -3, 3, 5, 40 + farM];
    return locationOptimalPower({
      accessPoints,
      eirpDbm,
      spots: xs.map((x) => ({ x, y: 0, z: 0 })),
      lossDb,
    });
  };
  assert.deepEqual(powers(4), [20, 8]);
  assert.deepEqual(powers(10), [20, 14]);
  const many = Array.from({ length: 7 }, (_, at) => ({ x: at, y: 0, z: 0 }));
  assert.throws(
    () => locationOptimalPower({ accessPoints: many, eirpDbm, spots: many, lossDb }),
    /expected at most 1000 combinations, came 2187/,
  );
});

function on(number: number, widthMhz: WidthMhz = 20): Channel {
  return channelFromNumber({ band: '5', number, widthMhz })!;
}

function sameBlock(a: Channel, b: Channel): boolean {
  return a.band === b.band && a.centerMhz === b.centerMhz && a.widthMhz === b.widthMhz;
}

/** A radio of ours with one client that gets half of what it asks. */
function report(
  id: string,
  channel: Channel,
  heard: readonly { id: string; channel: Channel; managed: boolean; rssiDbm?: number }[],
): RadioReport {
  const neighbours = heard.map((one) => ({ rssiDbm: -60, load: 0.5, ...one }));
  const survey = [
    { channel, activeUs: 1_000_000, busyUs: 900_000, rxUs: 400_000, txUs: 500_000, noiseDbm: -94 },
  ];
  const clients = [{ id: `${id}-c`, rssiDbm: -55, offeredMbps: 100, throughputMbps: 50 }];
  return { id, channel, eirpDbm: 20, silent: false, survey, neighbours, clients };
}

function siteWith(reports: readonly RadioReport[], channels: readonly Channel[]): Site {
  const choices = channels.map((channel) => ({ channel, maxEirpDbm: 23, clearMs: 0 }));
  return {
    nowMs: 0,
    reports,
    choices: new Map(reports.map(({ id }) => [id, choices])),
    minEirpDbm: new Map(reports.map(({ id }) => [id, 8])),
  };
}

/** Two on one channel of two. */
function pair({ heardDbm }: { heardDbm: number | null }): Site {
  const heard = (id: string) =>
    heardDbm === null ? [] : [{ id, channel: on(36), managed: true, rssiDbm: heardDbm }];
  return siteWith(
    [report('a/0', on(36), heard('b/0')), report('b/0', on(36), heard('a/0'))],
    [on(36), on(40)],
  );
}
