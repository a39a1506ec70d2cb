import assert from 'node:assert/strict';
import { test } from 'node:test';
import { populate } from '#cli/fleet/in-world.ts';
import type { Plant } from '#cli/fleet/plants.ts';
import type { Checker } from '#sim/checkers/checker.ts';
import { limitsOf } from '#sim/checkers/legal-limits.ts';
import type { RadioTruth } from '#sim/population.ts';
import { loadScenario } from '#sim/scenario-files.ts';
import { runWorld } from '#sim/world.ts';

test('a radio whose chart was given up falls silent, since nobody heeds radar for it', async () => {
  const truths = new Map<string, RadioTruth>();
  const sent = new Set<string>();
  const watch: Checker = {
    name: 'truths',
    text: 'Watches.',
    start: () => ({
      onRadio(truth) {
        truths.set(truth.address, truth);
        if (!truth.silent) sent.add(truth.address);
      },
      finish: () => ({ checked: 1, broken: [] }),
    }),
  };
  const scenario = loadScenario('office');
  const { strategy, country } = scenario;
  await runWorld({
    scenario,
    seed: 1,
    durationUs: 5 * 60e6,
    ...populate({ seed: 1, passivateAfterMs: null, strategy, plant: failingOnLoad }),
    limits: limitsOf(country),
    checkers: [watch],
  });

  assert(sent.size >= 8);
  assert([...truths.values()].every(({ silent }) => silent));
});

/** Every report of a load is a fault of the chart. */
const failingOnLoad: Plant = {
  name: 'failing-on-load',
  about: 'Charts fail',
  radioBody(body) {
    const isNewLoad = () => {
      throw new Error('planted');
    };
    return { ...body, machine: body.machine.provide({ guards: { isNewLoad } }) };
  },
};
