import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { test } from 'node:test';
import { createRandom } from '#agents/random/philox.ts';
import { Agenda } from '#bench/decide/tournament/agenda.ts';
import { type Contestant, contestants } from '#bench/decide/tournament/contestant.ts';
import { play } from '#bench/decide/tournament/play.ts';
import { Recoveries } from '#bench/decide/tournament/recoveries.ts';
import { comparisonsOf, meanInterval, standingsOf } from '#bench/decide/tournament/standings.ts';
import { tournament } from '#bench/decide/tournament/tournament.ts';
import type { Decider, Site } from '#cloud/coordinator/site.ts';
import { overlapMhz, span } from '#protocols/channels.ts';
import { generateSite } from '#sim/sites/generate.ts';

const named = (name: string): Contestant =>
  contestants.find(({ decider }) => decider.name === name)!;

const small = (seed = 3) =>
  generateSite({ kind: 'mixed', aps: 4, random: createRandom(seed), hours: 6 });

function asking(decide: Decider['decide'], everyMs: number | null = 900_000): Contestant {
  const decider = { name: 'asks', about: '', source: '', decide };
  return { decider, everyMs, reactsMs: { interferer: null, radar: null }, recalls: false };
}

test('a run repeats to the bit, and who changes nothing has changed nothing', () => {
  const [one, other] = [1, 1].map((seed) => play(small(), named('static'), createRandom(seed)));
  assert.deepEqual({ ...one, cpuMsPerDecision: 0 }, { ...other, cpuMsPerDecision: 0 });
  assert.equal(one!.changesPerRadioDay, 0);
  assert.equal(one!.refused, 0);
});

test('a wish that the law does not allow is refused, and changes nothing', () => {
  const greedy = asking(
    ({ reports }) =>
      new Map(reports.map(({ id, channel }) => [id, { channel: channel!, eirpDbm: 40 }])),
  );
  const [lawful, wild] = [{ ...named('static'), everyMs: 900_000 }, greedy].map((one) =>
    play(small(), one, createRandom(1)),
  );
  assert(wild!.refused > 0);
  assert.deepEqual(wild!.busy, lawful!.busy);
});

test('who moves often pays with silence', () => {
  const fidget = asking(
    ({ reports, choices }: Site, random) =>
      new Map(
        reports.map(({ id, eirpDbm }) => {
          const legal = choices.get(id)!;
          const { channel, maxEirpDbm } = legal[random.below(legal.length)]!;
          return [id, { channel, eirpDbm: Math.min(eirpDbm, maxEirpDbm) }];
        }),
      ),
  );
  const seldom = play(small(), { ...fidget, everyMs: null }, createRandom(1));
  const often = play(small(), { ...fidget, everyMs: 60_000 }, createRandom(1));
  assert(often.changesPerRadioDay > 100);
  assert(often.wholeDay.servedShare < seldom.wholeDay.servedShare);
});

test('what radar closed is no choice for half an hour', () => {
  const closed: number[] = [];
  let seen = 0;
  const watcher = asking((site) => {
    for (const { id } of site.reports) {
      for (const choice of site.choices.get(id)!) {
        const now = site.nowMs / 60_000;
        const isClosed = closed.some((from) => now >= from && now < from + 29);
        if (isClosed && overlapMhz(span(choice.channel), radarSpan) > 0) seen += 1;
      }
    }
    return new Map();
  }, 60_000);
  const site = generateSite({ kind: 'mixed', aps: 4, random: createRandom(3), hours: 4 });
  const channel = site.scene.radios.find((one) => one.channel?.band === '5')!.channel!;
  const radarSpan = { lowMhz: channel.centerMhz - 2, highMhz: channel.centerMhz + 2 };
  const atUs = 65 * 60_000_000;
  closed.push(66);
  const radar = {
    atUs,
    what: 'radar' as const,
    untilUs: atUs + 60_000_000,
    changes: [
      {
        kind: 'radar' as const,
        id: 'r',
        centerMhz: channel.centerMhz,
        widthMhz: 4,
        eirpDbm: -50,
        durationUs: 60_000_000,
      },
    ],
  };
  const happenings = [...site.happenings, radar].sort((a, b) => a.atUs - b.atUs);
  const played = play({ ...site, happenings }, watcher, createRandom(1));
  assert(played.forced > 0);
  assert.equal(seen, 0);
});

test('clients that were hit have recovered once they fare nine tenths as well', () => {
  const recoveries = new Recoveries();
  const fares = (mbps: number) => [
    { id: 'hit', offeredMbps: 10, throughputMbps: mbps },
    { id: 'spared', offeredMbps: 10, throughputMbps: 10 },
  ];
  recoveries.begin('interferer', 0, 3_600e6, fares(10));
  recoveries.look(0, fares(1));
  recoveries.look(20e6, fares(8.9));
  recoveries.look(50e6, fares(9.1));
  recoveries.begin('radar', 100e6, 200e6, fares(10));
  recoveries.look(100e6, fares(5));
  recoveries.look(300e6, fares(10));
  // Nobody was hit: nothing to recover from.
  recoveries.begin('radar', 400e6, 500e6, fares(10));
  recoveries.look(400e6, fares(10));
  assert.deepEqual(recoveries.found, [
    { what: 'interferer', atS: 0, seconds: 50 },
    { what: 'radar', atS: 100, seconds: null },
  ]);
});

test('an agenda runs by time, then rank, then order', () => {
  const agenda = new Agenda();
  const ran: string[] = [];
  const put = (atUs: number, rank: number, name: string) =>
    agenda.put(atUs, rank, () => ran.push(name));
  put(5, 1, 'c');
  put(5, 0, 'b');
  put(1, 9, 'a');
  put(5, 1, 'd');
  while (agenda.nextUs !== undefined) agenda.runNext();
  assert.deepEqual(ran, ['a', 'b', 'c', 'd']);
});

test('what was played is not played again, and strategies are compared site by site', () => {
  const results = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'decide-')), 'kept.jsonl');
  const wish = {
    sites: 2,
    aps: [2],
    hours: 4,
    seed: 1,
    contestants: [named('static'), named('least-used')],
    results,
  };
  const first = [...tournament(wish)].map(({ entry }) => entry);
  const kept = fs.readFileSync(results, 'utf8');
  // A process that dies while it writes leaves a line cut short.
  fs.writeFileSync(results, kept.slice(0, -9));
  const again = [...tournament(wish)].map(({ entry }) => entry);
  const timeless = (entries: typeof first) =>
    entries.map(({ played, ...entry }) => ({ ...entry, ...played, cpuMsPerDecision: 0 }));
  assert.deepEqual(timeless(again), timeless(first));
  assert.deepEqual(
    [...tournament(wish)].map(({ entry }) => entry),
    again,
  );
  assert.equal(fs.readFileSync(results, 'utf8').split('\n').length, kept.split('\n').length);
  assert.equal(first.length, 4);
  const [stay] = standingsOf(first);
  assert.equal(stay!.strategy, 'static');
  assert.equal(stay!.worstNeighbourHarm.worst, 0);
  const [comparison] = comparisonsOf(
    first.map((entry) => ({ ...entry, strategy: entry.strategy === 'static' ? 'one' : 'other' })),
    'one',
  );
  assert.equal(comparison!.sites, 2);
  const same = first.filter(({ strategy }) => strategy === 'static');
  const twice = [...same, ...same.map((entry) => ({ ...entry, strategy: 'copy' }))];
  assert.deepEqual(comparisonsOf(twice, 'static')[0]!.utility, { mean: 1, low: 1, high: 1 });
});

test('the interval of a mean holds it in about 95 of 100 samples', () => {
  const random = createRandom('interval');
  let holds = 0;
  for (let trial = 0; trial < 200; trial += 1) {
    const { low, high } = meanInterval(Array.from({ length: 30 }, () => random.normal()));
    if (low <= 0 && high >= 0) holds += 1;
  }
  assert(holds >= 174 && holds <= 200, `${holds} of 200`);
});
