import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { createRandom } from '#agents/random/philox.ts';
import { legalChannels } from '#agents/regulation/legal-channels.ts';
import { siteOf } from '#cloud/coordinator/site-of.ts';
import { channelKey } from '#protocols/channels.ts';
import { servedShare } from '#protocols/fare.ts';
import { parseReports } from '#protocols/radio-report.ts';
import { generateSite, openSite } from '#sim/sites/generate.ts';
import { siteKinds } from '#sim/sites/index.ts';
import { measureSite } from '#sim/sites/measure.ts';

const anySite = fc.record({
  kind: fc.constantFrom(...siteKinds.map(({ name }) => name)),
  aps: fc.integer({ min: 1, max: 24 }),
  seed: fc.integer({ min: 0, max: 1_000_000 }),
});

const siteFrom = ({ kind, aps, seed }: { kind: string; aps: number; seed: number }) =>
  generateSite({ kind, aps, random: createRandom(seed), hours: 12 });

test('a seed gives one site, and another seed another', () => {
  fc.assert(
    fc.property(anySite, (wish) => {
      assert.deepEqual(siteFrom(wish), siteFrom(wish));
      assert.notDeepEqual(siteFrom(wish), siteFrom({ ...wish, seed: wish.seed + 1 }));
    }),
    { numRuns: 20 },
  );
});

test('every radio of ours begins on a channel and at a power that are legal for it', () => {
  fc.assert(
    fc.property(anySite, (wish) => {
      const { scene, radios } = siteFrom(wish);
      assert.deepEqual(
        scene.radios.map(({ id }) => id),
        radios.map(({ id }) => id),
      );
      scene.radios.forEach(({ channel, eirpDbm }, index) => {
        const legal = legalChannels(radios[index]!).find(
          (one) => channelKey(one.channel) === channelKey(channel!),
        );
        assert(legal !== undefined && eirpDbm <= legal.maxEirpDbm);
      });
    }),
    { numRuns: 40 },
  );
});

test('its reports are reports, and the site made of them lets each radio keep what it has', () => {
  fc.assert(
    fc.property(anySite, (wish) => {
      const site = siteFrom(wish);
      const air = openSite(site, createRandom(wish.seed));
      const ids = site.radios.map(({ id }) => id);
      const reports = parseReports(measureSite(air, ids, 10_000_000));
      assert.equal(reports.flatMap(({ clients }) => clients).length, site.scene.clients.length);
      const held = siteOf(
        reports,
        site.radios.map((radio) => ({ ...radio, held: true })),
        0,
      );
      for (const { id, channel } of reports) {
        assert.deepEqual(
          held.choices.get(id)!.map((choice) => choice.channel),
          [channel],
        );
      }
    }),
    { numRuns: 20 },
  );
});

test('happenings come in order, the first hour’s load with the site', () => {
  for (const { name: kind } of siteKinds) {
    const site = siteFrom({ kind, aps: 12, seed: 5 });
    const times = site.happenings.map(({ atUs }) => atUs);
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    );
    assert.equal(site.happenings[0]!.what, 'load');
    assert.equal(times[0], 0);
    for (const what of ['load', 'interferer'] as const) {
      assert(
        site.happenings.some((one) => one.what === what),
        `${kind}: ${what}`,
      );
    }
  }
});

test('in its busy hours each kind asks for more than its first channels carry, though not five times as much', () => {
  for (const { name: kind } of siteKinds) {
    const site = generateSite({ kind, aps: 30, random: createRandom(3) });
    const air = openSite(site, createRandom(3));
    const ids = site.radios.map(({ id }) => id);
    let least = 1;
    for (const { what, atUs, changes } of site.happenings) {
      if (what !== 'load') continue;
      for (const change of changes) air.apply(change);
      const clients = measureSite(air, ids, atUs).flatMap((report) => report.clients);
      least = Math.min(least, servedShare(clients));
    }
    assert(least > 0.2 && least < 0.95, `${kind}: ${least}`);
  }
});
