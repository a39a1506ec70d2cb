import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AnyStateMachine, assign, setup } from 'xstate';
import { port } from '#machines/port.ts';
import { type ChartModel, nobody } from '#sim/model-check/chart-model.ts';
import { explore } from '#sim/model-check/explore.ts';

test('goes through delays, ports and what is heard, and says what can never happen', () => {
  const { findings, isComplete, configurations } = explore(modelOf(doorWith({})));

  assert(isComplete);
  assert.equal(configurations, 4);
  assert.deepEqual(
    findings.map(({ kind, where }) => [kind, where]),
    [],
  );
});

test('finds what nothing moves any more, with the shortest way there', () => {
  const door = doorWith({ failed: {} });

  const [found] = explore(modelOf(door)).findings;

  assert.equal(found?.kind, 'deadlock');
  assert.deepEqual(found?.path, [
    'begins in shut',
    'hears knock → opening',
    'port unlock fails → failed',
  ]);
});

test('finds what only goes round in a circle away from the work', () => {
  const door = doorWith({
    failed: { after: { wait: 'resting' } },
    resting: { after: { wait: 'failed' } },
  });

  const [found] = explore(modelOf(door)).findings;

  assert.equal(found?.kind, 'no-way-back');
});

test('names states, guards and ways that nothing leads to', () => {
  const door = doorWith({
    attic: {},
    failed: { after: { wait: { guard: 'never', target: 'shut' } }, on: { knock: 'shut' } },
  });

  const findings = explore(modelOf(door)).findings.map(({ kind, where }) => `${kind} ${where}`);

  assert.deepEqual(findings.sort(), [
    'guard-never-true never',
    'never-taken door.failed on xstate.after.wait.door.failed',
    'unreachable-state door.attic',
  ]);
});

test('what a watcher forbids is told once, and nothing that follows from it', () => {
  const model = modelOf(doorWith({}));

  const { findings } = explore({
    ...model,
    watcher: {
      begins: 0,
      note: (before, step) =>
        step.kind === 'heard' ? Math.min(3, (before.seen as number) + 1) : (before.seen as number),
      broken: ({ seen }) => (seen === 3 ? 'somebody knocked three times' : undefined),
    },
  });

  assert.deepEqual(
    findings.filter(({ kind }) => kind === 'broken').map(({ text, path }) => [text, path.length]),
    [['somebody knocked three times', 4]],
  );
});

test('says when it gave up before it had seen everything', () => {
  const { isComplete, findings } = explore(modelOf(doorWith({ attic: {} })), { limit: 2 });

  assert(!isComplete);
  assert.deepEqual(findings, []);
});

/** A door that is knocked at, unlocked by a port that may fail, and falls shut by itself. */
function doorWith(states: Record<string, object>): AnyStateMachine {
  const guards = 'attic' in states && 'failed' in states ? { never: () => false } : {};
  return setup({
    actors: { unlock: port<null, null>('unlock') },
    actions: {
      count: assign(({ context }) => ({ knocks: (context as { knocks: number }).knocks + 1 })),
    },
    guards: guards as never,
    delays: { wait: 1_000 },
  }).createMachine({
    id: 'door',
    context: { knocks: 0 },
    initial: 'shut',
    on: { knock: { actions: 'count' } },
    states: {
      shut: { on: { knock: 'opening' } },
      opening: {
        invoke: { id: 'unlock', src: 'unlock', input: null, onDone: 'open', onError: 'failed' },
      },
      open: { after: { wait: 'shut' } },
      failed: { after: { wait: 'shut' } },
      ...states,
    },
  } as never) as never;
}

function modelOf(machine: AnyStateMachine): ChartModel {
  return {
    role: 'door',
    machine,
    inputs: [undefined],
    heard: () => [{ type: 'knock' }],
    ends: () => [{ output: null }, { error: 'rusty' }],
    matters: () => null,
    asked: () => null,
    isAtWork: ({ value }) => value === 'shut',
    watcher: nobody,
  };
}
