import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMachine, fromPromise, setup } from 'xstate';
import { machineHash } from '#agents/host/machine-hash.ts';
import { loadMachine } from '#agents/host/machine-load.ts';
import { InputError } from '#protocols/errors.ts';
import { dimmerBody, dimmerMachine } from './dimmer.ts';
import { contextOf, Rig } from './rig.ts';

const waiting = (meta: object, after: object) =>
  setup({ delays: { pause: 10 } }).createMachine({
    id: 'waiter',
    meta,
    initial: 'a',
    states: { a: { after: after as { pause: 'a' } } },
  });

test('a machine does not load unless each delay has a policy and everything has a name', () => {
  const timers = { pause: 'original' };
  loadMachine(waiting({ timers }, { pause: 'a' }));
  const wrong: [machine: Parameters<typeof loadMachine>[0], message: RegExp][] = [
    [waiting({}, { pause: 'a' }), /no policy for delay 'pause'/],
    [waiting({ timers: { pause: 'sometimes' } }, { pause: 'a' }), /policy 'sometimes'/],
    [waiting({ timers: { ...timers, nap: 'restart' } }, { pause: 'a' }), /names delay 'nap'/],
    [waiting({ timers }, { 1000: 'a' }), /waits for '1000'/],
    [
      setup({ actors: { go: fromPromise(async () => 1) } }).createMachine({ id: 'm' }),
      /actor 'go' is no port/,
    ],
    [
      createMachine({ id: 'm', invoke: { src: fromPromise(async () => 1) } }),
      /invokes something that setup does not name/,
    ],
    [createMachine({ id: 'm', entry: () => undefined }), /an action written inline/],
    [createMachine({ id: 'm', entry: 'greet' }), /names an action 'greet'/],
    [
      createMachine({ id: 'm', on: { go: { guard: () => true, actions: [] } } }),
      /a guard written inline/,
    ],
  ];
  for (const [machine, message] of wrong) {
    assert.throws(() => loadMachine(machine), message);
  }
});

test('the hash of a machine follows its definition, and not the text of its functions', () => {
  const hash = machineHash(dimmerMachine);
  assert.match(hash, /^[0-9a-f]{64}$/);
  assert.equal(machineHash(dimmerMachine.provide({ delays: { pause: () => 3 } })), hash);
  assert.notEqual(machineHash(without('closed')), hash);
});

test('a snapshot in a state that the machine no longer has is refused by name', () => {
  const rig = new Rig();
  const host = rig.host();
  const light = rig.start(host);
  host.tell(light, { type: 'closure.requested' });
  host.halt();
  const body = dimmerBody({ machine: without('closed') });

  assert.throws(
    () => rig.start(rig.host(), body),
    (error) =>
      error instanceof InputError &&
      /hq\/ap1\/light-0: machine 'dimmer' \(version [0-9a-f]{16}\) has no state 'closed'/.test(
        error.message,
      ),
  );
  assert.deepEqual(rig.store.actor(light)?.machineHash, machineHash(dimmerMachine));
});

test('a registered migration carries a snapshot over', () => {
  const rig = new Rig();
  const host = rig.host();
  const light = rig.start(host);
  host.tell(light, { type: 'noted', value: 3 });
  host.tell(light, { type: 'silence.requested' });
  host.tell(light, { type: 'leave.requested' });
  host.halt();
  const machine = without('silent');
  const migration = {
    machine: 'dimmer',
    fromHash: machineHash(dimmerMachine),
    toHash: machineHash(machine),
    migrate: (state: { context: unknown; status: string; historyValue: object }) => ({
      ...state,
      historyValue: {},
      value: 'pausing',
    }),
  };

  const again = rig.host({ migrations: [migration] });
  rig.start(again, dimmerBody({ machine }));

  assert.equal(again.value(light), 'pausing');
  assert.deepEqual(contextOf(rig.store, light).heard, [3]);
});

test('a store of one role is not taken up as another', () => {
  const rig = new Rig();
  rig.start(rig.host());

  assert.throws(
    () => rig.start(rig.host(), dimmerBody({ role: 'auditor' })),
    /is a radio in the store/,
  );
});

/** The dimmer of a later version that lacks a state. */
function without(state: string) {
  const { config, implementations } = dimmerMachine;
  const states = { ...(config.states as Record<string, object>) };
  delete states[state];
  const { [`${state}.requested`]: _, ...on } = (states.idle as { on: Record<string, unknown> }).on;
  const idle = {
    ...states.idle,
    on: Object.fromEntries(Object.entries(on).filter(([, to]) => to !== state)),
  };
  return createMachine(
    { ...config, states: { ...states, idle } } as never,
    implementations as never,
  );
}
