import assert from 'node:assert/strict';
import { test } from 'node:test';
import { coordinatorMachine } from '#machines/coordinator.ts';
import { roles } from '#protocols/roles.ts';
import { explore } from '#sim/model-check/explore.ts';
import { coordinatorModel } from '#sim/model-check/models/coordinator.ts';
import { chartChecks } from '#sim/model-check/models/index.ts';

test('the chart of every role is gone through', () => {
  assert.deepEqual(chartChecks.map(({ role }) => role).sort(), [...roles].sort());
});

// That of the radio has a file of its own.
for (const { role, run } of chartChecks.filter((one) => one.role !== 'radio')) {
  test(`${role}: nothing is broken, out of reach, or without a way back to its work`, () => {
    const { findings, isComplete } = run();

    assert.deepEqual(findings, []);
    assert(isComplete);
  });
}

test('a coordinator that takes any approval is found, by the shortest way there', () => {
  const trusting = coordinatorMachine.provide({ guards: { isProposed: () => true } });

  const [found] = explore(coordinatorModel(trusting), { stopsAtBroken: true }).findings;

  assert.equal(found?.text, 'It carries out a plan that nobody approved.');
  assert.match(found?.path.at(-1) ?? '', /hears plan\.approved .*another/);
});
