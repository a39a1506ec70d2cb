import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assign, setup } from 'xstate';
import type { Outcome } from '#protocols/errors.ts';
import { dimmerBody } from './dimmer.ts';
import { contextOf, Rig, setCall } from './rig.ts';

test('an actor that fails is restored from its last commit, and the message becomes a dead letter', () => {
  const rig = new Rig();
  const host = rig.host();
  const light = rig.start(host);
  host.tell(light, { type: 'noted', value: 1 });

  host.tell(light, { type: 'break.requested' });
  host.tell(light, { type: 'noted', value: 2 });
  assert.deepEqual(contextOf(rig.store, light).heard, [1]);
  rig.run(100);

  assert.deepEqual(contextOf(rig.store, light).heard, [1, 2]);
  const [letter] = host.deadLetters();
  assert.equal(letter?.reason, 'fault');
  assert.equal(letter?.detail, 'told to break');
  assert.deepEqual(letter?.event, { type: 'break.requested' });
  assert.equal(host.health().actors[0]?.restarts, 1);
});

test('restarts back off, and are given up when there are too many in the window', () => {
  const rig = new Rig();
  const failed: string[] = [];
  const host = rig.host();
  host.onFailed(({ address, error }) => failed.push(`${address}: ${error}`));
  const light = rig.start(host);
  const waits: number[] = [];

  for (let broken = 0; broken < 5; broken += 1) {
    host.tell(light, { type: 'break.requested' });
    const fromUs = rig.clock.monotonic();
    while (host.health().actors[0]?.status === 'restarting') rig.run(50);
    waits.push((rig.clock.monotonic() - fromUs) / 1_000);
  }
  assert.deepEqual(waits, [100, 200, 400, 800, 1_600]);
  host.tell(light, { type: 'break.requested' });

  assert.deepEqual(failed, ['hq/ap1/light-0: told to break']);
  assert.equal(host.health().actors[0]?.status, 'failed');
  host.tell(light, { type: 'noted', value: 1 });
  assert.equal(host.deadLetters().at(-1)?.reason, 'nobody');
  let answer: Outcome<unknown> | undefined;
  host.invoke(light, setCall('k', 1), (outcome) => {
    answer = outcome;
  });
  assert(answer?.ok === false && answer.error.code === 'unavailable');
});

test('failures that are far apart never use up the budget', () => {
  const rig = new Rig();
  const host = rig.host();
  const light = rig.start(host);

  for (let broken = 0; broken < 20; broken += 1) {
    host.tell(light, { type: 'break.requested' });
    rig.run(61_000);
  }

  assert.notEqual(host.health().actors[0]?.status, 'failed');
  assert.equal(host.health().actors[0]?.restarts, 20);
});

test('a live call to an actor that restarts is turned away at once; a durable one waits', () => {
  const rig = new Rig();
  const host = rig.host();
  const light = rig.start(host);
  const answers: Outcome<unknown>[] = [];
  host.tell(light, { type: 'break.requested' });

  const get = { callId: 'g', caller: 'operator', tool: 'light_get_level', arguments: {} };
  host.invoke(light, { call: get }, (outcome) => answers.push(outcome));
  host.invoke(light, setCall('k', 5), (outcome) => answers.push(outcome));
  assert(answers[0]?.ok === false && answers[0].error.code === 'unavailable');
  assert.equal(answers[0].error.retryAfterMs, 1_000);
  rig.run(1_000);

  assert.deepEqual(answers[1], { ok: true, value: { level: 5 } });
});

test('a full mailbox drops as the body says, refuses calls, and lists what it dropped', () => {
  for (const { overflow, kept } of [
    { overflow: 'drop-oldest', kept: [3, 4, 5] },
    { overflow: 'drop-newest', kept: [1, 2, 3] },
  ] as const) {
    const rig = new Rig();
    const host = rig.host();
    const light = rig.start(host, dimmerBody({ mailbox: { capacity: 3, overflow } }));
    host.tell(light, { type: 'break.requested' });

    for (const value of [1, 2, 3, 4, 5]) host.tell(light, { type: 'noted', value });
    let answer: Outcome<unknown> | undefined;
    host.invoke(light, setCall('k', 1), (outcome) => {
      answer = outcome;
    });
    rig.run(1_000);

    assert(answer?.ok === false && answer.error.code === 'overloaded');
    assert.deepEqual(contextOf(rig.store, light).heard, kept);
    assert.equal(host.health().dropped, 2);
    assert.equal(host.deadLetters().filter(({ reason }) => reason === 'overflow').length, 2);
  }
});

test('a dead letter is replayed once its cause is gone, after a restart too', () => {
  const rig = new Rig();
  const host = rig.host();
  const light = rig.start(host, dimmerBody({ mailbox: { capacity: 1, overflow: 'drop-newest' } }));
  host.tell(light, { type: 'break.requested' });
  host.tell(light, { type: 'noted', value: 1 });
  host.tell(light, { type: 'noted', value: 2 });
  rig.run(1_000);
  host.halt();

  const again = rig.host();
  rig.start(again);
  const letter = again.deadLetters().find(({ reason }) => reason === 'overflow');
  assert(letter !== undefined && again.replay(letter.number));

  assert.deepEqual(contextOf(rig.store, light).heard, [1, 2]);
  assert.equal(again.replay(letter.number), false);
});

test('an actor that fails in its first step is begun again, with what it was given', () => {
  const rig = new Rig();
  const host = rig.host();
  let attempts = 0;
  const machine = setup({
    actions: {
      stumble: assign(() => {
        attempts += 1;
        if (attempts === 1) throw new Error('not yet');
        return {};
      }),
    },
  }).createMachine({
    id: 'stumbler',
    meta: { timers: {} },
    context: ({ input }) => ({ input }),
    entry: 'stumble',
  });
  const address = host.start({
    body: dimmerBody({ machine, tools: [] }),
    actor: 'stumbler',
    input: 7,
    ports: {},
  });

  rig.run(1_000);

  assert.equal(contextOf(rig.store, address).input, 7);
  assert.equal(attempts, 2);
});
