import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Heard } from '#agents/body.ts';
import type { ToolCaller } from '#agents/host/actor-host.ts';
import type { Outcome } from '#protocols/errors.ts';
import { dimmerBody, levelChanged, levelMeasured } from './dimmer.ts';
import { contextOf, Rig } from './rig.ts';

test('an event is heard once by another host, through a cut link and a kill', () => {
  const rig = new Rig();
  const edge = rig.host();
  const light = rig.start(edge);
  const noted: unknown[] = [];
  const body = dimmerBody({}, [
    { event: levelChanged, to: 'chart' },
    {
      event: levelChanged,
      to: ({ source, data }, { memory }) => memory.set(`light/${source}`, data),
    },
    { event: levelMeasured, to: ({ data }: Heard) => void noted.push(data) },
  ]);
  const store = new (rig.store.constructor as new () => typeof rig.store)();
  const cloudBus = rig.bus('cloud');
  const cloud = rig.host({ node: 'cloud', bus: cloudBus, store });
  const ears = rig.start(cloud, body, 'ears');

  edge.tell(light, { type: 'set.requested', callId: 'a', to: 3 });
  rig.run(1_000);
  rig.network.setLink('ap1', 'down');
  edge.tell(light, { type: 'set.requested', callId: 'b', to: 4 });
  rig.run(5_000);
  assert.deepEqual(contextOf(store, ears).heard, [3]);
  cloud.halt();
  rig.network.kill(cloudBus);
  const again = rig.host({ node: 'cloud', bus: rig.bus('cloud'), store });
  rig.start(again, body, 'ears');
  rig.network.setLink('ap1', 'up');
  rig.run(60_000);

  assert.deepEqual(contextOf(store, ears).heard, [3, 4]);
  assert.deepEqual([...store.memory(ears)], [[`light/${light}`, { level: 4 }]]);
  assert.deepEqual(noted[0], { level: 3 });
  assert.equal(edge.health().unsent, 0);
});

test('the same event, given again, is consumed once', () => {
  const rig = new Rig();
  const host = rig.host();
  const light = rig.start(host, dimmerBody({}, [{ event: levelChanged, to: 'chart' }]));
  let consumed = 0;
  const heard = { event: levelChanged, source: light, data: { level: 7 }, atMs: 0 };

  for (let time = 0; time < 3; time += 1) host.hear(light, heard, 'x#1', () => (consumed += 1));

  assert.deepEqual(contextOf(rig.store, light).heard, [7]);
  assert.equal(consumed, 3);
});

test('what claims to come from another actor, or is no event, is refused and listed', () => {
  const rig = new Rig();
  const host = rig.host({ node: 'cloud', bus: rig.bus('cloud') });
  const ears = rig.start(host, dimmerBody({}, [{ event: levelChanged, to: 'chart' }]), 'ears');
  const bus = rig.bus('ap2');
  const subject = 'airguard.hq.event.ap2.light-0.level.changed';
  const good = {
    id: 'hq/ap2/light-0#1',
    type: 'level.changed',
    source: 'hq/ap2/light-0',
    atMs: 1,
    seq: 1,
    data: { level: 1 },
  };
  const say = (content: string, id: string) =>
    bus.append(subject, Buffer.from(content), { id }, () => undefined);

  say(JSON.stringify({ ...good, source: 'hq/ap1/light-0', id: 'hq/ap1/light-0#1' }), 'a');
  say(JSON.stringify({ ...good, id: 'hq/ap1/light-0#1' }), 'b');
  say(JSON.stringify({ ...good, data: { level: 'high' } }), 'c');
  say('{"id":', 'd');
  say(JSON.stringify(good), 'e');
  rig.run(10_000);

  assert.deepEqual(contextOf(rig.store, ears).heard, [1]);
  const details = host.deadLetters().map(({ detail }) => detail);
  assert.equal(details.length, 4);
  assert.match(details[0] ?? '', /claims to be 'level.changed' of hq\/ap1\/light-0/);
  assert.match(details[2] ?? '', /level/);
  assert.match(details[3] ?? '', /expected JSON/);
  for (const detail of details) assert(!detail.includes('\n'));
});

test('what one actor tells another is not lost when the host is killed in between', () => {
  const rig = new Rig();
  let armed = false;
  const host = rig.host({
    step(point) {
      if (armed && point === 'committed') throw new Error('killed');
    },
  });
  const light = rig.start(host);
  const other = rig.start(host, undefined, 'light-1');
  armed = true;
  assert.throws(() => host.tell(light, { type: 'tell.requested', actor: 'light-1', value: 4 }));
  assert.deepEqual(contextOf(rig.store, other).heard, []);

  const again = rig.host();
  rig.start(again);
  rig.start(again, undefined, 'light-1');
  rig.run(5_000);

  assert.deepEqual(contextOf(rig.store, other).heard, [4]);
  assert.deepEqual([...rig.store.outbox()], []);
});

test('what is told to nobody becomes a dead letter', () => {
  const rig = new Rig();
  const host = rig.host();
  const light = rig.start(host);

  host.tell(light, { type: 'tell.requested', actor: 'light-9', value: 4 });
  rig.run(2_000);

  assert.equal(host.deadLetters()[0]?.address, 'hq/ap1/light-9');
  assert.deepEqual([...rig.store.outbox()], []);
});

test('a call that a chart asks for returns to it exactly once, through a restart', () => {
  const rig = new Rig();
  const asked: { callId: string; caller: string }[] = [];
  const answers: ((outcome: Outcome<unknown>) => void)[] = [];
  let cancelled = 0;
  const caller: ToolCaller = {
    call: ({ caller: name }, { callId }, done) => {
      asked.push({ callId, caller: name });
      answers.push(done);
      return { cancel: () => (cancelled += 1) };
    },
  };
  const host = rig.host({ caller });
  const light = rig.start(host);
  host.tell(light, { type: 'call.wanted', callId: 'c1' });
  host.tell(light, { type: 'call.wanted', callId: 'c1' });
  assert.deepEqual(asked, [{ callId: 'c1', caller: 'ap1' }]);
  host.halt();
  assert.equal(cancelled, 1);

  const again = rig.host({ caller });
  rig.start(again);
  assert.equal(asked.length, 2);
  answers[0]?.({ ok: false, error: { code: 'late', hint: 'from the dead host' } });
  answers[1]?.({ ok: true, value: 1 });
  answers[1]?.({ ok: true, value: 2 });
  again.halt();
  rig.start(rig.host({ caller }));

  assert.equal(asked.length, 2);
  assert.deepEqual(contextOf(rig.store, light).returned, [{ callId: 'c1', ok: true }]);
});

test('an actor that is stopped is taken up again where it stood', () => {
  const rig = new Rig();
  const host = rig.host();
  const light = rig.start(host);
  host.tell(light, { type: 'pause.requested' });
  rig.run(1_000);
  host.stop(light);
  rig.run(2_000);
  assert.deepEqual(host.addresses(), []);

  rig.start(host);
  rig.run(6_999);
  assert.equal(host.value(light), 'pausing');
  rig.run(1);

  assert.equal(host.value(light), 'idle');
});

test('draining lets out what was committed', () => {
  const rig = new Rig();
  const host = rig.host();
  const light = rig.start(host);
  rig.lamp.latencyUs = 0;
  host.tell(light, { type: 'set.requested', callId: 'a', to: 3 });
  let drained = false;

  host.drain(() => {
    drained = true;
  });
  assert.equal(drained, false);
  rig.run(1_000);

  assert(drained);
  assert.deepEqual([...rig.store.outbox()], []);
});
