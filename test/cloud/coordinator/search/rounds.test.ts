import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '#agents/random/philox.ts';
import { recordOf, replay } from '#cloud/coordinator/record.ts';
import { coordinator, coordinatorWith, decideByTwin } from '#cloud/coordinator/search/decider.ts';
import { begin, decideAlone, next, usualRounds } from '#cloud/coordinator/search/rounds.ts';
import type { Site } from '#cloud/coordinator/site.ts';
import { channelKey } from '#protocols/channels.ts';
import { utility } from '#protocols/fare.ts';
import type { Candidate, Outlook } from '#protocols/tools/twin.ts';
import type { FluidAir } from '#sim/air/fluid-air.ts';
import { evaluatePlans } from '#sim/twin/evaluate.ts';
import { channels, drawnAir, siteOf } from '../drawn-site.ts';

const twin = (site: Site) => (candidates: readonly Candidate[]) =>
  evaluatePlans(
    { reports: [...site.reports], candidates: [...candidates], draws: 4, confidence: 0.9, seed: 1 },
    { maxCost: Number.POSITIVE_INFINITY },
  ).outlooks;

test('a crowded site fares better by the plan, with the twin and without', () => {
  let better = 0;
  const sites = 3;
  for (let seed = 1; seed <= sites; seed += 1) {
    for (const decider of [coordinator, coordinatorWith((site, ask) => twin(site)(ask))]) {
      const { air, radios } = drawnAir({
        random: createRandom(seed),
        aps: 9,
        sideM: 40,
        clients: 3,
      });
      const before = utilityOf(air, radios);
      const told = decider.decide(siteOf(air, radios), createRandom(seed));
      for (const [id, { channel, eirpDbm }] of told) {
        air.apply({ kind: 'radio', id, channel, eirpDbm });
      }
      const after = utilityOf(air, radios);
      assert(after > before * 0.98, `seed ${seed}, ${decider.name}: ${before} became ${after}`);
      if (after > before * 1.02) better += 1;
    }
  }
  assert(better >= sites, `${better} of ${2 * sites} plans helped`);
});

test('who may not move is told nothing else, and children of a mesh go with their parent', () => {
  let moved = 0;
  for (let seed = 1; seed <= 4; seed += 1) {
    const { air, radios } = drawnAir({ random: createRandom(seed), aps: 9, sideM: 30, clients: 3 });
    const site = siteOf(air, radios);
    const free = begin(site, createRandom(1));
    assert('ask' in free);
    const parent = free.ask[0]!.settings[0]!.radio;
    const [pinned, child] = radios.filter((id) => id !== parent);
    const choices = new Map(site.choices);
    for (const id of [pinned!, child!]) {
      const { channel, eirpDbm } = site.reports.find((report) => report.id === id)!;
      choices.set(id, [{ channel: channel!, maxEirpDbm: eirpDbm, clearMs: 0 }]);
    }
    const step = begin({ ...site, choices, follows: new Map([[child!, parent]]) }, createRandom(1));
    for (const { settings } of 'ask' in step ? step.ask : []) {
      assert(!settings.some(({ radio }) => radio === pinned));
      const lead = settings.find(({ radio }) => radio === parent);
      const follower = settings.find(({ radio }) => radio === child);
      assert.equal(follower === undefined, lead === undefined);
      if (lead === undefined || follower === undefined) continue;
      moved += 1;
      assert.equal(channelKey(follower.channel), channelKey(lead.channel));
    }
  }
  assert(moved > 0, 'no plan moved a parent, so the test says nothing');
});

test('what is between two rounds survives as text, and comes to the same', () => {
  const { air, radios } = drawnAir({ random: createRandom(4), aps: 9, sideM: 30, clients: 3 });
  const site = siteOf(air, radios);
  const straight = decideByTwin(site, createRandom(7), twin(site));
  let step = begin(site, createRandom(7));
  while (!('decided' in step)) {
    step = next(JSON.parse(JSON.stringify(step.state)), twin(site)(step.ask));
  }
  assert.deepEqual(JSON.parse(JSON.stringify(step.decided)), JSON.parse(JSON.stringify(straight)));
});

test('a decision can be made again from its record', () => {
  const { air, radios } = drawnAir({ random: createRandom(5), aps: 9, sideM: 30, clients: 3 });
  const site = siteOf(air, radios);
  const outlooks: (readonly Outlook[])[] = [];
  const decided = decideByTwin(site, createRandom(11), (ask) => {
    const told = twin(site)(ask);
    outlooks.push(told);
    return told;
  });
  const record = { ...recordOf(site, 11, usualRounds), outlooks };
  assert.deepEqual(replay(JSON.parse(JSON.stringify(record))), decided);
});

test('without a twin a plan has to promise more', () => {
  const { air, radios } = drawnAir({ random: createRandom(6), aps: 9, sideM: 30, clients: 3 });
  const site = siteOf(air, radios);
  const step = begin(site, createRandom(1));
  assert('ask' in step);
  const promised = step.state.modelGain;
  assert(promised > 0);
  const alone = (thresholdAlone: number) =>
    decideAlone({ ...step.state, options: { ...usualRounds, thresholdAlone } }).kind;
  assert.equal(alone(promised * 0.9), 'move');
  assert.equal(alone(promised * 1.1), 'stay');
});

test('sites without an answer are refused with the reason', () => {
  const { air, radios } = drawnAir({ random: createRandom(7), aps: 3, sideM: 20, clients: 1 });
  const site = siteOf(air, radios);
  const told = (one: Site) => begin(one, createRandom(1));
  const refused = (code: string) => ({ decided: { kind: 'refused', code } });
  assert.deepEqual(told({ ...site, reports: [] }), refused('empty_site'));
  const none = new Map(radios.map((id) => [id, []]));
  assert.deepEqual(told({ ...site, choices: none }), refused('nothing_legal'));
  const [channel] = channels;
  const one = new Map(
    radios.map((id) => [id, [{ channel: channel!, maxEirpDbm: 20, clearMs: 0 }]]),
  );
  assert.deepEqual(told({ ...site, choices: one }), refused('all_pinned'));
});

function utilityOf(air: FluidAir, radios: readonly string[]): number {
  const window = { fromUs: 0, untilUs: 1_000_000 };
  return utility(radios.flatMap((id) => [...air.observe(id, 'clients', window)]));
}
