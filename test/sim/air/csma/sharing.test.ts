/** Shares of the time against what is published of them, and against frames. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { createRandom } from '#agents/random/philox.ts';
import { BurdenGraph } from '#sim/air/csma/burden-graph.ts';
import { Sharing } from '#sim/air/csma/sharing.ts';
import { TieLosses } from '#sim/air/csma/tie-losses.ts';
import { fluidError } from '#sim/air/fluid-error.ts';
import { solveFluid } from '#sim/air/packet/fluid-scene.ts';
import { Measurement } from '#sim/air/packet/measure.ts';
import { gridScene } from '#sim/air/packet/scenes.ts';
import { siteScene } from '#sim/air/packet/site-scene.ts';

const SLOT_US = 9;
const EXCHANGE_US = 2_000;
/** Mean back-off of 7.5 slots. */
const THETA = EXCHANGE_US / (7.5 * SLOT_US);

type Link = readonly [a: number, b: number, burden: number];

function sharesOf(radios: number, links: readonly Link[], wants = 1): number[] {
  const graph = new BurdenGraph();
  for (let radio = 0; radio < radios; radio += 1) graph.add();
  for (const [a, b, burden] of links) graph.connect(a, b, burden, burden);
  // Nothing is lost: who sends is all that is asked.
  const nothing = new TieLosses({ bearableMw: () => [], arrivesMw: () => 0 });
  const sharing = new Sharing(graph, radios, SLOT_US, nothing);
  sharing.wants.fill(wants);
  sharing.exchangeUs.fill(EXCHANGE_US);
  const all = Array.from({ length: radios }, (_, radio) => radio);
  sharing.solve(all, all);
  return [...sharing.share];
}

test('a flow in the middle starves as the product form says', () => {
  // Boorstyn et al., IEEE Trans. Commun. 35(3), 1987: each set that can send weighs θ to its size.
  const [middle = 0, left = 0, right = 0] = sharesOf(3, [
    [0, 1, 5],
    [0, 2, 5],
  ]);
  const sum = 1 + 3 * THETA + THETA * THETA;
  // Ties give the middle one more, at most as much as both odds of 1 to 7.5 do.
  const tied = (1 + 1 / 7.5) * (1 + 1 / 7.5);
  assert(middle >= THETA / sum - 1e-3 && middle <= (tied * THETA) / sum + 1e-3, `${middle}`);
  assert(Math.abs(left - (THETA + THETA * THETA) / sum) < 0.01);
  assert(Math.abs(left - right) < 1e-4);
});

test('radios that all hear each other share the time as in Bianchi’s model without losses', () => {
  // JSAC 18(3), 2000, equations 10 to 13, with a window that stays at 16: τ = 2 / 17.
  const tau = 2 / 17;
  for (const count of [1, 2, 4, 8]) {
    const links = Array.from({ length: count }, (_, a) =>
      Array.from({ length: a }, (__, b): Link => [a, b, 5]),
    ).flat();
    const shares = sharesOf(count, links);
    const idle = (1 - tau) ** count;
    const expected = (count * tau * EXCHANGE_US) / (idle * SLOT_US + (1 - idle) * EXCHANGE_US);
    const sum = shares.reduce((total, share) => total + share, 0);
    assert(Math.abs(sum / expected - 1) < 0.02, `${count}: ${sum} of ${expected}`);
    assert(Math.max(...shares) - Math.min(...shares) < 1e-4);
  }
});

test('two that are too weak alone keep a third quiet together', () => {
  const apart = sharesOf(3, [
    [0, 1, 0.4],
    [0, 2, 0.4],
  ]);
  const together = sharesOf(3, [
    [0, 1, 0.6],
    [0, 2, 0.6],
  ]);
  assert(apart[0]! > 0.95);
  // It begins in the gaps of either, and neither minds.
  assert(together[0]! < 0.7, `${together[0]}`);
  assert(together[1]! > 0.9);
});

test('who wants little gets it, whatever the others want', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 12 }),
      fc.array(fc.tuple(fc.nat(11), fc.nat(11), fc.double({ min: 0.05, max: 4, noNaN: true })), {
        maxLength: 30,
      }),
      (radios, wished) => {
        const links = wished.flatMap(([a, b, burden]): Link[] =>
          a < b && b < radios ? [[a, b, burden]] : [],
        );
        const unique = [...new Map(links.map((link) => [`${link[0]} ${link[1]}`, link])).values()];
        const wants = 0.8 / radios;
        for (const share of sharesOf(radios, unique, wants)) {
          assert(share <= wants && share >= wants - 1e-5);
        }
      },
    ),
    { numRuns: 60 },
  );
});

test('what a site carries as a fluid is what it carries as frames, within what is said of it', (context) => {
  const errors = [41, 42, 43, 44, 45, 46].map((seed) => {
    const { scene } = siteScene(30, createRandom(seed).fork('site'));
    const frames = new Measurement({
      scene,
      random: createRandom(seed).fork('air'),
      warmupS: 1,
      durationS: 15,
    });
    while (!frames.isDone) frames.advance(5);
    const { mbps, totalMbps } = frames.result;
    const fluid = solveFluid(scene, createRandom(seed).fork('air')).mbps;
    const off = fluid.reduce((sum, each, place) => sum + Math.abs(each - mbps[place]!), 0);
    const total = fluid.reduce((sum, each) => sum + each, 0);
    return { total: 100 * Math.abs(total / totalMbps - 1), perAp: (100 * off) / totalMbps };
  });
  const mean = (of: (error: (typeof errors)[number]) => number) =>
    errors.reduce((sum, error) => sum + of(error), 0) / errors.length;
  const [total, perAp] = [mean((error) => error.total), mean((error) => error.perAp)];
  context.diagnostic(
    `off by ${total.toFixed(2)} % in total, ${perAp.toFixed(1)} % per access point`,
  );
  // Six sites for 15 s scatter more than thirty for two minutes.
  assert(total <= 3 * fluidError.totalPercent);
  assert(perAp <= 2 * fluidError.perApPercent);
});

test('uplink beside downlink: who sends hears nothing else', () => {
  const wish = { standard: '11a', mcs: 4, widthMhz: 20, usesRts: false } as const;
  for (const plan of ['co', 'rr4'] as const) {
    const scene = gridScene(4, { plan, spacingM: 20, hasUplink: true }, wish);
    const random = createRandom(1).fork('air');
    const frames = new Measurement({ scene, random, warmupS: 1, durationS: 10 });
    while (!frames.isDone) frames.advance(5);
    const fluid = solveFluid(scene, random).mbps.reduce((sum, each) => sum + each, 0);
    const off = fluid / frames.result.totalMbps - 1;
    assert(Math.abs(off) < 0.08, `${plan}: ${off}`);
  }
});
