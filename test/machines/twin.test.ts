import assert from 'node:assert/strict';
import { test } from 'node:test';
import { twinMachine } from '#machines/twin.ts';
import { startChart } from './start-chart.ts';

test('questions are worked off one after the other, each with its own answer', () => {
  const twin = startChart(twinMachine, {});
  for (const callId of ['a', 'b']) twin.send(asked(callId));
  assert.deepEqual(twin.asked(), ['reckon']);
  assert.equal((twin.inputOf('reckon') as { callId: string }).callId, 'a');
  twin.answer('reckon', { is: 'of a' });
  assert.equal((twin.inputOf('reckon') as { callId: string }).callId, 'b');
  twin.fail('reckon', 'reports: expected 2, came 1');
  assert.equal(twin.value(), 'idle');
  assert.deepEqual(
    twin.emitted.map(({ callId, outcome }) => [callId, outcome]),
    [
      ['a', { ok: true, value: { is: 'of a' } }],
      ['b', { ok: false, error: { code: 'failed', hint: 'reports: expected 2, came 1' } }],
    ],
  );
  assert.deepEqual(twin.context().answered, 1);
  assert.deepEqual(twin.context().refused, { failed: 1 });
});

test('more than can wait is turned away, and counted', () => {
  const twin = startChart(twinMachine, {});
  for (let index = 0; index < 10; index += 1) twin.send(asked(`call-${index}`));
  const { waiting, refused } = twin.context() as { waiting: unknown[]; refused: object };
  assert.deepEqual([waiting.length, refused], [4, { busy: 6 }]);
});

function asked(callId: string) {
  return {
    type: 'question.asked',
    question: { callId, tool: 'twin_evaluate', arguments: {} },
  };
}
