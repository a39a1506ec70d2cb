/** A learner that one node tells what it learned, well or badly, and that is asked to go back. */
import { type LearnerContext, learnerMachine } from '#machines/learner.ts';
import { type ChartModel, nobody } from '../chart-model.ts';

const ended = { round: 1, atMs: 0, nodes: 1, rule: 'mean', lossBefore: 1, lossAfter: 0 };
const error = { code: 'bad_update', hint: '' };

export const learnerModel: ChartModel<null> = {
  role: 'learner',
  machine: learnerMachine,
  inputs: [{ address: 'hq/cloud/learner', modelHash: 'a', roundPeriodMs: 60_000 }],
  heard: () => [
    { type: 'update.judged', callId: 'call-1', node: 'ap1', error: null },
    { type: 'update.judged', callId: 'call-2', node: 'ap1', error },
    { type: 'rollback.requested', callId: 'call-3', modelHash: 'b', isKept: true },
    { type: 'rollback.requested', callId: 'call-4', modelHash: 'c', isKept: false },
  ],
  ends: () => [
    { output: { ...ended, isAccepted: true, modelHash: 'b' } },
    { output: { ...ended, isAccepted: false, modelHash: 'a', nodes: 0 } },
    { error: 'the runtime ended' },
  ],
  matters: (context) => (context as LearnerContext).took,
  asked: () => null,
  isAtWork: ({ value }) => value === 'collecting',
  watcher: nobody,
};
