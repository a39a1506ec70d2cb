import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createActor } from 'xstate';
import { edgeNodeMachine } from '#machines/edge-node.ts';
import { port } from '#machines/port.ts';
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

test('a chart that was kept before ranges could be asked for hands them over too', () => {
  const { value, context, ...kept } = startNode().actor.getPersistedSnapshot() as unknown as {
    value: Record<string, unknown>;
    context: Record<string, unknown>;
  };
  const { recording: _, ...regions } = value;
  const { asked, handed, ...before } = context;
  assert.deepEqual([asked, handed], [null, []]);
  const asks: unknown[] = [];
  const actors = {
    look: port('look', () => {}),
    pulse: port('pulse', () => {}),
    handOver: port('handOver', ({ input }) => asks.push(input)),
  };
  const machine = edgeNodeMachine.provide({ actors } as never);
  const snapshot = { ...kept, value: regions, context: before } as never;
  const node = createActor(machine, { snapshot, input: settings });
  node.start();
  node.send({ type: 'capture.requested', callId: 'a', ...range });
  assert.deepEqual(asks, [{ callId: 'a', ...range, handed: [] }]);
  node.stop();
});

const settings = {
  radios: ['radio-0'],
  spectral: [],
  spectrumPeriodMs: 1_000,
  sweeps: 64,
  bins: 64,
};

function startNode() {
  return startChart(edgeNodeMachine, settings);
}

function answersOf({ emitted }: ReturnType<typeof startNode>) {
  // The chart's own words, which its types hold.
  return emitted.filter(({ type }) => type === 'call.answered') as unknown as {
    readonly callId: string;
    readonly outcome: { readonly ok: boolean };
  }[];
}
