import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Outcome } from '#protocols/errors.ts';
import { contextOf, Rig, setCall } from './rig.ts';

test('a durable call changes the light once, and its repetition gets the same answer', () => {
  const rig = new Rig();
  const host = rig.host();
  const light = rig.start(host);
  const answers: Outcome<unknown>[] = [];
  const done = (outcome: Outcome<unknown>) => void answers.push(outcome);

  let accepted = 0;
  host.invoke(light, { ...setCall('k1', 5), accepted: () => (accepted += 1) }, done);
  host.invoke(light, setCall('k1', 5), done);
  rig.run(10);
  host.invoke(light, setCall('k1', 5), done);
  host.invoke(light, setCall('k1', 6), done);

  const ok = { ok: true, value: { level: 5 } };
  assert.deepEqual(answers.slice(0, 3), [ok, ok, ok]);
  assert(answers[3]?.ok === false && answers[3].error.code === 'key_reused');
  assert.equal(rig.lamp.changes, 1);
  assert.equal(accepted, 1);
  assert.deepEqual(rig.notes, ['Set to 5.']);
  assert.equal(contextOf(rig.store, light).level, 5);
});
