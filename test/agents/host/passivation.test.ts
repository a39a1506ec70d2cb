import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Outcome } from '#protocols/errors.ts';
import { contextOf, Rig, setCall } from './rig.ts';

test('whether actors rest at once, after a while or never shows in no record of the trace', () => {
  const never = live(null);
  assert(never.rig.records.length > 40);
  for (const passivateAfterMs of [0, 700]) {
    const rested = live(passivateAfterMs);
    assert.deepEqual(rested.rig.records, never.rig.records);
    assert.equal(rested.rig.trace.traceHash(), never.rig.trace.traceHash());
    assert.deepEqual(rested.answers, never.answers);
    assert.deepEqual(rested.context, never.context);
  }
});

test('an actor that idles rests, keeps its delays, and wakes with its next message', () => {
  const rig = new Rig();
  const host = rig.host({ passivateAfterMs: 1_000 });
  const light = rig.start(host);
  host.tell(light, { type: 'pause.requested' });
  const status = () => host.health().actors[0]?.status;

  rig.run(900);
  assert.equal(status(), 'awake');
  rig.run(1_200);
  assert.equal(status(), 'resting');
  assert.equal(host.value(light), 'pausing');
  rig.run(7_900);

  assert.equal(host.value(light), 'idle');
  assert.equal(status(), 'awake');
});

test('an actor does not rest while a port is under way', () => {
  const rig = new Rig();
  const host = rig.host({ passivateAfterMs: 0 });
  rig.lamp.latencyUs = 1_000_000;
  const light = rig.start(host);

  host.tell(light, { type: 'set.requested', callId: 'a', to: 5 });
  assert.equal(host.health().actors[0]?.status, 'awake');
  rig.run(10_000);

  assert.equal(host.health().actors[0]?.status, 'resting');
  assert.equal(contextOf(rig.store, light).level, 5);
});

test('a look at a resting actor wakes it for the look alone', () => {
  const rig = new Rig();
  const host = rig.host({ passivateAfterMs: 0 });
  const light = rig.start(host);
  let answer: Outcome<unknown> | undefined;

  const get = { callId: 'g', caller: 'operator', tool: 'light_get_level', arguments: {} };
  host.invoke(light, { call: get }, (outcome) => {
    answer = outcome;
  });

  assert.deepEqual(answer, { ok: true, value: { level: 0 } });
  assert.equal(host.health().actors[0]?.status, 'resting');
});

/** One life with everything in it: delays, draws, changes, notes, a failure. */
function live(passivateAfterMs: number | null) {
  const rig = new Rig();
  const host = rig.host({ passivateAfterMs });
  const light = rig.start(host);
  const other = rig.start(host, undefined, 'light-1');
  const answers: Outcome<unknown>[] = [];
  for (let round = 0; round < 5; round += 1) {
    host.tell(light, { type: 'draw.requested' });
    host.tell(light, { type: 'noted', value: -0 });
    host.tell(light, { type: 'tell.requested', actor: 'light-1', value: round });
    host.tell(light, { type: 'remind.requested' });
    host.invoke(light, setCall(`k${round}`, round), (outcome) => answers.push(outcome));
    rig.run(1_000);
    host.tell(light, { type: 'pause.requested' });
    host.tell(other, round === 2 ? { type: 'break.requested' } : { type: 'silence.requested' });
    rig.run(15_000);
  }
  const context = [light, other].map((one) => contextOf(rig.store, one));
  return { rig, answers, context };
}
