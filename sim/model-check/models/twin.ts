/** A twin that is asked more than it can take, and that answers or refuses. */
import { type TwinContext, twinMachine } from '#machines/twin.ts';
import { type ChartModel, nobody } from '../chart-model.ts';

const question = { callId: 'call-1', tool: 'twin_evaluate', arguments: {} };

export const twinModel: ChartModel<null> = {
  role: 'twin',
  machine: twinMachine,
  inputs: [{}],
  heard: () => [{ type: 'question.asked', question }],
  ends: () => [{ output: {} }, { error: 'the reports do not fit each other' }],
  matters: (context) => (context as TwinContext).waiting.length,
  asked: () => null,
  isAtWork: ({ value }) => value === 'idle',
  watcher: nobody,
};
