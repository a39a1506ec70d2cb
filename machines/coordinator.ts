// biome-ignore-all lint/style/noExcessiveLinesPerFile: a chart is one thing and is read as a whole
/**
 * The coordinator of a site. It watches what the radios report; from time to time, and soon after
 * something foreign fills a channel, it makes a plan. An approved plan is applied: each change gets
 * the auditor's verdict, the radio moves, the effect is measured, and a change that made things
 * worse is taken back.
 */
import { assign, enqueueActions, setup } from 'xstate';
import type { Outcome } from '#protocols/errors.ts';
import type { Change } from '#protocols/events/coordinator.ts';
import type { Approval, Verdict } from '#protocols/verdict.ts';
import {
  applyId,
  back,
  type CoordinatorContext,
  type CoordinatorEvent,
  type CoordinatorInput,
  callOf,
  checkId,
  cleared,
  confirmationOf,
  decided,
  type Looked,
  moveId,
  moveTimeoutMs,
  newWork,
  type PlanInput,
  type PlanMade,
  type Proposed,
  type Published,
  remembered,
  type Search,
  scoreId,
  shareOf,
  stageAll,
  type TrialEnded,
  twinId,
  twinTimeoutMs,
  type Worth,
  withItem,
} from './coordinator-words.ts';
import type { CallReturned, HostEffect, MachineMeta } from './effects.ts';
import { port } from './port.ts';

export const coordinatorMachine = setup({
  types: {
    input: {} as CoordinatorInput,
    context: {} as CoordinatorContext,
    events: {} as CoordinatorEvent,
    emitted: {} as Published | HostEffect,
    meta: {} as MachineMeta,
  },
  actors: {
    plan: port<PlanMade, PlanInput>('plan'),
    weigh: port<PlanMade, { readonly search: Search; readonly baseVersion: number }>('weigh'),
    approve: port<Approval, Proposed>('approve'),
    measure: port<Looked, { readonly planId: string; readonly changes: readonly Change[] }>(
      'measure',
    ),
  },
  actions: {
    beAlarmed: assign({ urgent: true }),
    beCalm: assign({ urgent: false }),
    rebase: assign({ baseVersion: ({ context }) => context.baseVersion + 1 }),
    ask: assign((_, asking: { callId: string; radios: readonly string[] | null }) => ({ asking })),
    propose: enqueueActions(
      ({ context, enqueue }, { atMs, proposed }: { atMs: number; proposed: Proposed | null }) => {
        if (proposed === null) return;
        enqueue.emit({ type: 'plan.proposed', ...proposed.plan });
        const fresh = proposed.plan.changes.map((change) => ({
          changeId: change.changeId,
          atMs,
          radio: change.radio,
          outcome: 'proposed',
          reason: change.reason,
          evidence: change.evidence,
          planId: proposed.plan.planId,
          prospect: proposed.plan.prospect ?? null,
          measured: null,
          worth: null,
        }));
        enqueue.assign({
          proposed,
          decisions: [...fresh, ...context.decisions].slice(0, remembered),
        });
      },
    ),
    answerPlan: enqueueActions(
      ({ context, enqueue }, { proposed, refusal }: Pick<PlanMade, 'proposed' | 'refusal'>) => {
        if (context.asking === null) return;
        const outcome: Outcome<unknown> =
          proposed === null
            ? {
                ok: false,
                error: refusal ?? {
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
    beginSearch: assign((_, { search = null }: PlanMade) => ({ search })),
    askTwin: enqueueActions(({ context, enqueue }) => {
      const { search, twin } = context;
      if (search === null) return;
      enqueue.emit({
        type: 'call.requested',
        callId: twinId(search),
        target: twin,
        tool: 'twin_evaluate',
        arguments: search.question,
        timeoutMs: twinTimeoutMs,
      });
    }),
    noteOutlooks: assign(({ context }, { outcome }: CallReturned) => ({
      search: context.search && { ...context.search, answer: outcome },
    })),
    endSearch: assign({ search: null }),
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
            ...callOf(change, context),
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
          ...callOf(change, context),
          verdict,
          timeoutMs: moveTimeoutMs,
        });
      }
      enqueue.assign({ work: stageAll(context.work, 'cleared', 'moving') });
    }),
    noteWorth: assign(({ context }, { callId, outcome }: CallReturned) => ({
      decisions: context.decisions.map((decision) =>
        outcome.ok && scoreId(decision.planId) === callId
          ? // The caller's side has parsed what the twin answered by its schema.
            { ...decision, worth: outcome.value as Worth }
          : decision,
      ),
    })),
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
        enqueue.emit({
          type: 'change.applied',
          planId: work.planId,
          change,
          detail: change.reason,
        });
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
    noteMeasured: enqueueActions(({ context, enqueue }, { measured, question }: Looked) => {
      const { work } = context;
      if (work === null) return;
      if (question !== null && !work.reverting) {
        enqueue.emit({
          type: 'call.requested',
          callId: scoreId(work.planId),
          target: context.twin,
          tool: 'twin_score_decision',
          arguments: question,
          timeoutMs: twinTimeoutMs,
        });
      }
      let decisions = context.decisions;
      const worse: Change[] = [];
      const kept: Change[] = [];
      for (const { changeId, before, after, worse: isWorse } of measured) {
        const change = work.items.find((item) => item.change.changeId === changeId)?.change;
        if (change === undefined) continue;
        const figures = `${shareOf(before)} before, ${shareOf(after)} after`;
        const why =
          before === null || after === null
            ? 'Not measured on both sides of the move'
            : 'Worse after the move';
        if (isWorse) worse.push(change);
        else {
          kept.push(change);
          if (!work.reverting) enqueue.emit(confirmationOf(change));
        }
        decisions = decided(decisions, change, isWorse ? 'worse, goes back' : 'confirmed', {
          before,
          after,
        });
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
              ? `${why}, so the radio goes back: clients got ${figures}.`
              : `Measured and confirmed: clients got ${figures}.`,
            body: { changeId, before, after },
          },
        });
      }
      const applied = {
        planId: work.planId,
        baseVersion: context.baseVersion,
        strategy: context.strategy,
      };
      enqueue.assign({
        decisions,
        lastApplied: { ...applied, changes: kept },
        work: newWork(back({ ...applied, changes: worse }), true),
      });
    }),
    /** A radio took a change back before it was measured: nothing is left to measure. */
    noteTakenBack: enqueueActions(({ context, enqueue }, { key, reason }: TrialEnded) => {
      const { work } = context;
      const item = work?.items.find(({ change }) => moveId(change) === key);
      if (work === null || item === undefined) return;
      const { change } = item;
      enqueue.emit({
        type: 'change.reverted',
        planId: work.planId,
        change,
        detail: reason,
        measuredBefore: null,
        measuredAfter: null,
      });
      enqueue.assign({
        work: withItem(work, { ...item, stage: 'refused' }),
        decisions: decided(context.decisions, change, 'taken back by the radio'),
      });
    }),
    endWork: assign({ work: null }),
  },
  guards: {
    wentBack: (_, { outcome }: TrialEnded) => outcome === 'went-back',
    hasSearch: (_, { search }: PlanMade) => search != null,
    isTwinsAnswer: ({ context }, { callId }: CallReturned) =>
      context.search !== null && twinId(context.search) === callId,
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
    timers: {
      planPeriod: 'original',
      react: 'original',
      settle: 'restart',
      approvalWait: 'original',
    },
  },
  context: ({ input }) => ({
    ...input,
    baseVersion: 0,
    urgent: false,
    proposed: null,
    search: null,
    work: null,
    lastApplied: null,
    asking: null,
    decisions: [],
  }),
  initial: 'observing',
  on: {
    'channel.changed': { actions: 'rebase' },
    'trial.ended': {
      guard: { type: 'wentBack', params: ({ event }) => event },
      actions: { type: 'noteTakenBack', params: ({ event }) => event },
    },
    'interferer.detected': { actions: 'beAlarmed' },
    'call.returned': {
      actions: [
        { type: 'noteReturn', params: ({ event }) => event },
        { type: 'noteWorth', params: ({ event }) => event },
      ],
    },
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
          wasAsked: context.asking !== null,
        }),
        onDone: [
          {
            guard: { type: 'hasSearch', params: ({ event }) => event.output },
            target: 'simulating',
            actions: { type: 'beginSearch', params: ({ event }) => event.output },
          },
          {
            guard: { type: 'wasAskedAndHasPlan', params: ({ event }) => event.output },
            target: 'observing',
            actions: [
              {
                type: 'propose',
                params: ({ event }) => event.output,
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
              params: ({ event }) => event.output,
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
    /** The twin is asked how plans would do. Where none answers, the model has to be enough. */
    simulating: {
      entry: 'askTwin',
      on: {
        'call.returned': {
          guard: { type: 'isTwinsAnswer', params: ({ event }) => event },
          target: 'weighing',
          actions: { type: 'noteOutlooks', params: ({ event }) => event },
        },
      },
    },
    weighing: {
      invoke: {
        id: 'weigh',
        src: 'weigh',
        input: ({ context }) => ({
          search: context.search as Search,
          baseVersion: context.baseVersion,
        }),
        onDone: [
          {
            guard: { type: 'hasSearch', params: ({ event }) => event.output },
            target: 'simulating',
            actions: { type: 'beginSearch', params: ({ event }) => event.output },
          },
          {
            guard: { type: 'wasAskedAndHasPlan', params: ({ event }) => event.output },
            target: 'observing',
            actions: [
              'endSearch',
              {
                type: 'propose',
                params: ({ event }) => event.output,
              },
              { type: 'answerPlan', params: ({ event }) => event.output },
            ],
          },
          {
            guard: 'wasAsked',
            target: 'observing',
            actions: ['endSearch', { type: 'answerPlan', params: ({ event }) => event.output }],
          },
          {
            guard: { type: 'hasPlan', params: ({ event }) => event.output },
            target: 'approving',
            actions: [
              'endSearch',
              {
                type: 'propose',
                params: ({ event }) => event.output,
              },
            ],
          },
          { target: 'observing', actions: 'endSearch' },
        ],
        onError: {
          target: 'observing',
          actions: ['endSearch', { type: 'answerPlan', params: { proposed: null } }],
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
          planId: context.work?.planId ?? '',
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
