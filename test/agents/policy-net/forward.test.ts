import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { channelFeatures, radioFeatures, type SeenSite } from '#agents/policy-net/features.ts';
import { PolicyNet } from '#agents/policy-net/forward.ts';
import { PolicyInput } from '#agents/policy-net/input.ts';
import { settle } from '#agents/policy-net/settle.ts';
import { createRandom } from '#agents/random/philox.ts';
import { drawnSite, drawnWeights } from './drawn.ts';

const net = new PolicyNet(drawnWeights('weights'));
const scoresOf = (...sites: SeenSite[]) => [...net.scores(new PolicyInput(...sites))];
const sites = fc
  .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 5 }), fc.integer())
  .map(([radios, options, seed]) => ({ site: drawnSite(`${seed}`, radios, options), options }));

test('sites side by side are scored as each alone, to the bit', () => {
  fc.assert(
    fc.property(sites, sites, (one, other) => {
      assert.deepEqual(scoresOf(one.site, other.site), [
        ...scoresOf(one.site),
        ...scoresOf(other.site),
      ]);
    }),
    { numRuns: 50 },
  );
});

test('it does not matter in which order radios are told', () => {
  fc.assert(
    fc.property(sites, ({ site, options }) => {
      const { radios, edges } = site;
      const last = radios.length - 1;
      const turned = scoresOf({
        radios: radios.toReversed(),
        edges: edges.map(([one, other, weight]) => [last - one, last - other, weight] as const),
      });
      scoresOf(site).forEach((score, row) => {
        const radio = last - Math.floor(row / options);
        const same = turned[radio * options + (row % options)]!;
        // Neighbours add up in another order, which may change the last bits.
        assert.ok(Math.abs(score - same) <= 1e-4 * (1 + Math.abs(score)), `${score} ${same}`);
      });
    }),
    { numRuns: 50 },
  );
});

test('what a channel scores does not depend on which others a radio may take', () => {
  const site = drawnSite('few', 6, 4);
  const all = scoresOf(site);
  const ahead = radioFeatures.length + channelFeatures.length;
  const fewer = site.radios.map(({ id, features }) => ({
    id,
    features: features.slice(0, ahead + channelFeatures.length),
  }));
  assert.deepEqual(
    scoresOf({ ...site, radios: fewer }),
    all.filter((_, row) => row % 4 === 0),
  );
});

test('who shares no channel with a neighbour does not feel it', () => {
  const site = drawnSite('apart', 2, 1);
  const [one, other] = site.radios as [SeenSite['radios'][number], SeenSite['radios'][number]];
  const moved = [...other.features];
  const on = radioFeatures.length;
  moved[on] = 5500;
  const radios = [one, { ...other, features: moved }];
  assert.deepEqual(
    scoresOf({ radios, edges: [[0, 1, 1]] }).slice(0, 1),
    scoresOf({ radios, edges: [] }).slice(0, 1),
  );
  assert.notDeepEqual(
    scoresOf({ radios: [one, other], edges: [[0, 1, 1]] }).slice(0, 1),
    scoresOf({ radios: [one, other], edges: [] }).slice(0, 1),
  );
});

test('settling repeats, leaves nobody without a channel, and moves nobody whom the scores hold', () => {
  fc.assert(
    fc.property(sites, fc.integer({ min: 1, max: 4 }), ({ site, options }, paths) => {
      const from = (start: number, margin: number) => {
        const taken = new Int32Array(site.radios.length).fill(start);
        const settling = { rounds: 20, margin, paths };
        settle(net, new PolicyInput(site), taken, settling, createRandom('settle'));
        return [...taken];
      };
      const taken = from(-1, 0.05);
      assert.deepEqual(taken, from(-1, 0.05));
      assert(taken.every((option) => option >= 0 && option < options));
      // Nothing promises so much.
      if (paths === 1) assert.deepEqual(from(0, 1_000), from(0, 1_000).fill(0));
    }),
    { numRuns: 50 },
  );
});
