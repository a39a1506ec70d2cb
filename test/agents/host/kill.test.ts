import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Host } from '#agents/host/host.ts';
import { MemoryStore } from '#agents/store/memory.ts';
import { SqliteStore } from '#agents/store/sqlite.ts';
import type { Store } from '#agents/store/store.ts';
import type { Outcome } from '#protocols/errors.ts';
import type { Address } from '#protocols/ids.ts';
import { contextOf, Rig, setCall } from './rig.ts';

const memory = () => new MemoryStore();
const sqlite = () =>
  new SqliteStore({
    file: join(mkdtempSync(join(tmpdir(), 'airguard-kill-')), 'store.db'),
    synchronous: 'NORMAL',
  });

for (const [store, make, latencyUs] of [
  ['memory', memory, 0],
  ['memory', memory, 100],
  ['SQLite', sqlite, 100],
] as const) {
  test(`killed between any two steps of an actuation, it changes the radio once and answers (${store}, driver takes ${latencyUs} µs)`, () => {
    const points = new Set<string>();
    let boundaries = 0;
    for (; ; boundaries += 1) {
      const [point] = checked(liveThrough(make(), latencyUs, [boundaries]));
      if (point === undefined) break;
      points.add(point);
    }
    assert(boundaries >= 20, `only ${boundaries} boundaries`);
    for (const point of 'taken stepped traced committed sent answered begun reading read acting acted checked'.split(
      ' ',
    )) {
      assert(points.has(point), `never killed at '${point}'`);
    }
  });
}

test('killed twice, the second time while it recovers, it still changes the radio once', () => {
  for (let first = 0; ; first += 1) {
    let kills = 0;
    for (let second = 0; ; second += 1) {
      const points = checked(liveThrough(memory(), 100, [first, second]));
      kills = points.length;
      if (kills < 2) break;
    }
    if (kills === 0) break;
  }
});

class Killed extends Error {}

/** One life: a call that sets the light, and a kill of each host at the boundary given for it. */
function liveThrough(store: Store, latencyUs: number, killAt: readonly number[]) {
  const rig = new Rig();
  rig.store = store;
  rig.lamp.latencyUs = latencyUs;
  const answers: Outcome<unknown>[] = [];
  const events: string[] = [];
  rig
    .bus('cloud')
    .consume({ stream: 'EVENTS', durable: 'test', filter: 'airguard.hq.event.>' }, (message) => {
      events.push(JSON.parse(Buffer.from(message.data).toString()).id);
      message.ack();
    });
  const light = 'hq/ap1/light-0' as Address;
  const points: string[] = [];
  let isTaken = false;
  const ask = (host: Host) => {
    const accepted = () => {
      isTaken = true;
    };
    host.invoke(light, { ...setCall('k1', 5), accepted }, (outcome) => {
      isTaken = true;
      answers.push(outcome);
    });
  };
  for (let life = 0; life <= killAt.length; life += 1) {
    const bus = rig.bus();
    let passed = 0;
    const host = rig.host({
      bus,
      step(point) {
        if (passed++ !== killAt[life]) return;
        points.push(point);
        throw new Killed(point);
      },
    });
    host.onAnswered((address, key, outcome) => {
      assert.deepEqual([address, key], [light, 'k1']);
      answers.push(outcome);
    });
    try {
      rig.start(host);
      // The stream gives again what was never taken.
      if (!isTaken) ask(host);
      rig.run(10_000);
      break;
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      rig.network.kill(bus);
    }
  }
  return { rig, light, answers, events, points };
}

/** Gives the points it was killed at. */
function checked({ rig, light, answers, events, points }: ReturnType<typeof liveThrough>) {
  const where = `killed at ${points.join(', then ')}`;
  assert.equal(rig.lamp.changes, 1, where);
  assert(answers.length >= 1, `${where}: no answer`);
  for (const answer of answers) assert.deepEqual(answer, { ok: true, value: { level: 5 } }, where);
  assert.equal(contextOf(rig.store, light).level, 5, where);
  assert.deepEqual([...rig.store.outbox()], [], `${where}: something was not sent`);
  assert.deepEqual(events, [`${light}#0`], `${where}: the event is there once`);
  const actuations = rig.records.filter(({ type }) => type === 'actuation');
  assert.equal(actuations.length, 1, where);
  rig.store.close();
  return points;
}
