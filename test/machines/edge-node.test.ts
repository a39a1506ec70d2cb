import assert from 'node:assert/strict';
import { test } from 'node:test';
import { edgeNodeMachine } from '#machines/edge-node.ts';
import { startChart } from './start-chart.ts';

const range = { radio: 'radio-0', fromMs: 1_000, toMs: 2_000 };

test('hands over one range at a time, and remembers what counts against the quota', () => {
  const node = startNode();
  node.send({ type: 'capture.requested', callId: 'a', ...range });
  node.send({ type: 'capture.requested', callId: 'b', ...range });
  const [refused] = answersOf(node);
  assert(refused !== undefined && refused.callId === 'b' && !refused.outcome.ok);
  assert.deepEqual(node.inputOf('handOver'), { callId: 'a', ...range, handed: [] });

  const handed = [{ atMs: 5, sha256: 'ff', bytes: 7 }];
  node.answer('handOver', { outcome: { ok: true, value: 'there' }, handed });
  assert.deepEqual(answersOf(node)[1], {
    type: 'call.answered',
    callId: 'a',
    outcome: { ok: true, value: 'there' },
  });
  node.send({ type: 'capture.requested', callId: 'c', ...range });
  assert.deepEqual(node.inputOf('handOver'), { callId: 'c', ...range, handed });
});

test('answers also when handing over failed, and can be asked again', () => {
  const node = startNode();
  node.send({ type: 'capture.requested', callId: 'a', ...range });
  node.fail('handOver', 'broken');
  const [answer] = answersOf(node);
  assert(answer !== undefined && answer.callId === 'a' && !answer.outcome.ok);
  node.send({ type: 'capture.requested', callId: 'b', ...range });
  assert.deepEqual(node.asked(), ['handOver']);
});

function startNode() {
  return startChart(edgeNodeMachine, {
    radios: ['radio-0'],
    spectral: [],
    spectrumPeriodMs: 1_000,
    sweeps: 64,
    bins: 64,
  });
}

function answersOf({ emitted }: ReturnType<typeof startNode>) {
  // The chart's own words, which its types hold.
  return emitted.filter(({ type }) => type === 'call.answered') as unknown as {
    readonly callId: string;
    readonly outcome: { readonly ok: boolean };
  }[];
}
