/** A policy that is asked for scores, alone, among many and badly, and given another model. */
import { type PolicyContext, policyMachine, RADIOS_AT_ONCE } from '#machines/policy.ts';
import { type ChartModel, nobody } from '../chart-model.ts';

const error = { code: 'other_model', hint: '' };
const radios = RADIOS_AT_ONCE / 2;

export const policyModel: ChartModel<null> = {
  role: 'policy',
  machine: policyMachine,
  inputs: [{ waitMs: 5 }],
  heard: () => [
    { type: 'evaluation.requested', callId: 'call-1', radios },
    { type: 'evaluation.refused', callId: 'call-2', error },
    { type: 'model.loaded', modelHash: 'b', before: 'a' },
  ],
  ends: () => [
    { output: { answers: [{ callId: 'call-1', outcome: { ok: false, error } }] } },
    { error: 'the model is damaged' },
  ],
  matters: (context) => Math.min((context as PolicyContext).waitingRadios, RADIOS_AT_ONCE),
  asked: () => null,
  isAtWork: ({ value }) => value === 'idle',
  watcher: nobody,
};
