import assert from 'node:assert/strict';
import { test } from 'node:test';
import { coordinatorMachine } from '#machines/coordinator.ts';
import type { Channel } from '#protocols/channels.ts';
import { startChart } from './start-chart.ts';

const channel1: Channel = { band: '2.4', primaryMhz: 2412, centerMhz: 2412, widthMhz: 20 };
const channel6: Channel = { band: '2.4', primaryMhz: 2437, centerMhz: 2437, widthMhz: 20 };

test('plans soon after something foreign was heard, and otherwise from time to time', () => {
  const calm = start();
  calm.pass(299_999);
  assert.deepEqual(calm.asked(), []);
  calm.pass(1);
  assert.deepEqual(calm.asked(), ['plan']);

  const alarmed = start();
  alarmed.send({ type: 'interferer.detected', source: 'hq/ap1/radio-0' });
  alarmed.pass(2_000);
  assert.deepEqual(alarmed.asked(), ['plan']);
});

test('applies a plan only after its own approval came back through the door', () => {
  const coordinator = approved();
  assert.deepEqual(coordinator.calls(), ['coordinator_apply_plan']);
  coordinator.send({ type: 'plan.approved', planId: 'p1', planHash: 'not the hash' });
  assert.equal(coordinator.value(), 'awaiting');
  coordinator.send({ type: 'plan.approved', planId: 'p1', planHash });
  assert.deepEqual(coordinator.calls(), ['coordinator_apply_plan', 'auditor_check']);
});

test('moves no radio without the verdict for that very call', () => {
  const coordinator = applying();
  coordinator.send(returned('p1-0-check', { verdict: { verdictId: 'v1' } }));
  const move = coordinator.emitted.findLast(({ type }) => type === 'call.requested');
  assert.equal(move?.tool, 'radio_set_channel');
  assert.deepEqual(move?.verdict, { verdictId: 'v1' });

  const refused = applying();
  refused.send(turnedDown('p1-0-check', 'rule_broken'));
  assert(!refused.calls().includes('radio_set_channel'));
  assert.deepEqual(refused.value(), { observing: 'calm' });
  assert(refused.emitted.some(({ type }) => type === 'change.refused'));
});

test('confirms what measured well', () => {
  const coordinator = moved();
  coordinator.answer('measure', {
    measured: [{ changeId: 'p1-0', before: 0.3, after: 0.9, worse: false }],
    question: null,
  });
  assert(coordinator.emitted.some(({ type }) => type === 'change.confirmed'));
  assert.deepEqual(coordinator.value(), { observing: 'calm' });
});

test('what it moves has to be confirmed, what measured well it confirms, and the way back is for good', () => {
  const coordinator = moved();
  const asked = (tool: string) =>
    coordinator.emitted.filter((one) => one.type === 'call.requested' && one.tool === tool);
  const [move] = asked('radio_set_channel');
  const given = move?.arguments as { confirmWithinMs: number } | undefined;
  assert((given?.confirmWithinMs ?? 0) > 20 * 60_000);
  coordinator.answer('measure', {
    measured: [{ changeId: 'p1-0', before: 0.3, after: 0.9, worse: false }],
  });
  assert.deepEqual(
    asked('radio_confirm_change').map(({ target, arguments: given }) => [target, given]),
    [[move?.target, { key: 'p1-0-move' }]],
  );

  const worse = moved();
  worse.answer('measure', {
    measured: [{ changeId: 'p1-0', before: 0.9, after: 0.3, worse: true }],
  });
  worse.send(returned('p1-0-back-check', { verdict: { verdictId: 'v2' } }));
  const back = worse.emitted.findLast((one) => one.tool === 'radio_set_channel');
  assert(!('confirmWithinMs' in ((back?.arguments ?? {}) as object)));
  assert(!worse.emitted.some((one) => one.tool === 'radio_confirm_change'));
});

test('a change that its radio took back is noted, and not measured', () => {
  const coordinator = moved();
  const source = 'hq/ap1/radio-0';
  const reason = 'The radio is as it was before the change.';
  coordinator.send({ type: 'trial.ended', source, key: 'p1-0-move', outcome: 'went-back', reason });
  assert(coordinator.emitted.some(({ type }) => type === 'change.reverted'));
  const [decision] = coordinator.context().decisions as { outcome: string }[];
  assert.equal(decision?.outcome, 'taken back by the radio');
});

test('takes back what measured worse, again with a verdict', () => {
  const coordinator = moved();
  coordinator.answer('measure', {
    measured: [{ changeId: 'p1-0', before: 0.9, after: 0.3, worse: true }],
    question: null,
  });
  const check = coordinator.emitted.findLast(({ type }) => type === 'call.requested');
  assert.equal(check?.tool, 'auditor_check');
  coordinator.send(returned('p1-0-back-check', { verdict: { verdictId: 'v2' } }));
  const move = coordinator.emitted.findLast(({ type }) => type === 'call.requested');
  assert.deepEqual(move?.arguments, channel1);
  coordinator.send(returned('p1-0-back-move', { silentMs: 0 }));
  assert.deepEqual(coordinator.value(), { observing: 'calm' });
});

test('a plan that a person asked for is answered and left for a person to approve', () => {
  const coordinator = start();
  coordinator.send({ type: 'plan.requested', callId: 'ask', radios: null });
  coordinator.answer('plan', { atMs: 5, proposed: { plan, planHash } });
  const answer = coordinator.emitted.find(({ type }) => type === 'call.answered');
  assert.deepEqual(answer?.outcome, { ok: true, value: { plan, planHash } });
  assert.deepEqual(coordinator.calls(), []);
  coordinator.send({ type: 'plan.approved', planId: 'p1', planHash });
  assert.deepEqual(coordinator.calls(), ['auditor_check']);
});

test('asks the twin before it proposes, and goes on with whatever comes back', () => {
  for (const answer of [
    returned('p1-twin-1', { outlooks: [] }),
    turnedDown('p1-twin-1', 'offline'),
  ]) {
    const coordinator = start();
    coordinator.pass(300_000);
    const search = {
      planId: 'p1',
      round: 1,
      question: { candidates: [] },
      state: {},
      answer: null,
    };
    coordinator.answer('plan', { atMs: 5, proposed: null, search });
    assert.equal(coordinator.value(), 'simulating');
    assert.deepEqual(coordinator.calls(), ['twin_evaluate']);
    coordinator.send(returned('somebody-elses', {}));
    assert.equal(coordinator.value(), 'simulating');
    coordinator.send(answer);
    assert.equal(coordinator.value(), 'weighing');
    coordinator.answer('weigh', { atMs: 6, proposed: { plan, planHash } });
    assert.equal(coordinator.value(), 'approving');
  }
});

test('a change of power is a call of its own, and is taken back to what it was', () => {
  const change = { ...plan.changes[0]!, to: channel1, power: { fromDbm: 20, toDbm: 14 } };
  const coordinator = start();
  coordinator.pass(300_000);
  const proposed = { plan: { ...plan, changes: [change] }, planHash };
  coordinator.answer('plan', { atMs: 5, proposed });
  coordinator.answer('approve', { approvalId: 'a1', approver: 'rule:test' });
  coordinator.send({ type: 'plan.approved', planId: 'p1', planHash });
  coordinator.send(returned('p1-0-check', { verdict: { verdictId: 'v1' } }));
  const told = () => coordinator.emitted.findLast(({ type }) => type === 'call.requested');
  assert.equal(told()?.tool, 'radio_set_power');
  assert.partialDeepStrictEqual(told()?.arguments, { eirpDbm: 14 });
  coordinator.send(returned('p1-0-move', { eirpDbm: 14 }));
  coordinator.pass(60_000);
  coordinator.answer('measure', {
    measured: [{ changeId: 'p1-0', before: 0.9, after: 0.3, worse: true }],
    question: null,
  });
  coordinator.send(returned('p1-0-back-check', { verdict: { verdictId: 'v2' } }));
  assert.deepEqual(told()?.arguments, { eirpDbm: 20 });
});

test('asks the twin afterwards what a plan was worth', () => {
  const coordinator = moved();
  coordinator.answer('measure', {
    measured: [{ changeId: 'p1-0', before: 0.3, after: 0.9, worse: false }],
    question: { before: [], after: [], settings: [] },
  });
  assert(coordinator.calls().includes('twin_score_decision'));
});

const planHash = 'f'.repeat(64);
const plan = {
  planId: 'p1',
  baseVersion: 0,
  strategy: 'thompson',
  changes: [
    {
      changeId: 'p1-0',
      radio: 'hq/ap1/radio-0',
      from: channel1,
      to: channel6,
      reason: 'for the test',
      evidence: [],
      expectedBefore: 0.3,
      expectedAfter: 0.9,
    },
  ],
};

function start() {
  const chart = startChart(coordinatorMachine, {
    address: 'hq/cloud/coordinator',
    auditor: 'hq/cloud/auditor',
    twin: 'hq/cloud/twin',
    strategy: 'thompson',
    planPeriodMs: 300_000,
    reactMs: 2_000,
    settleMs: 60_000,
  });
  const calls = () =>
    chart.emitted.filter(({ type }) => type === 'call.requested').map(({ tool }) => tool);
  return { ...chart, calls };
}

/** A plan made and signed by the autonomy rule. */
function approved() {
  const coordinator = start();
  coordinator.pass(300_000);
  coordinator.answer('plan', { atMs: 5, proposed: { plan, planHash } });
  coordinator.answer('approve', { approvalId: 'a1', approver: 'rule:test' });
  return coordinator;
}

function applying() {
  const coordinator = approved();
  coordinator.send({ type: 'plan.approved', planId: 'p1', planHash });
  return coordinator;
}

/** The change is made and has settled. */
function moved() {
  const coordinator = applying();
  coordinator.send(returned('p1-0-check', { verdict: { verdictId: 'v1' } }));
  coordinator.send(returned('p1-0-move', { silentMs: 0 }));
  coordinator.pass(60_000);
  return coordinator;
}

const returned = (callId: string, value: unknown) => ({
  type: 'call.returned',
  callId,
  outcome: { ok: true, value },
});

const turnedDown = (callId: string, code: string) => ({
  type: 'call.returned',
  callId,
  outcome: { ok: false, error: { code, hint: 'for the test' } },
});
