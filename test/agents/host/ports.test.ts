import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PortContext, PortDone } from '#agents/body.ts';
import type { Outcome } from '#protocols/errors.ts';
import { contextOf, Rig, setCall } from './rig.ts';

test('a port is cancelled when its state is left, and its late answer is not heard', () => {
  const rig = new Rig();
  const host = rig.host();
  let cancelled = 0;
  let answer: PortDone<number> | undefined;
  const light = rig.start(host, undefined, undefined, {
    draw: {
      kind: 'work',
      run: (_: null, __: PortContext, done: PortDone<number>) => {
        answer = done;
        return () => {
          cancelled += 1;
        };
      },
    },
  });

  host.tell(light, { type: 'draw.requested' });
  host.tell(light, { type: 'leave.requested' });
  answer?.({ ok: true, value: 9 });

  assert.equal(cancelled, 1);
  assert.equal(host.value(light), 'idle');
  assert.deepEqual(contextOf(rig.store, light).drawn, []);
  assert.deepEqual(rig.store.actor(light)?.intents, []);
});

test('work under way at a kill is run again, told that it is not the first time', () => {
  const rig = new Rig();
  const runs: { key: string; first: boolean }[] = [];
  const ports = {
    draw: {
      kind: 'work' as const,
      run: (_: null, { key, first }: PortContext, done: PortDone<number>) => {
        runs.push({ key, first });
        if (!first) done({ ok: true, value: 4 });
        return undefined;
      },
    },
  };
  const host = rig.host();
  const light = rig.start(host, undefined, undefined, ports);
  host.tell(light, { type: 'draw.requested' });
  host.halt();

  rig.start(rig.host(), undefined, undefined, ports);

  const key = 'hq/ap1/light-0#draw#1';
  assert.deepEqual(runs, [
    { key, first: true },
    { key, first: false },
  ]);
  assert.deepEqual(contextOf(rig.store, light).drawn, [4]);
});

test('a port that nobody filled ends its actor when it is entered', () => {
  const rig = new Rig();
  const host = rig.host();
  const light = rig.start(host, undefined, undefined, {});

  host.tell(light, { type: 'draw.requested' });

  assert.equal(host.health().actors[0]?.status, 'restarting');
  assert.match(host.health().errors[light] ?? '', /port 'draw' was entered but nobody filled it/);
  assert.match(host.deadLetters()[0]?.detail ?? '', /nobody filled it/);
  rig.run(100);
  assert.equal(host.value(light), 'idle');
});

test('a radio that does not take a change fails the port, and the chart answers for it', () => {
  const rig = new Rig();
  const host = rig.host();
  const stuck = Object.create(rig.lamp, {
    act: {
      value: (_: number, done: (outcome: Outcome<unknown, never>) => void) =>
        done({ ok: true, value: { level: 0 } }),
    },
    read: {
      value: (done: (outcome: Outcome<unknown, never>) => void) =>
        done({ ok: true, value: { level: 0 } }),
    },
  });
  const light = rig.start(host, undefined, undefined, { set: stuck });
  let answer: Outcome<unknown> | undefined;

  host.invoke(light, setCall('k', 5), (outcome) => {
    answer = outcome;
  });

  assert(answer?.ok === false && answer.error.code === 'failed');
  const port = rig.records.find(({ type }) => type === 'port');
  assert.match(JSON.stringify(port?.payload), /not_taken/);
});

test('changes of one radio follow one another: an abandoned one lands before its successor reads', () => {
  const rig = new Rig();
  const host = rig.host();
  rig.lamp.latencyUs = 1_000;
  const light = rig.start(host);

  host.tell(light, { type: 'set.requested', callId: 'a', to: 5 });
  rig.run(1);
  host.tell(light, { type: 'leave.requested' });
  host.tell(light, { type: 'set.requested', callId: 'b', to: 0 });
  rig.run(20);

  assert.equal(rig.lamp.level, 0);
  assert.equal(contextOf(rig.store, light).level, 0);
  assert.equal(host.value(light), 'idle');
});

test('counters of chance survive passing away and coming back', () => {
  const draws = (restarts: boolean) => {
    const rig = new Rig();
    let host = rig.host();
    let light = rig.start(host);
    for (let drawn = 0; drawn < 6; drawn += 1) {
      if (restarts && drawn % 2 === 1) {
        host.halt();
        host = rig.host();
        light = rig.start(host);
      }
      host.tell(light, { type: 'draw.requested' });
    }
    return contextOf(rig.store, light).drawn as number[];
  };

  const uninterrupted = draws(false);
  assert.equal(new Set(uninterrupted).size, 6);
  assert.deepEqual(draws(true), uninterrupted);
});
