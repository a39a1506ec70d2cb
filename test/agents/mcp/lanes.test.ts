import assert from 'node:assert/strict';
import test from 'node:test';
import { pending } from '#agents/body.ts';
import { startWorld } from './mcp-world.ts';
import { channel40 } from './tiny-host.ts';

test('a live call is answered with the state of the radio', () => {
  const { call, clock, host } = startWorld();

  const { outcomes } = call({});
  clock.advance(100);

  assert.equal(outcomes.length, 1);
  assert(outcomes[0]!.ok);
  assert.equal((outcomes[0]!.value as { doing: string }).doing, 'serving');
  assert.equal(host.invoked.length, 1);
});

test('a live call to where nobody is fails at once', () => {
  const { call, clock } = startWorld();

  const { outcomes } = call({ target: 'hq/nowhere/radio-0' });
  clock.advance(100);

  assert.deepEqual(
    outcomes.map((outcome) => !outcome.ok && outcome.error.code),
    ['not_reachable'],
  );
});

test('a call whose arguments do not fit never leaves', () => {
  const { call, clock, host } = startWorld();

  const { outcomes } = call({ arguments: { surplus: 1 } });
  assert.equal(outcomes.length, 0);
  clock.advance(100);

  assert.deepEqual(
    outcomes.map((outcome) => !outcome.ok && outcome.error.code),
    ['invalid_arguments'],
  );
  assert.equal(host.notes.length, 0);
});

test('an actuation with a verdict takes effect once and tells its outcome once', () => {
  const { call, clock, host, verdict, taskEvents } = startWorld();
  const input = channel40;

  const { outcomes } = call({
    tool: 'radio_set_channel',
    arguments: input,
    verdict: verdict('k-1', 'radio_set_channel', input),
  });
  clock.advance(60_000);

  assert.deepEqual(outcomes, [{ ok: true, value: { silentMs: 0 } }]);
  assert.equal(host.invoked.length, 1);
  assert.match(host.invoked[0]!.verdictId ?? '', /^auditor\//);
  assert.deepEqual(
    taskEvents.map(({ status }) => status),
    ['completed'],
  );
});

test('an actuation waits for an edge that is away, until its deadline', () => {
  const { call, clock, network, verdict, host } = startWorld();
  network.setLink('ap12', 'down');
  clock.advance(5_000);

  const kept = call({
    callId: 'kept',
    tool: 'radio_set_channel',
    arguments: channel40,
    verdict: verdict('kept', 'radio_set_channel', channel40),
    timeoutMs: 120_000,
  });
  const late = call({
    callId: 'late',
    tool: 'radio_set_channel',
    arguments: channel40,
    verdict: verdict('late', 'radio_set_channel', channel40),
    timeoutMs: 10_000,
  });
  clock.advance(30_000);
  assert.equal(kept.outcomes.length, 0);
  assert.deepEqual(
    late.outcomes.map((outcome) => !outcome.ok && outcome.error.code),
    ['timed_out'],
  );
  network.setLink('ap12', 'up');
  clock.advance(30_000);

  assert.deepEqual(kept.outcomes, [{ ok: true, value: { silentMs: 0 } }]);
  assert.deepEqual(
    host.invoked.map(({ callId }) => callId),
    ['coordinator/kept'],
  );
  assert.equal(late.outcomes.length, 1);
});

test('an outcome whose event is lost is asked for', () => {
  const { call, clock, network, verdict, host } = startWorld();
  host.meet = () => pending;

  const { outcomes } = call({
    tool: 'radio_set_channel',
    arguments: channel40,
    verdict: verdict('k-1', 'radio_set_channel', channel40),
    timeoutMs: 120_000,
  });
  clock.advance(2_000);
  network.setLink('ap12', 'down');
  clock.advance(5_000);
  host.answer('coordinator/k-1', { ok: true, value: { silentMs: 0 } });
  clock.advance(5_000);
  assert.equal(outcomes.length, 0);
  network.setLink('ap12', 'up');
  clock.advance(20_000);

  assert.deepEqual(outcomes, [{ ok: true, value: { silentMs: 0 } }]);
});

test('a call handed in again after a restart attaches to the same task', () => {
  const { call, clock, verdict, host } = startWorld();
  host.meet = () => pending;
  const request = {
    tool: 'radio_set_channel',
    arguments: channel40,
    verdict: verdict('k-1', 'radio_set_channel', channel40),
  };

  const first = call(request);
  clock.advance(1_000);
  const again = call(request);
  clock.advance(1_000);
  host.answer('coordinator/k-1', { ok: true, value: { silentMs: 5 } });
  clock.advance(5_000);

  assert.deepEqual(first.outcomes, [{ ok: true, value: { silentMs: 5 } }]);
  assert.deepEqual(again.outcomes, first.outcomes);
  const afterwards = call(request);
  clock.advance(5_000);
  assert.deepEqual(afterwards.outcomes, first.outcomes);
  assert.equal(host.invoked.length, 1);
});

test('a long live call tells progress that grows', () => {
  const { call, clock, host } = startWorld();
  host.meet = () => pending;

  const { outcomes, progress } = call({});
  clock.advance(3_500);
  host.answer(host.invoked[0]!.callId, { ok: false, error: { code: 'busy', hint: 'Later.' } });
  clock.advance(100);

  assert.deepEqual(
    progress.map((told) => told.progress),
    [1, 2, 3],
  );
  assert.deepEqual(outcomes, [{ ok: false, error: { code: 'busy', hint: 'Later.' } }]);
});

test('a live call that is cancelled is abandoned', () => {
  const { call, clock, host } = startWorld();
  host.meet = () => pending;

  const { outcomes, progress, revoke } = call({});
  clock.advance(100);
  revoke();
  clock.advance(5_000);
  host.answer(host.invoked[0]!.callId, { ok: false, error: { code: 'busy', hint: 'Later.' } });
  clock.advance(100);

  assert.deepEqual(
    outcomes.map((outcome) => !outcome.ok && outcome.error.code),
    ['cancelled'],
  );
  assert.equal(progress.length, 0);
});

test('a durable call cancelled before it comes is refused when it does', () => {
  const { ask, call, clock, verdict, host, taskEvents } = startWorld();
  const params = {
    taskId: 'k-1',
    _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' },
  };
  const subject = `airguard.hq.call.ap12.radio-0.tasks-cancel.coordinator`;

  const [answer] = ask(subject, { jsonrpc: '2.0', id: 1, method: 'tasks/cancel', params });
  assert.deepEqual(answer!.result, { resultType: 'complete' });
  const { outcomes } = call({
    tool: 'radio_set_channel',
    arguments: channel40,
    verdict: verdict('k-1', 'radio_set_channel', channel40),
  });
  clock.advance(10_000);

  assert.deepEqual(
    outcomes.map((outcome) => !outcome.ok && outcome.error.code),
    ['cancelled'],
  );
  assert.equal(host.invoked.length, 0);
  assert(taskEvents.every(({ status }) => status === 'cancelled'));
});

test('a durable call cancelled after it has come ends as it ends', () => {
  const { call, clock, verdict, host } = startWorld();
  host.meet = () => pending;

  const { outcomes, revoke } = call({
    tool: 'radio_set_channel',
    arguments: channel40,
    verdict: verdict('k-1', 'radio_set_channel', channel40),
  });
  clock.advance(1_000);
  revoke();
  clock.advance(1_000);
  assert.equal(outcomes.length, 0);
  host.answer('coordinator/k-1', { ok: true, value: { silentMs: 9 } });
  clock.advance(1_000);

  assert.deepEqual(outcomes, [{ ok: true, value: { silentMs: 9 } }]);
});

test('an administration is admitted with an approval and refused without', () => {
  const { call, clock, host, approval } = startWorld();
  const input = { pinned: true, reason: 'Measuring here.' };

  const without = call({ callId: 'a', tool: 'radio_pin', arguments: input }, 'operator');
  const stale = call(
    {
      callId: 'b',
      tool: 'radio_pin',
      arguments: input,
      approval: approval('radio_pin', input, 'b'),
    },
    'operator',
  );
  host.base = 8;
  clock.advance(5_000);
  const good = call(
    {
      callId: 'c',
      tool: 'radio_pin',
      arguments: input,
      approval: approval('radio_pin', input, 'c'),
    },
    'operator',
  );
  clock.advance(5_000);

  assert.deepEqual(
    [without, stale].map(({ outcomes: [outcome] }) => !outcome!.ok && outcome!.error.code),
    ['approval_missing', 'approval_stale'],
  );
  assert.deepEqual(good.outcomes, [{ ok: true, value: { pinned: true } }]);
});

test('a result too large for a message travels by its hash', () => {
  const { call, clock, host } = startWorld();
  const neighbours = Array.from({ length: 6_000 }, (_, index) => ({
    id: `neighbour-${index}`,
    channel: channel40,
    rssiDbm: -60.25,
    load: null,
    managed: false,
  }));
  host.meet = () => ({ ok: true, value: { neighbours } });

  const { outcomes } = call({ tool: 'radio_list_neighbours' });
  clock.advance(5_000);

  assert.deepEqual(outcomes, [{ ok: true, value: { neighbours } }]);
});
