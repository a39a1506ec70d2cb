import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { PolicyNet } from '#agents/policy-net/forward.ts';
import { createRandom } from '#agents/random/philox.ts';
import { policyDecider } from '#cloud/coordinator/policy/decider.ts';
import type { Choice, Site } from '#cloud/coordinator/site.ts';
import { allChannels } from '#protocols/channels.ts';
import { createFluidAir } from '#sim/air/fluid-air.ts';
import { buildScene } from '#sim/air/scene.ts';
import { generateSite } from '#sim/sites/generate.ts';
import { measureSite } from '#sim/sites/measure.ts';
import { drawnWeights } from '../../../agents/policy-net/drawn.ts';

const decider = policyDecider({ net: new PolicyNet(drawnWeights('decider')) });
const random = createRandom('decider');

/** A measured site whose radios may take so many channels each. */
function measured(seed: number, choicesOf: (id: string) => readonly Choice[]): Site {
  const site = generateSite({ kind: 'office', aps: 4, random: createRandom(seed), hours: 1 });
  const air = createFluidAir({ random: random.fork(`air/${seed}`) });
  buildScene(site.scene, air);
  const ids = site.radios.map(({ id }) => id);
  return {
    nowMs: 0,
    reports: measureSite(air, ids, 1_000_000),
    choices: new Map(ids.map((id) => [id, choicesOf(id)])),
    minEirpDbm: new Map(),
  };
}

const choice = (channel: Choice['channel']): Choice => ({ channel, maxEirpDbm: 15, clearMs: 0 });
const some = [...allChannels('5', 20).slice(0, 6), ...allChannels('5', 40).slice(0, 2)].map(choice);

test('every radio gets what it may take or keeps what it has, and the same site the same plan', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_000 }), fc.subarray(some), (seed, choices) => {
      const site = measured(seed, () => choices);
      const plan = decider.decide(site, random);
      for (const { id, channel, eirpDbm } of site.reports) {
        const to = plan.get(id);
        assert(to !== undefined);
        const isKept = to.channel === channel;
        assert(isKept || choices.some((one) => one.channel === to.channel));
        assert.equal(to.eirpDbm, isKept ? eirpDbm : Math.min(eirpDbm, 15));
      }
      assert.deepEqual([...decider.decide(site, random)], [...plan]);
    }),
    { numRuns: 20 },
  );
});

test('nobody moves for another primary of its own block, and who has one choice stays there', () => {
  const before = measured(3, () => []);
  const own = new Map(before.reports.map(({ id, channel }) => [id, channel!]));
  const site = measured(3, (id) => {
    const { band, centerMhz, widthMhz } = own.get(id)!;
    const primaryMhz = centerMhz + widthMhz / 2 - 10;
    return [choice({ band, centerMhz, widthMhz, primaryMhz })];
  });
  for (const [id, { channel }] of decider.decide(site, random))
    assert.equal(channel.primaryMhz, own.get(id)!.primaryMhz);
});
