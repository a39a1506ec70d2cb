/**
 * An auditor that lets one call through and refuses another, and notes how long the chains are; an operator sets rules and
 * lifts a quarantine.
 */
import { type AuditorContext, type AuditorInput, auditorMachine } from '#machines/auditor.ts';
import { type ChartModel, nobody } from '../chart-model.ts';

const input: AuditorInput = { address: 'hq/cloud/auditor' };

const call = {
  callId: 'call-1',
  target: 'hq/ap1/radio-0',
  tool: 'radio_set_channel',
  caller: 'coordinator',
};
const asked = { callId: 'call-2', by: 'operator', reason: '' };
const verdict = { verdictId: 'v', argumentsHash: '', observed: {} };
const refusal = { code: 'rule_broken', hint: '' };

const heads = (length: number) => [{ writer: 'hq/ap1', length, head: '' }];

export const auditorModel: ChartModel<null> = {
  role: 'auditor',
  machine: auditorMachine,
  inputs: [input],
  heard: () => [
    { type: 'call.judged', ...call, rule: null, outcome: { ok: true, value: { verdict } } },
    { type: 'call.judged', ...call, rule: 'power', outcome: { ok: false, error: refusal } },
    { type: 'policy.set', ...asked, name: 'house', policyHash: 'a' },
    { type: 'policy.set', ...asked, name: null, policyHash: null },
    { type: 'lift.requested', ...asked, node: 'ap1', was: true },
    { type: 'lift.requested', ...asked, node: 'ap1', was: false },
  ],
  ends: () => [{ output: heads(0) }, { output: heads(1) }, { error: 'no chain could be read' }],
  matters: (context) => (context as AuditorContext).anchored,
  asked: () => null,
  isAtWork: ({ value }) => value === 'watching',
  watcher: nobody,
};
