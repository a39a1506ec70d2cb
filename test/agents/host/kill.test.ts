import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Host } from '#agents/host/host.ts';
import type { Outcome } from '#protocols/errors.ts';
import { contextOf, Rig, setCall } from './rig.ts';

class Killed extends Error {}

for (const latencyUs of [0, 100]) {
  test(`killed between any two steps of an actuation (driver takes ${latencyUs} µs), it changes the radio once and answers`, () => {
    let boundaries = 0;
    const points = new Set<string>();
    for (let killAt = 0; ; killAt += 1) {
      const { wasKilled, rig, answers, changes, events, point } = liveThrough(latencyUs, killAt);
      if (!wasKilled) break;
      boundaries += 1;
      points.add(point);
      const where = `killed at boundary ${killAt}, ${point}`;
      assert.equal(changes, 1, where);
      assert(answers.length >= 1, `${where}: no answer`);
      for (const answer of answers)
        assert.deepEqual(answer, { ok: true, value: { level: 5 } }, where);
      assert.equal(contextOf(rig.store, rig.light).level, 5, where);
      assert.deepEqual([...rig.store.outbox()], [], `${where}: something was not sent`);
      assert.deepEqual(events, ['hq/ap1/light-0#0'], `${where}: the event is there once`);
      const actuations = rig.records.filter(({ type }) => type === 'actuation');
      assert.equal(actuations.length, 1, where);
    }
    assert(boundaries >= 20, `only ${boundaries} boundaries`);
    for (const point of [
      'taken',
      'traced',
      'committed',
      'begun',
      'read',
      'acting',
      'acted',
      'checked',
      'answered',
    ]) {
      assert(points.has(point), `never killed at '${point}'`);
    }
  });
}

/** One life: a call that sets the light, a kill at the boundary given, and a second host after it. */
function liveThrough(latencyUs: number, killAt: number) {
  const rig = new Rig() as Rig & { light: ReturnType<Rig['start']> };
  rig.lamp.latencyUs = latencyUs;
  const answers: Outcome<unknown>[] = [];
  const events: string[] = [];
  rig
    .bus('cloud')
    .consume({ stream: 'EVENTS', durable: 'test', filter: 'airguard.hq.event.>' }, (message) => {
      events.push(JSON.parse(Buffer.from(message.data).toString()).id);
      message.ack();
    });
  let passed = 0;
  let killedAt: string | undefined;
  let isTaken = false;
  const ask = (host: Host) => {
    const accepted = () => {
      isTaken = true;
    };
    host.invoke(rig.light, { ...setCall('k1', 5), accepted }, (outcome) => {
      isTaken = true;
      answers.push(outcome);
    });
  };
  const bus = rig.bus();
  try {
    const host = rig.host({
      bus,
      step(point) {
        if (passed++ === killAt) {
          killedAt = point;
          throw new Killed(point);
        }
      },
    });
    rig.light = rig.start(host);
    ask(host);
    rig.run(10_000);
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
    rig.network.kill(bus);
    const again = rig.host();
    again.onAnswered((address, key, outcome) => {
      assert.equal(address, rig.light);
      assert.equal(key, 'k1');
      answers.push(outcome);
    });
    rig.light = rig.start(again);
    // The stream gives again what was never taken.
    if (!isTaken) ask(again);
    rig.run(10_000);
  }
  return {
    rig,
    answers,
    events,
    changes: rig.lamp.changes,
    wasKilled: killedAt !== undefined,
    point: killedAt ?? '',
  };
}
