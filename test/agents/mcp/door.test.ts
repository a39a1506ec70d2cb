import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { pending } from '#agents/body.ts';
import { metaKey } from '#protocols/mcp.ts';
import { command, type McpWorld, requestOf, startWorld } from './mcp-world.ts';
import { channel40 } from './tiny-host.ts';

const SET = 'radio_set_channel';
const setSubject = { tool: SET };
const stateSubject = 'airguard.hq.call.ap12.radio-0.radio_get_state.coordinator';

/** The code a task ended in: of its refusal, `fault`, its status, or `ok`. */
function codeOf(task: Record<string, unknown> | undefined): string {
  const result = task?.result as { isError?: boolean; structuredContent: { code: string } };
  if (task?.status === 'failed') return 'fault';
  if (task?.status !== 'completed') return String(task?.status);
  return result.isError ? result.structuredContent.code : 'ok';
}

function lastCode({ taskEvents }: McpWorld): string {
  return codeOf(taskEvents.at(-1));
}

/** A good call to move the radio, under a key. */
function goodCall(world: McpWorld, key: string) {
  const verdict = world.verdict(key, SET, channel40);
  return requestOf(world, SET, channel40, {
    [metaKey.idempotencyKey]: key,
    [metaKey.verdict]: verdict,
  });
}

/**
 * What can be wrong with a durable call, in the order in which the door looks. `bend` makes it so;
 * what the world itself holds against the call is undone with it.
 */
const defects: readonly {
  readonly code: string;
  readonly bend: (call: Bent) => void;
}[] = [
  {
    code: 'wrong_site',
    bend: ({ meta }) => Object.assign(meta, { [metaKey.target]: 'x/ap12/radio-0' }),
  },
  { code: 'unknown_tool', bend: (call) => Object.assign(call, { tool: 'auditor_check' }) },
  { code: 'not_granted', bend: (call) => Object.assign(call, { caller: 'ap99' }) },
  {
    code: 'deadline_passed',
    bend: ({ meta, world }) => Object.assign(meta, { [metaKey.deadline]: world.nowMs() - 1 }),
  },
  {
    code: 'clock_untrusted',
    bend: ({ meta, world }) => Object.assign(meta, { [metaKey.issuedAt]: world.nowMs() + 61_000 }),
  },
  {
    code: 'key_reused',
    bend: ({ world, key, caller }) => {
      world.host.records.set(`${caller}/${key}`, {
        key: `${caller}/${key}`,
        contentHash: 'of another call',
        status: 'done',
        answer: { ok: true, value: {} },
        expiresWallUs: Number.MAX_SAFE_INTEGER,
      });
    },
  },
  { code: 'invalid_arguments', bend: (call) => Object.assign(call, { input: { centerMhz: 'x' } }) },
  { code: 'verdict_missing', bend: ({ meta }) => Reflect.deleteProperty(meta, metaKey.verdict) },
];

interface Bent {
  readonly world: McpWorld;
  readonly key: string;
  readonly meta: Record<string, unknown>;
  tool: string;
  caller: string;
  input: unknown;
}

test('of several things wrong with a call, the first in the order of checks decides', () => {
  const world = startWorld();
  let calls = 0;
  const wrongs = fc.uniqueArray(fc.nat(defects.length - 1), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(wrongs, (indices) => {
      calls += 1;
      const key = `key-${calls}`;
      const good = goodCall(world, key);
      const call: Bent = {
        world,
        key,
        meta: good.params._meta,
        tool: SET,
        caller: 'coordinator',
        input: channel40,
      };
      // The record of another call is put under the caller's name, so the caller is bent first.
      const chosen = indices.toSorted((a, b) => a - b).map((index) => defects[index]!);
      for (const { bend } of chosen) bend(call);
      const before = world.host.invoked.length;
      const params = { name: call.tool, arguments: call.input, _meta: call.meta };
      command(world, { ...good, params }, { tool: call.tool, caller: call.caller });

      assert.equal(lastCode(world), chosen[0]!.code);
      assert.equal(world.host.invoked.length, before);
      assert.equal(world.host.notes.at(-1)!.refused, chosen[0]!.code);
    }),
    { numRuns: 150 },
  );
});

test('a caller that the body claims to be another is refused', () => {
  const world = startWorld();
  const call = goodCall(world, 'k');
  Object.assign(call.params._meta, { [metaKey.caller]: 'operator' });
  command(world, call, setSubject);

  assert.equal(lastCode(world), 'not_granted');
  assert.equal(world.host.invoked.length, 0);
});

test('a tool is called on the lane of its effect alone', () => {
  const world = startWorld();
  const live = `airguard.hq.call.ap12.radio-0.${SET}.coordinator`;

  const [answer] = world.ask(live, goodCall(world, 'k'));

  const result = answer!.result as { isError: boolean; structuredContent: { code: string } };
  assert.equal(result.structuredContent.code, 'unknown_tool');
  assert.equal(world.host.invoked.length, 0);
});

test('a repetition gets the answer of the first, and reaches the radio once', () => {
  const world = startWorld();
  const call = goodCall(world, 'k');
  for (let times = 0; times < 3; times += 1) command(world, call, setSubject);

  assert.equal(world.host.invoked.length, 1);
  assert.deepEqual([...new Set(world.taskEvents.map(codeOf))], ['ok']);
  // However late it comes.
  world.clock.advance(200_000);
  command(world, call, setSubject);
  assert.equal(lastCode(world), 'ok');
  assert.equal(world.host.invoked.length, 1);
});

test('a refusal is kept: what was turned down once is not carried out when it comes again', () => {
  const world = startWorld();
  const call = goodCall(world, 'k');
  world.isClockTrusted = false;
  command(world, call, setSubject);
  world.isClockTrusted = true;
  command(world, call, setSubject);

  assert.deepEqual(world.taskEvents.map(codeOf), ['clock_untrusted', 'clock_untrusted']);
  assert.equal(world.host.invoked.length, 0);
});

test('a key that was used for another call is refused', () => {
  const world = startWorld();
  command(world, goodCall(world, 'k'), setSubject);
  const other = { ...channel40, primaryMhz: 5220, centerMhz: 5220 };
  const verdict = world.verdict('k', SET, other);
  const meta = { [metaKey.idempotencyKey]: 'k', [metaKey.verdict]: verdict };
  command(world, requestOf(world, SET, other, meta), setSubject);

  assert.deepEqual(world.taskEvents.map(codeOf), ['ok', 'key_reused']);
  assert.equal(world.host.invoked.length, 1);
});

test('a verdict is good for its own call alone', () => {
  const world = startWorld();
  const verdict = world.verdict('k', SET, channel40);
  const withVerdict = (key: string, bent: object, input: object = channel40) =>
    requestOf(world, SET, input, {
      [metaKey.idempotencyKey]: key,
      [metaKey.verdict]: { ...verdict, ...bent },
    });

  command(world, withVerdict('k', {}), setSubject);
  command(world, withVerdict('replayed', {}), setSubject);
  command(world, withVerdict('forged', { idempotencyKey: 'forged' }), setSubject);
  command(world, withVerdict('malformed', { signature: 'x' }), setSubject);
  const late = goodCall(world, 'late');
  world.clock.advance(400_000);
  Object.assign(late.params._meta, {
    [metaKey.issuedAt]: world.nowMs(),
    [metaKey.deadline]: world.nowMs() + 10_000,
  });
  command(world, late, setSubject);

  assert.deepEqual(world.taskEvents.map(codeOf), [
    'ok',
    'verdict_replayed',
    'verdict_invalid',
    'verdict_invalid',
    'verdict_expired',
  ]);
  assert.equal(world.host.invoked.length, 1);
});

test('a rule is held against the radio as it is now', () => {
  const world = startWorld();
  const call = goodCall(world, 'k');
  world.host.legal = { ...world.host.legal, pinned: true };
  command(world, call, setSubject);

  assert.notEqual(lastCode(world), 'ok');
  assert.equal(world.host.invoked.length, 0);
});

test('a call that the actor cannot take just now comes again until its deadline', () => {
  const world = startWorld();
  let tries = 0;
  world.host.invoke = (_, { call }, done) => {
    tries += 1;
    if (tries < 3) done({ ok: false, error: { code: 'overloaded', hint: 'Full.' } });
    else done({ ok: true, value: { silentMs: tries, callId: call.callId } });
  };
  command(world, goodCall(world, 'k'), setSubject);
  world.clock.advance(10_000);

  assert.deepEqual(world.taskEvents.map(codeOf), ['ok']);
  assert.equal(tries, 3);
});

test('a task is told and shown to who made it, and to nobody else', () => {
  const world = startWorld();
  world.host.meet = () => pending;
  command(world, goodCall(world, 'k'), setSubject);
  const params = { taskId: 'k', _meta: { [metaKey.protocolVersion]: '2026-07-28' } };
  const ask = (caller: string) =>
    world.ask(`airguard.hq.call.ap12.radio-0.tasks-get.${caller}`, {
      jsonrpc: '2.0',
      id: 1,
      method: 'tasks/get',
      params,
    })[0]!;

  assert.equal((ask('coordinator').result as { status: string }).status, 'working');
  assert.equal((ask('ap99').error as { code: number }).code, -32602);
  world.host.answer('coordinator/k', { ok: true, value: { silentMs: 1 } });
  assert.equal((ask('coordinator').result as { status: string }).status, 'completed');
});

test('another protocol version is answered with the one that is spoken', () => {
  const world = startWorld();
  const request = requestOf(
    world,
    'radio_get_state',
    {},
    { [metaKey.protocolVersion]: '2024-11-05' },
  );

  const [answer] = world.ask(stateSubject, request);

  const { code, data } = answer!.error as { code: number; data: { supported: string[] } };
  assert.equal(code, -32022);
  assert.deepEqual(data.supported, ['2026-07-28']);
});

test('clocks that differ do not keep a radio from being read', () => {
  const world = startWorld();
  const meta = {
    [metaKey.issuedAt]: world.nowMs() - 86_400_000,
    [metaKey.deadline]: world.nowMs() - 86_390_000,
  };

  const [skewed] = world.ask(stateSubject, requestOf(world, 'radio_get_state', {}, meta));
  const [late] = world.ask(
    stateSubject,
    requestOf(world, 'radio_get_state', {}, { [metaKey.deadline]: world.nowMs() - 1 }),
  );

  assert.equal((skewed!.result as { isError?: boolean }).isError, undefined);
  const { code } = (late!.result as { structuredContent: { code: string } }).structuredContent;
  assert.equal(code, 'deadline_passed');
});

test('a payload that is not what its hash says is refused', () => {
  const world = startWorld();
  const sha256 = 'a'.repeat(64);
  const payload = { uri: `nats-object://PAYLOADS/${sha256}`, sha256, bytes: 2 };
  world.cloud.objects('PAYLOADS').put(sha256, Buffer.from('{}'), () => {});
  world.clock.advance(1_000);
  const codes = [
    payload,
    { ...payload, uri: 'file:///etc/passwd' },
    'x',
    { ...payload, bytes: 1e12 },
  ].map((reference) => {
    const request = requestOf(world, 'radio_get_state', {}, { [metaKey.payload]: reference });
    const [answer] = world.ask(stateSubject, request);
    return (answer!.result as { structuredContent: { code: string } }).structuredContent.code;
  });

  assert.deepEqual(codes, Array(4).fill('invalid_arguments'));
  assert.equal(world.host.invoked.length, 0);
});

test('whatever bytes come, the door answers with a fault or keeps still, and lives', () => {
  const world = startWorld();
  const deep = Buffer.from(
    `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":${'['.repeat(200_000)}`,
  );
  const junk = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.json().map((text) => new Uint8Array(Buffer.from(text))),
    fc
      .record({
        jsonrpc: fc.constantFrom('2.0', '1.0', 2),
        id: fc.oneof(fc.integer(), fc.string(), fc.constant(null), fc.object()),
        method: fc.constantFrom(
          'tools/call',
          'tools/list',
          'tasks/get',
          'tasks/cancel',
          '__proto__',
        ),
        params: fc.oneof(
          fc.anything(),
          fc.record({ name: fc.string(), arguments: fc.anything(), _meta: fc.object() }),
        ),
      })
      .map((value) => new Uint8Array(Buffer.from(JSON.stringify(value) ?? ''))),
    fc.constant(new Uint8Array(deep)),
    fc.constant(new Uint8Array(900_000).fill(0x20)),
  );
  let count = 0;
  const names = fc.constantFrom('radio_get_state', 'tools-list', 'tasks-get', SET, 'x');
  fc.assert(
    fc.property(junk, names, (bytes, name) => {
      count += 1;
      const subject = `airguard.hq.call.ap12.radio-0.${name}.coordinator`;
      for (const answer of world.ask(subject, bytes)) assert(answer.error ?? answer.result);
      world.cloud.publish(`airguard.hq.control.ap12.radio-0.cancel.coordinator`, bytes);
      world.cloud.append(
        `airguard.hq.cmd.ap12.radio-0.${name}.coordinator`,
        bytes,
        { id: `junk-${count}` },
        () => {},
      );
      world.clock.advance(1_000);
    }),
    { numRuns: 150 },
  );

  assert.equal(world.host.invoked.length, 0);
  const { outcomes } = world.call({});
  world.clock.advance(1_000);
  assert.equal(outcomes[0]!.ok, true);
});

test('a cut-off request never makes a call', () => {
  const world = startWorld();
  const whole = Buffer.from(JSON.stringify(requestOf(world, 'radio_get_state', {})));
  for (let length = 0; length < whole.length; length += 7) {
    const [answer] = world.ask(stateSubject, new Uint8Array(whole.subarray(0, length)));
    assert.equal((answer!.error as { code: number }).code, -32700);
  }
  assert.equal(world.host.invoked.length, 0);
});
