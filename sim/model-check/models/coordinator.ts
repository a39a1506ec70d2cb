/**
 * A coordinator with one plan of two changes, whoever approves it or not, a twin that answers or not, and
 * radios and an auditor that agree or refuse. The watcher keeps what was approved.
 */
import type { EventObject } from 'xstate';
import { coordinatorMachine } from '#machines/coordinator.ts';
import {
  applyId,
  type CoordinatorContext,
  type CoordinatorInput,
  checkId,
  moveId,
  type Search,
  twinId,
} from '#machines/coordinator-words.ts';
import { channelFromNumber } from '#protocols/channels.ts';
import type { Change } from '#protocols/events/coordinator.ts';
import type { ChartModel, OpenPort, PortEnd, Situation } from '../chart-model.ts';

/** The plan that may be carried out, by its id; null while none may. */
type Approved = string | null;

interface Said extends EventObject {
  readonly [field: string]: unknown;
}

const [from, to] = [36, 44].map(
  (number) => channelFromNumber({ band: '5', number, widthMhz: 20 })!,
) as [Change['to'], Change['to']];

const changes = ['a', 'b'].map((changeId): Change => {
  const radio = `hq/${changeId}/radio-0`;
  return {
    changeId,
    radio,
    from,
    to,
    reason: '',
    evidence: [],
    expectedBefore: 0.5,
    expectedAfter: 0.9,
  };
});
const plan = { planId: 'plan', baseVersion: 0, strategy: 'coordinator', changes };
const planHash = 'hash';
const refusal = { ok: false, error: { code: 'rule_broken', hint: '' } } as const;
const ROUNDS = 2;

const input: CoordinatorInput = {
  address: 'hq/cloud/coordinator' as CoordinatorInput['address'],
  auditor: 'hq/cloud/auditor' as CoordinatorInput['auditor'],
  twin: 'hq/cloud/twin' as CoordinatorInput['twin'],
  strategy: 'coordinator',
  planPeriodMs: 600_000,
  reactMs: 5_000,
  settleMs: 60_000,
};

export function coordinatorModel(machine = coordinatorMachine): ChartModel<Approved> {
  return {
    role: 'coordinator',
    machine,
    inputs: [input],
    heard,
    ends,
    matters,
    asked: () => null,
    isAtWork: (snapshot) => snapshot.matches('observing'),
    watcher: {
      begins: null,
      note: ({ seen }, step, { snapshot }) => {
        if (step.kind === 'heard' && step.event.type === 'plan.approved') {
          const { planId, planHash: hash } = step.event as Said &
            typeof plan & { planHash: string };
          return hash === planHash ? planId : seen;
        }
        const { work } = snapshot.context as CoordinatorContext;
        return work === null ? null : seen;
      },
      broken,
    },
  };
}

function broken({ snapshot, seen }: Situation<Approved>): string | undefined {
  const { work } = snapshot.context as CoordinatorContext;
  if (work === null) return undefined;
  if (!work.reverting && seen !== work.planId) return 'It carries out a plan that nobody approved.';
  const bare = work.items.some(
    ({ stage, verdict }) => (stage === 'moving' || stage === 'moved') && verdict === null,
  );
  return bare ? 'It moves a radio without a verdict.' : undefined;
}

function matters(context: unknown) {
  const { urgent, proposed, search, work, lastApplied, asking } = context as CoordinatorContext;
  return {
    urgent,
    proposed: proposed !== null,
    search: search && [search.round, search.answer?.ok ?? null],
    work: work && [
      work.reverting,
      work.items.map(({ change, stage, verdict }) => [change.changeId, stage, verdict !== null]),
    ],
    lastApplied: lastApplied?.changes.length,
    asking: asking !== null,
  };
}

/** Besides what others say: the answers to all calls that are out. */
function heard({ snapshot }: Situation<Approved>): Said[] {
  const { work, search, decisions } = snapshot.context as CoordinatorContext;
  const returned = (callId: string, value: unknown): Said[] =>
    [{ ok: true, value }, refusal].map((outcome) => ({ type: 'call.returned', callId, outcome }));
  const source = changes[0]!.radio;
  const back = { source, key: moveId(changes[0]!), reason: '' };
  return [
    { type: 'channel.changed', source },
    { type: 'interferer.detected', source },
    { type: 'trial.ended', ...back, outcome: 'went-back' },
    { type: 'trial.ended', ...back, outcome: 'confirmed' },
    { type: 'plan.requested', callId: 'call-1', radios: null },
    { type: 'plan.approved', planId: plan.planId, planHash },
    { type: 'plan.approved', planId: plan.planId, planHash: 'another' },
    { type: 'plan.recalled', planId: plan.planId },
    ...(search?.answer === null ? returned(twinId(search), {}) : []),
    ...(work?.items ?? []).flatMap(({ change, stage }) => {
      if (stage === 'checking') return returned(checkId(change), { verdict: { verdictId: 'v' } });
      return stage === 'moving' ? returned(moveId(change), {}) : [];
    }),
    ...(snapshot.matches('awaiting') ? returned(applyId(plan.planId), {}) : []),
    ...(decisions.length > 0 ? returned(`${plan.planId}-score`, {}) : []),
  ];
}

function ends({ name, input: asked }: OpenPort, { snapshot }: Situation<Approved>): PortEnd[] {
  const { search, work } = snapshot.context as CoordinatorContext;
  const failed = { error: 'it failed' };
  switch (name) {
    case 'plan':
    case 'weigh': {
      const round = (search?.round ?? 0) + 1;
      const next: Search = { planId: plan.planId, round, question: {}, state: {}, answer: null };
      const made = { atMs: 0, proposed: { plan, planHash } };
      return [
        { output: made },
        { output: { atMs: 0, proposed: null } },
        ...(round > ROUNDS ? [] : [{ output: { atMs: 0, proposed: null, search: next } }]),
        failed,
      ];
    }
    case 'approve':
      return [{ output: { approver: 'rule:clear-gain' } }, failed];
    case 'measure': {
      const { changes: moved } = asked as { changes: readonly Change[] };
      const of = (worse: boolean) => ({
        question: work?.reverting ? null : {},
        measured: moved.map(({ changeId }) => ({ changeId, before: 0.5, after: 0.5, worse })),
      });
      return [{ output: of(false) }, { output: of(true) }, failed];
    }
    default:
      throw new Error(`the model of the coordinator says nothing of port '${name}'`);
  }
}
