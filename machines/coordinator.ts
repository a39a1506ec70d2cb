/**
 * The coordinator of a site. It watches what the radios report; from time to time, and soon after
 * something foreign fills a channel, it makes a plan. An approved plan is applied: each change gets
 * the auditor's verdict, the radio moves, the effect is measured, and a change that made things
 * worse is taken back.
 */
import { assign, enqueueActions, setup } from 'xstate';
import type { Outcome } from '#protocols/errors.ts';
import type { EventData } from '#protocols/event.ts';
import type { Change, changeConfirmed, Plan } from '#protocols/events/coordinator.ts';
import type { Address } from '#protocols/ids.ts';
import type { Approval, Verdict } from '#protocols/verdict.ts';
import type { CallReturned, HostEffect, MachineMeta } from './effects.ts';
import { port } from './port.ts';

export interface CoordinatorInput {
  readonly address: Address;
  readonly auditor: Address;
  readonly strategy: string;
  readonly planPeriodMs: number;
  /** From the first report of an interferer to the plan that answers it. */
  readonly reactMs: number;
  /** From a move to the measurement of its effect. */
  readonly settleMs: number;
}

export interface Proposed {
  readonly plan: Plan;
  readonly planHash: string;
}

type Stage = 'checking' | 'cleared' | 'moving' | 'moved' | 'refused';

interface Item {
  readonly change: Change;
  readonly stage: Stage;
  readonly verdict: Verdict | null;
}

/** A plan under way. */
export interface Work {
  readonly planId: string;
  readonly reverting: boolean;
  readonly items: readonly Item[];
}

export interface Decision {
  readonly changeId: string;
  readonly atMs: number;
  readonly radio: string;
  readonly outcome: string;
  readonly reason: string;
  readonly evidence: readonly string[];
}

export interface Measured {
  readonly changeId: string;
  readonly before: number;
  readonly after: number;
  /** True when worse by more than the measurements scatter. */
  readonly worse: boolean;
}

export interface CoordinatorContext extends CoordinatorInput {
  readonly baseVersion: number;
  /** Something foreign was heard since the last plan. */
  readonly urgent: boolean;
  readonly proposed: Proposed | null;
  readonly work: Work | null;
  readonly lastApplied: Plan | null;
  readonly asking: { readonly callId: string; readonly radios: readonly string[] | null } | null;
  readonly decisions: readonly Decision[];
}

export type PlanInput = Pick<CoordinatorContext, 'strategy' | 'baseVersion'> & {
  /** Only these; all when null. */
  readonly radios: readonly string[] | null;
};

export type CoordinatorEvent =
  | CallReturned
  | { readonly type: 'channel.changed'; readonly source: Address }
  | { readonly type: 'interferer.detected'; readonly source: Address }
  | {
      readonly type: 'plan.requested';
      readonly callId: string;
      readonly radios: readonly string[] | null;
    }
  | { readonly type: 'plan.approved'; readonly planId: string; readonly planHash: string }
  | { readonly type: 'plan.recalled'; readonly planId: string };

type Decided = { readonly planId: string; readonly change: Change; readonly detail: string };
type Published =
  | ({ readonly type: 'plan.proposed' } & Plan)
  | ({ readonly type: 'change.applied' } & Decided)
  | ({ readonly type: 'change.refused' } & Decided)
  | ({ readonly type: 'change.confirmed' } & EventData<typeof changeConfirmed>)
  | ({ readonly type: 'change.reverted' } & EventData<typeof changeConfirmed>);

const remembered = 200;
/** A durable call may wait for a silence of ten minutes on the way. */
const moveTimeoutMs = 20 * 60_000;

const checkId = (change: Change) => `${change.changeId}-check`;
const moveId = (change: Change) => `${change.changeId}-move`;
const applyId = (planId: string) => `${planId}-apply`;

export const coordinatorMachine = setup({
  types: {
    input: {} as CoordinatorInput,
    context: {} as CoordinatorContext,
    events: {} as CoordinatorEvent,
    emitted: {} as Published | HostEffect,
    meta: {} as MachineMeta,
  },
  actors: {
    plan: port<{ atMs: number; proposed: Proposed | null }, PlanInput>('plan'),
    approve: port<Approval, Proposed>('approve'),
    measure: port<{ readonly measured: readonly Measured[] }, { changes: readonly Change[] }>(
      'measure',
    ),
  },
  actions: {
    beAlarmed: assign({ urgent: true }),
    beCalm: assign({ urgent: false }),
    rebase: assign({ baseVersion: ({ context }) => context.baseVersion + 1 }),
    ask: assign(
      (_, asking: { callId: string; radios: readonly string[] | null }) => ({ asking }),
    ),
    propose: enqueueActions(
      ({ context, enqueue }, { atMs, proposed }: { atMs: number; proposed: Proposed }) => {
        enqueue.emit({ type: 'plan.proposed', ...proposed.plan });
        const fresh = proposed.plan.changes.map((change) => ({
          changeId: change.changeId,
          atMs,
          radio: change.radio,
          outcome: 'proposed',
          reason: change.reason,
          evidence: change.evidence,
        }));
        enqueue.assign({
          proposed,
          decisions: [...fresh, ...context.decisions].slice(0, remembered),
        });
      },
    ),
    answerPlan: enqueueActions(
      ({ context, enqueue }, { proposed }: { proposed: Proposed | null }) => {
        if (context.asking === null) return;
        const outcome: Outcome<unknown> =
          proposed === null
            ? {
                ok: false,
                error: {
                  code: 'nothing_better',
                  hint: 'No move is expected to help by more than the threshold.',
                },
              }
            : { ok: true, value: proposed };
        enqueue.emit({ type: 'call.answered', callId: context.asking.callId, outcome });
        enqueue.assign({ asking: null });
      },
    ),
    requestApply: enqueueActions(({ context, enqueue }, { approval }: { approval: Approval }) => {
      if (context.proposed === null) return;
      const { plan, planHash } = context.proposed;
      enqueue.emit({
        type: 'ledger.noted',
        note: {
          kind: 'approval',
          subject: context.address,
          reason: `${approval.approver} approved plan ${plan.planId} with ${plan.changes.length} changes.`,
          body: { approval },
        },
      });
      enqueue.emit({
        type: 'call.requested',
        callId: applyId(plan.planId),
        target: context.address,
        tool: 'coordinator_apply_plan',
        arguments: { planId: plan.planId, planHash, baseVersion: plan.baseVersion },
        approval,
        timeoutMs: 30_000,
      });
    }),
    dropProposal: assign({ proposed: null }),
    begin: assign(({ context }) => ({
      work: newWork(context.proposed?.plan ?? null, false),
      proposed: null,
    })),
    recall: assign(({ context }) => ({ work: newWork(back(context.lastApplied), true) })),
    requestVerdicts: enqueueActions(({ context, enqueue }) => {
      for (const { change } of context.work?.items ?? []) {
        enqueue.emit({
          type: 'call.requested',
          callId: checkId(change),
          target: context.auditor,
          tool: 'auditor_check',
          arguments: {
            target: change.radio,
            tool: 'radio_set_channel',
            arguments: change.to,
            idempotencyKey: moveId(change),
          },
          timeoutMs: 10_000,
        });
      }
    }),
    requestMoves: enqueueActions(({ context, enqueue }) => {
      for (const { change, verdict } of cleared(context)) {
        if (verdict === null) continue;
        enqueue.emit({
          type: 'call.requested',
          callId: moveId(change),
          target: change.radio,
          tool: 'radio_set_channel',
          arguments: change.to,
          verdict,
          timeoutMs: moveTimeoutMs,
        });
      }
      enqueue.assign({ work: stageAll(context.work, 'cleared', 'moving') });
    }),
    noteReturn: enqueueActions(({ context, enqueue }, returned: CallReturned) => {
      const { work } = context;
      const item = work?.items.find(
        ({ change }) => checkId(change) === returned.callId || moveId(change) === returned.callId,
      );
      if (work === null || item === undefined) return;
      const { change } = item;
      const { outcome } = returned;
      const wasCheck = checkId(change) === returned.callId;
      if (!outcome.ok) {
        const detail = `${outcome.error.code}: ${outcome.error.hint}`;
        enqueue.emit({ type: 'change.refused', planId: work.planId, change, detail });
        enqueue.emit({
          type: 'ledger.noted',
          note: {
            kind: 'refusal',
            subject: change.radio,
            reason: `The move was turned down. ${outcome.error.hint}`,
            body: { change, code: outcome.error.code },
          },
        });
        enqueue.assign({
          work: withItem(work, { ...item, stage: 'refused' }),
          decisions: decided(context.decisions, change, `refused (${outcome.error.code})`),
        });
      } else if (wasCheck) {
        const { verdict } = outcome.value as { verdict: Verdict };
        enqueue.assign({ work: withItem(work, { ...item, stage: 'cleared', verdict }) });
      } else {
        enqueue.emit({ type: 'change.applied', planId: work.planId, change, detail: change.reason });
        enqueue.emit({
          type: 'ledger.noted',
          note: {
            kind: 'decision',
            subject: change.radio,
            reason: change.reason,
            body: { change, planId: work.planId, verdictId: item.verdict?.verdictId ?? null },
          },
        });
        enqueue.assign({
          work: withItem(work, { ...item, stage: 'moved' }),
          decisions: decided(context.decisions, change, work.reverting ? 'reverted' : 'applied'),
        });
      }
    }),
    noteMeasured: enqueueActions(
      ({ context, enqueue }, { measured }: { measured: readonly Measured[] }) => {
        const { work } = context;
        if (work === null) return;
        let decisions = context.decisions;
        const worse: Change[] = [];
        const kept: Change[] = [];
        for (const { changeId, before, after, worse: isWorse } of measured) {
          const change = work.items.find((item) => item.change.changeId === changeId)?.change;
          if (change === undefined) continue;
          const figures = `${before.toFixed(3)} before, ${after.toFixed(3)} after`;
          if (isWorse) worse.push(change);
          else kept.push(change);
          decisions = decided(decisions, change, isWorse ? 'worse, goes back' : 'confirmed');
          enqueue.emit({
            type: isWorse ? 'change.reverted' : 'change.confirmed',
            planId: work.planId,
            change,
            detail: figures,
            measuredBefore: before,
            measuredAfter: after,
          });
          enqueue.emit({
            type: 'ledger.noted',
            note: {
              kind: 'decision',
              subject: change.radio,
              reason: isWorse
                ? `Measured worse after the move (${figures}), so the radio goes back.`
                : `Measured and confirmed (${figures}).`,
              body: { changeId, before, after },
            },
          });
        }
        const applied = { planId: work.planId, baseVersion: context.baseVersion, strategy: context.strategy };
        enqueue.assign({
          decisions,
          lastApplied: { ...applied, changes: kept },
          work: newWork(back({ ...applied, changes: worse }), true),
        });
      },
    ),
    endWork: assign({ work: null }),
  },
  guards: {
    hasPlan: (_, { proposed }: { proposed: Proposed | null }) => proposed !== null,
    isUrgent: ({ context }) => context.urgent,
    wasAskedAndHasPlan: ({ context }, { proposed }: { proposed: Proposed | null }) =>
      context.asking !== null && proposed !== null,
    wasAsked: ({ context }) => context.asking !== null,
    isProposed: ({ context }, { planId, planHash }: { planId: string; planHash: string }) =>
      context.proposed?.plan.planId === planId && context.proposed.planHash === planHash,
    isLastApplied: ({ context }, { planId }: { planId: string }) =>
      context.lastApplied?.planId === planId && context.lastApplied.changes.length > 0,
    allChecked: ({ context }) =>
      context.work?.items.every(({ stage }) => stage === 'cleared' || stage === 'refused') ?? true,
    allMoved: ({ context }) =>
      context.work?.items.every(({ stage }) => stage === 'moved' || stage === 'refused') ?? true,
    allRefused: ({ context }) =>
      context.work?.items.every(({ stage }) => stage === 'refused') ?? true,
    allMovedBack: ({ context }) =>
      (context.work?.reverting ?? false) &&
      (context.work?.items.every(({ stage }) => stage === 'moved' || stage === 'refused') ?? true),
    hasWork: ({ context }) => (context.work?.items.length ?? 0) > 0,
    applyFailed: ({ context }, { callId, outcome }: CallReturned) =>
      !outcome.ok && callId === applyId(context.proposed?.plan.planId ?? ''),
  },
  delays: {
    planPeriod: ({ context }) => context.planPeriodMs,
    react: ({ context }) => context.reactMs,
    settle: ({ context }) => context.settleMs,
    approvalWait: 60_000,
  },
}).createMachine({
  id: 'coordinator',
  meta: {
    timers: { planPeriod: 'original', react: 'original', settle: 'restart', approvalWait: 'original' },
  },
  context: ({ input }) => ({
    ...input,
    baseVersion: 0,
    urgent: false,
    proposed: null,
    work: null,
    lastApplied: null,
    asking: null,
    decisions: [],
  }),
  initial: 'observing',
  on: {
    'channel.changed': { actions: 'rebase' },
    'interferer.detected': { actions: 'beAlarmed' },
    'call.returned': { actions: { type: 'noteReturn', params: ({ event }) => event } },
  },
  states: {
    observing: {
      initial: 'calm',
      states: {
        calm: { always: { guard: 'isUrgent', target: 'alarmed' } },
        alarmed: { after: { react: '#coordinator.planning' } },
      },
      after: { planPeriod: 'planning' },
      on: {
        'plan.requested': {
          target: 'planning',
          actions: { type: 'ask', params: ({ event }) => event },
        },
        'plan.approved': {
          guard: { type: 'isProposed', params: ({ event }) => event },
          target: 'checking',
          actions: 'begin',
        },
        'plan.recalled': {
          guard: { type: 'isLastApplied', params: ({ event }) => event },
          target: 'checking',
          actions: 'recall',
        },
      },
    },
    planning: {
      entry: 'beCalm',
      invoke: {
        id: 'plan',
        src: 'plan',
        input: ({ context }) => ({
          strategy: context.strategy,
          baseVersion: context.baseVersion,
          radios: context.asking?.radios ?? null,
        }),
        onDone: [
          {
            guard: { type: 'wasAskedAndHasPlan', params: ({ event }) => event.output },
            target: 'observing',
            actions: [
              {
                type: 'propose',
                params: ({ event }) => ({
                  atMs: event.output.atMs,
                  proposed: event.output.proposed as Proposed,
                }),
              },
              { type: 'answerPlan', params: ({ event }) => event.output },
            ],
          },
          {
            guard: 'wasAsked',
            target: 'observing',
            actions: { type: 'answerPlan', params: ({ event }) => event.output },
          },
          {
            guard: { type: 'hasPlan', params: ({ event }) => event.output },
            target: 'approving',
            actions: {
              type: 'propose',
              params: ({ event }) => ({
                atMs: event.output.atMs,
                proposed: event.output.proposed as Proposed,
              }),
            },
          },
          { target: 'observing' },
        ],
        onError: {
          target: 'observing',
          actions: { type: 'answerPlan', params: { proposed: null } },
        },
      },
    },
    /** An autonomy rule may sign; otherwise the plan stands and a person may. */
    approving: {
      invoke: {
        id: 'approve',
        src: 'approve',
        input: ({ context }) => context.proposed as Proposed,
        onDone: {
          target: 'awaiting',
          actions: { type: 'requestApply', params: ({ event }) => ({ approval: event.output }) },
        },
        onError: 'observing',
      },
    },
    awaiting: {
      on: {
        'plan.approved': {
          guard: { type: 'isProposed', params: ({ event }) => event },
          target: 'checking',
          actions: 'begin',
        },
        'call.returned': {
          guard: { type: 'applyFailed', params: ({ event }) => event },
          target: 'observing',
          actions: 'dropProposal',
        },
      },
      after: { approvalWait: { target: 'observing', actions: 'dropProposal' } },
    },
    checking: {
      entry: 'requestVerdicts',
      always: [
        { guard: 'allRefused', target: 'observing', actions: 'endWork' },
        { guard: 'allChecked', target: 'moving' },
      ],
    },
    moving: {
      entry: 'requestMoves',
      always: [
        { guard: 'allRefused', target: 'observing', actions: 'endWork' },
        { guard: 'allMovedBack', target: 'observing', actions: 'endWork' },
        { guard: 'allMoved', target: 'settling' },
      ],
    },
    settling: { after: { settle: 'measuring' } },
    measuring: {
      invoke: {
        id: 'measure',
        src: 'measure',
        input: ({ context }) => ({
          changes: (context.work?.items ?? [])
            .filter(({ stage }) => stage === 'moved')
            .map(({ change }) => change),
        }),
        onDone: {
          target: 'judging',
          actions: { type: 'noteMeasured', params: ({ event }) => event.output },
        },
        onError: { target: 'observing', actions: 'endWork' },
      },
    },
    judging: {
      always: [
        { guard: 'hasWork', target: 'checking' },
        { target: 'observing', actions: 'endWork' },
      ],
    },
  },
});

function newWork(plan: Plan | null, reverting: boolean): Work | null {
  if (plan === null || plan.changes.length === 0) return null;
  const items = plan.changes.map((change) => ({
    change,
    stage: 'checking' as const,
    verdict: null,
  }));
  return { planId: plan.planId, reverting, items };
}

/** The plan that undoes one: each radio returns to where it was. */
function back(plan: Plan | null): Plan | null {
  if (plan === null) return null;
  const changes = plan.changes.flatMap((change) =>
    change.from === null
      ? []
      : [
          {
            ...change,
            changeId: `${change.changeId}-back`,
            from: change.to,
            to: change.from,
            reason: `Back to where it was: ${change.reason}`,
          },
        ],
  );
  return { ...plan, changes };
}

function cleared({ work }: CoordinatorContext): readonly Item[] {
  return work?.items.filter(({ stage }) => stage === 'cleared') ?? [];
}

function withItem(work: Work, item: Item): Work {
  return {
    ...work,
    items: work.items.map((other) =>
      other.change.changeId === item.change.changeId ? item : other,
    ),
  };
}

function stageAll(work: Work | null, from: Stage, to: Stage): Work | null {
  if (work === null) return null;
  const items = work.items.map((item) => (item.stage === from ? { ...item, stage: to } : item));
  return { ...work, items };
}

function decided(decisions: readonly Decision[], change: Change, outcome: string) {
  const changeId = change.changeId.replace(/-back$/, '');
  return decisions.map((decision) =>
    decision.changeId === changeId ? { ...decision, outcome } : decision,
  );
}
