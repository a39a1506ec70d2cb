import assert from 'node:assert/strict';
import { test } from 'node:test';
import { and, assign, createActor, setup } from 'xstate';
import { ignoresOf } from '#agents/host/ignored.ts';

const gauge = setup({
  types: { context: {} as { level: number; seen: number } },
  actions: {
    note: assign((_, { level }: { level: number }) => ({ level })),
    count: assign(({ context }) => ({ seen: context.seen + 1 })),
  },
  guards: {
    isNew: ({ context }, { level }: { level: number }) => level !== context.level,
    isOdd: ({ event }) => (event as unknown as { level: number }).level % 2 === 1,
  },
}).createMachine({
  id: 'gauge',
  context: { level: 0, seen: 0 },
  initial: 'low',
  on: {
    'level.measured': {
      guard: { type: 'isNew', params: ({ event }) => event as unknown as { level: number } },
      actions: { type: 'note', params: ({ event }) => event as unknown as { level: number } },
    },
    'level.odd': { guard: and(['isOdd']), actions: 'count' },
    'level.seen': { actions: 'count' },
    moved: '.watching',
  },
  states: {
    low: { on: { raised: 'nested' } },
    nested: { initial: 'inner', states: { inner: {} } },
    watching: { always: { guard: 'isOdd', target: 'low' } },
  },
});

test('what is ignored leaves the very snapshot, and what changes something is never ignored', () => {
  const ignores = ignoresOf(gauge);
  const actor = createActor(gauge).start();
  const send = (event: { type: string; level?: number }) => {
    const before = actor.getSnapshot();
    const ignored = ignores(before, event);
    actor.send(event);
    if (ignored) assert.equal(actor.getSnapshot(), before, event.type);
    return ignored;
  };
  assert.equal(send({ type: 'level.measured', level: 0 }), true);
  assert.equal(send({ type: 'level.measured', level: 4 }), false);
  assert.equal(send({ type: 'level.measured', level: 4 }), true);
  assert.equal(send({ type: 'level.seen' }), false);
  assert.equal(send({ type: 'nobody.knows' }), true);
  // Built-in guards, events of XState's own, and nested or watching states are XState's to judge.
  assert.equal(send({ type: 'level.odd', level: 2 }), false);
  assert.equal(ignores(actor.getSnapshot(), { type: 'xstate.stop' }), false);
  assert.equal(send({ type: 'raised' }), false);
  assert.equal(send({ type: 'level.measured', level: 4 }), false);
  assert.equal(send({ type: 'moved', level: 2 }), false);
  assert.equal(send({ type: 'nobody.knows', level: 3 }), false);
  assert.equal(actor.getSnapshot().value, 'low');
});

test('a chart that names events by a pattern is always asked', () => {
  const machine = setup({}).createMachine({ id: 'any', on: { 'level.*': {} } });
  const ignores = ignoresOf(machine);
  assert.equal(ignores(createActor(machine).start().getSnapshot(), { type: 'other' }), false);
});
