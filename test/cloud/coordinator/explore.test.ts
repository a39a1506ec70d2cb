/** Tries: in turns, learnt from, and the same again from what was kept of them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { shippedPolicy } from '#agents/policy-net/model.ts';
import { createRandom } from '#agents/random/philox.ts';
import { legalChannels } from '#agents/regulation/legal-channels.ts';
import { chooseTries } from '#cloud/coordinator/explore/choose.ts';
import { explore, learnFrom, triesAt } from '#cloud/coordinator/explore/explore.ts';
import { drawResiduals } from '#cloud/coordinator/explore/residual.ts';
import { coloursOf, inTurn } from '#cloud/coordinator/explore/turns.ts';
import { measuredSite } from '#cloud/coordinator/measured-site.ts';
import { noteMoved, noteState, noteSurvey, Picture } from '#cloud/coordinator/picture.ts';
import { recordOf } from '#cloud/coordinator/record.ts';
import { usualRounds } from '#cloud/coordinator/search/rounds.ts';
import { SitePolicy, usualPolicy } from '#protocols/site-policy.ts';
import { channel36, emptyMemory, pictureOf, type Told } from './told.ts';

const noon = Date.UTC(2026, 0, 5, 12);
const hears = (id: string) => ({ id, channel: channel36, rssiDbm: -60, load: 0.4, managed: true });

test('radios that hear each other never have the turn together, and everyone has it in time', () => {
  const graphs = fc.integer({ min: 1, max: 14 }).chain((count) =>
    fc.record({
      count: fc.constant(count),
      pairs: fc.array(fc.tuple(fc.nat(count - 1), fc.nat(count - 1)), { maxLength: 40 }),
    }),
  );
  fc.assert(
    fc.property(graphs, ({ count, pairs }) => {
      const name = (at: number) => `hq/ap${at}/r`;
      const edges = pairs.filter(([one, other]) => one !== other);
      const told = Array.from({ length: count }, (_, at): Told => {
        const others = edges.filter(([one]) => one === at).map(([, other]) => hears(name(other)));
        return { radio: name(at), channel: channel36, neighbours: others };
      });
      const colours = coloursOf(pictureOf(told, noon));
      const turns = 1 + Math.max(...colours.values());
      const seen = Array.from({ length: turns }, (_, turn) => inTurn(colours, turn));
      assert.equal(seen.flat().length, count);
      for (const together of seen) {
        for (const [one, other] of edges) {
          assert(!(together.includes(name(one)) && together.includes(name(other))));
        }
      }
      assert.deepEqual(inTurn(colours, turns), seen[0]);
    }),
  );
});

test('the bandit learns where the model is wrong, and doubts what it has not seen', () => {
  const [wide, narrow, unseen] = [
    [1, 1, 0, 0, 0],
    [1, 0, 0, 0, 0],
    [1, 0, 1, 1, 0],
  ];
  const lessons = Array.from({ length: 40 }, (_, at) =>
    at % 2 === 0 ? { seen: wide!, residual: -0.4 } : { seen: narrow!, residual: 0.1 },
  );
  const random = createRandom(7);
  const draws = Array.from({ length: 400 }, (_, at) =>
    drawResiduals(lessons, [wide!, narrow!, unseen!], random.fork(`${at}`)),
  );
  const of = (at: number) => draws.map((draw) => draw[at]!);
  const mean = (list: number[]) => list.reduce((sum, one) => sum + one, 0) / list.length;
  const spread = (list: number[]) => Math.sqrt(mean(list.map((one) => (one - mean(list)) ** 2)));
  assert(Math.abs(mean(of(0)) + 0.4) < 0.05, `${mean(of(0))}`);
  assert(Math.abs(mean(of(1)) - 0.1) < 0.05, `${mean(of(1))}`);
  assert(spread(of(2)) > 3 * spread(of(1)), `${spread(of(2))} and ${spread(of(1))}`);
});

test('a try is kept with all it was made from, is made again to the same, and teaches what came of it', () => {
  const { memory, picture, plan } = tryOut(SitePolicy.parse({ explorations: 2 }));
  assert(plan !== null && plan.changes.length === 1, 'one of two that hear each other');
  assert.equal(plan.prospect?.by, 'exploration');
  const { record, tries } = triesAt(memory, 'plan-1')!;
  assert.deepEqual(chooseTries(JSON.parse(JSON.stringify(record)), undefined), tries);

  const [{ radio, to }] = plan.changes as [(typeof plan.changes)[number]];
  noteMoved(memory, radio, noon + 10_000);
  const { legal } = picture.views.get(radio)!;
  noteState(memory, radio, { ...legal, channel: to }, noon + 10_000);
  for (let report = 1; report <= 6; report += 1) {
    for (const each of picture.views.keys()) {
      const channel = each === radio ? to : channel36;
      const survey = { channel, windowMs: 10_000, busy: 0.3, tx: 0.2, noiseDbm: -94 };
      const fares = [{ id: `${each}-c`, rssiDbm: -50, offeredMbps: 10, throughputMbps: 2 }];
      noteSurvey(memory, each, { ...survey, clients: fares }, noon + 10_000 + report * 10_000);
    }
  }
  learnFrom(memory, new Picture(memory, noon + 80_000), 'plan-1', plan.changes);
  const lessons = memory.get(`lessons/${radio}`) as { residual: number }[];
  // Nothing was gained, so what the model had promised was too much, by all of it.
  assert.equal(lessons.length, 1);
  assert(Math.abs(lessons[0]!.residual + tries[0]!.modelled) < 1e-9);
});

test('the policy’s scores count as first beliefs where a model is given', () => {
  const shipped = shippedPolicy();
  assert(shipped.ok);
  const { memory } = tryOut(SitePolicy.parse({ explorations: 2 }));
  const { record, tries } = triesAt(memory, 'plan-1')!;
  const believing = chooseTries(record, shipped.value);
  assert.notDeepEqual(
    believing.map(({ drawn }) => drawn),
    tries.map(({ drawn }) => drawn),
  );
});

test('nothing is tried unless the policy asks for it, in busy hours, or beyond a day’s tries', () => {
  assert.equal(tryOut(usualPolicy).plan, null);
  const busy = { explorations: 2, busyHours: [{ from: '11:00', to: '13:00' }] };
  assert.equal(tryOut(SitePolicy.parse(busy)).plan, null);
  const memory = emptyMemory();
  for (const radio of ['hq/ap1/r', 'hq/ap2/r']) memory.set(`tried/${radio}`, [noon - 3_600_000]);
  assert.equal(tryOut(SitePolicy.parse({ explorations: 1 }), memory).plan, null);
  assert.notEqual(tryOut(SitePolicy.parse({ explorations: 2 }), memory).plan, null);
});

/** Two radios on one channel whose clients get a fifth of what they ask, with nothing decided. */
function tryOut(policy: SitePolicy, memory = emptyMemory()) {
  const clients = (radio: string) => [
    { id: `${radio}-c`, rssiDbm: -50, offeredMbps: 10, throughputMbps: 2 },
  ];
  const radio = (own: string, other: string): Told => ({
    radio: own,
    channel: channel36,
    busy: 0.9,
    clients: clients(own),
    neighbours: [hears(other)],
  });
  const told = [radio('hq/ap1/r', 'hq/ap2/r'), radio('hq/ap2/r', 'hq/ap1/r')];
  const picture = pictureOf(told, noon, memory);
  const site = measuredSite({ picture, policy, radios: null, legalChannels });
  const record = recordOf(site, 5, usualRounds);
  const plan = explore({ picture, policy, planId: 'plan-1', baseVersion: 0, record }, { memory });
  return { memory, picture, plan };
}
