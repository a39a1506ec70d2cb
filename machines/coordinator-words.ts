/**
 * What a coordinator's chart knows, hears and says: its context, its events, and a plan under way.
 */
import type { Outcome } from '#protocols/errors.ts';
import type { EventData } from '#protocols/event.ts';
import type { Change, changeConfirmed, Plan, Prospect } from '#protocols/events/coordinator.ts';
import type { trialEnded } from '#protocols/events/radio.ts';
import type { Address } from '#protocols/ids.ts';
import type { ToolOutput } from '#protocols/tool.ts';
import type { scoreDecision } from '#protocols/tools/twin.ts';
import type { Verdict } from '#protocols/verdict.ts';
import type { CallReturned } from './effects.ts';

export interface CoordinatorInput {
  readonly address: Address;
  readonly auditor: Address;
  readonly twin: Address;
  readonly strategy: string;
  readonly planPeriodMs: number;
  /** From the first report of an interferer to the plan that answers it. */
  readonly reactMs: number;
  /** From a move to the measurement of its effect. */
  readonly settleMs: number;
}

/** What is asked of the twin, and what came back. */
export interface Search {
  readonly planId: string;
  readonly round: number;
  /** The arguments of its call. */
  readonly question: unknown;
  /** What whoever plans has to know again. */
  readonly state: unknown;
  /** Null until the twin has answered. */
  readonly answer: Outcome<unknown> | null;
}

/** What planning came to. */
export interface PlanMade {
  readonly atMs: number;
  readonly proposed: Proposed | null;
  /** The twin is to be asked first. */
  readonly search?: Search | null;
  /** Why there is no plan. */
  readonly refusal?: { readonly code: string; readonly hint: string };
}

export interface Proposed {
  readonly plan: Plan;
  readonly planHash: string;
}

export type Stage = 'checking' | 'cleared' | 'moving' | 'moved' | 'refused';

export interface Item {
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
  readonly planId: string;
  readonly atMs: number;
  readonly radio: string;
  readonly outcome: string;
  readonly reason: string;
  readonly evidence: readonly string[];
  readonly prospect: Prospect | null;
  /** What its clients got of what they asked, before and after; null until it was measured. */
  readonly measured: Pick<Measured, 'before' | 'after'> | null;
  /** What the plan was worth beside having stayed, once the twin has told. */
  readonly worth: Worth | null;
}

export type Worth = ToolOutput<typeof scoreDecision>;

export interface Measured {
  readonly changeId: string;
  /** Share of their demand that clients got; null where none was there. */
  readonly before: number | null;
  readonly after: number | null;
  /** True when worse by more than the measurements scatter, or when nobody can tell. */
  readonly worse: boolean;
}

/** What came of a plan. */
export interface Looked {
  readonly measured: readonly Measured[];
  /** For the twin: what the plan was worth; null where nobody can ask that. */
  readonly question: unknown;
}

export interface CoordinatorContext extends CoordinatorInput {
  readonly baseVersion: number;
  /** Something foreign was heard since the last plan. */
  readonly urgent: boolean;
  readonly proposed: Proposed | null;
  /** A plan in the making, while the twin is asked. */
  readonly search: Search | null;
  readonly work: Work | null;
  readonly lastApplied: Plan | null;
  readonly asking: { readonly callId: string; readonly radios: readonly string[] | null } | null;
  readonly decisions: readonly Decision[];
}

export type PlanInput = Pick<CoordinatorContext, 'strategy' | 'baseVersion'> & {
  /** Only these; all when null. */
  readonly radios: readonly string[] | null;
  /** Somebody waits for the answer; else it is time for a plan. */
  readonly wasAsked: boolean;
};

export type TrialEnded = EventData<typeof trialEnded>;

export type CoordinatorEvent =
  | CallReturned
  | { readonly type: 'channel.changed'; readonly source: Address }
  | { readonly type: 'interferer.detected'; readonly source: Address }
  | ({ readonly type: 'trial.ended'; readonly source: Address } & TrialEnded)
  | {
      readonly type: 'plan.requested';
      readonly callId: string;
      readonly radios: readonly string[] | null;
    }
  | { readonly type: 'plan.approved'; readonly planId: string; readonly planHash: string }
  | { readonly type: 'plan.recalled'; readonly planId: string };

export type Decided = { readonly planId: string; readonly change: Change; readonly detail: string };
export type Published =
  | ({ readonly type: 'plan.proposed' } & Plan)
  | ({ readonly type: 'change.applied' } & Decided)
  | ({ readonly type: 'change.refused' } & Decided)
  | ({ readonly type: 'change.confirmed' } & EventData<typeof changeConfirmed>)
  | ({ readonly type: 'change.reverted' } & EventData<typeof changeConfirmed>);

export const remembered = 200;
/** A durable call may wait for a silence of ten minutes on the way. */
export const moveTimeoutMs = 20 * 60_000;

/** A large site takes its twin about half a minute a question. */
export const twinTimeoutMs = 120_000;

export const checkId = (change: Change) => `${change.changeId}-check`;
export const moveId = (change: Change) => `${change.changeId}-move`;
const confirmId = (change: Change) => `${change.changeId}-confirm`;
/** The key of a question to the twin. */
export const twinId = ({ planId, round }: Search) => `${planId}-twin-${round}`;

/**
 * The call that a change is. A planned one is on trial, for as long as the last of its plan may take to
 * move, and to be measured; the way back is for good.
 */
export function callOf(
  { to, power, expectedBefore, expectedAfter }: Change,
  { settleMs, work }: Pick<CoordinatorContext, 'settleMs' | 'work'>,
): { readonly tool: string; readonly arguments: unknown } {
  const onTrial = work?.reverting
    ? {}
    : {
        confirmWithinMs: moveTimeoutMs + 2 * settleMs,
        mayLose: Math.max(0, Math.min(1, expectedBefore - expectedAfter)),
      };
  return power === undefined
    ? { tool: 'radio_set_channel', arguments: { ...to, ...onTrial } }
    : { tool: 'radio_set_power', arguments: { eirpDbm: power.toDbm, ...onTrial } };
}

export const confirmationOf = (change: Change) =>
  ({
    type: 'call.requested',
    callId: confirmId(change),
    target: change.radio,
    tool: 'radio_confirm_change',
    arguments: { key: moveId(change) },
    timeoutMs: 10_000,
  }) as const;

/** The key of the question what a plan was worth. */
export const scoreId = (planId: string) => `${planId}-score`;

/** The key of the call that applies a plan; its approval is good for that call alone. */
export const applyId = (planId: string) => `${planId}-apply`;

export function newWork(plan: Plan | null, reverting: boolean): Work | null {
  if (plan === null || plan.changes.length === 0) return null;
  const items = plan.changes.map((change) => ({
    change,
    stage: 'checking' as const,
    verdict: null,
  }));
  return { planId: plan.planId, reverting, items };
}

/** The plan that undoes one: each radio returns to where it was. */
export function back(plan: Plan | null): Plan | null {
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
            ...(change.power === undefined
              ? {}
              : { power: { fromDbm: change.power.toDbm, toDbm: change.power.fromDbm } }),
            reason: `Back to where it was: ${change.reason}`,
          },
        ],
  );
  return { ...plan, changes };
}

export function cleared({ work }: CoordinatorContext): readonly Item[] {
  return work?.items.filter(({ stage }) => stage === 'cleared') ?? [];
}

export function withItem(work: Work, item: Item): Work {
  return {
    ...work,
    items: work.items.map((other) =>
      other.change.changeId === item.change.changeId ? item : other,
    ),
  };
}

export function stageAll(work: Work | null, from: Stage, to: Stage): Work | null {
  if (work === null) return null;
  const items = work.items.map((item) => (item.stage === from ? { ...item, stage: to } : item));
  return { ...work, items };
}

export function decided(
  decisions: readonly Decision[],
  change: Change,
  outcome: string,
  measured?: Decision['measured'],
) {
  const changeId = change.changeId.replace(/-back$/, '');
  return decisions.map((decision) =>
    decision.changeId === changeId
      ? { ...decision, outcome, ...(measured === undefined ? {} : { measured }) }
      : decision,
  );
}

/** For a sentence: what share of their demand clients got. */
export function shareOf(share: number | null): string {
  return share === null ? 'nothing to measure' : `${Math.round(share * 100)} %`;
}
