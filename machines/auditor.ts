/**
 * The auditor. It gives a verdict for a call or refuses it, counts both and notes them in the
 * ledger; every now and then it notes how long all chains of the site are and how they end.
 */
import { assign, enqueueActions, setup } from 'xstate';
import type { Outcome, Refusal } from '#protocols/errors.ts';
import type { Verdict } from '#protocols/verdict.ts';
import type { HostEffect, MachineMeta } from './effects.ts';
import { port } from './port.ts';

/** What became of one call that was held against the rules. */
export interface Judged {
  readonly callId: string;
  readonly target: string;
  readonly tool: string;
  /** Who will call. */
  readonly caller: string;
  /** The rule that broke; for a refusal of another kind its code. */
  readonly rule: string | null;
  readonly outcome: Outcome<{ readonly verdict: Verdict }, Refusal>;
}

export interface ChainHead {
  readonly writer: string;
  readonly length: number;
  readonly head: string;
}

/** The operator's rules became others, by an approved call. */
export interface PolicySet {
  readonly callId: string;
  readonly by: string;
  readonly reason: string;
  readonly name: string | null;
  readonly policyHash: string | null;
}

/** A person let the reports of a node count again. */
export interface Lifted {
  readonly callId: string;
  readonly by: string;
  readonly node: string;
  readonly reason: string;
  /** False where it was not in quarantine. */
  readonly was: boolean;
}

export interface AuditorInput {
  /** Address of this auditor: what the heads it notes are about. */
  readonly address: string;
}

export interface AuditorContext extends AuditorInput {
  readonly verdicts: number;
  readonly refused: Readonly<Record<string, number>>;
  /** The last call judged: what its answer is read from. */
  readonly last: Pick<Judged, 'callId' | 'outcome'> | null;
  /** Grows with every change of the operator's rules; an approval is good for one. */
  readonly policyVersion: number;
  /** Of the rules in force, once they were set by a call. */
  readonly policyHash: string | null;
  readonly lastLifted: Pick<Lifted, 'callId' | 'was'> | null;
  /** How many entries all chains had together when their heads were last noted. */
  readonly anchored: number;
}

export type AuditorEvent =
  | ({ readonly type: 'call.judged' } & Judged)
  | ({ readonly type: 'policy.set' } & PolicySet)
  | ({ readonly type: 'lift.requested' } & Lifted);

export type AuditorPublished = {
  readonly type: 'quarantine.lifted';
  readonly node: string;
  readonly reason: string;
};

export const auditorMachine = setup({
  types: {
    input: {} as AuditorInput,
    context: {} as AuditorContext,
    events: {} as AuditorEvent,
    emitted: {} as AuditorPublished | HostEffect,
    meta: {} as MachineMeta,
  },
  actors: {
    heads: port<readonly ChainHead[], null>('heads'),
  },
  actions: {
    note: enqueueActions(({ context, enqueue }, judged: Judged) => {
      const { callId, target, tool, caller, rule, outcome } = judged;
      enqueue.assign({ last: { callId, outcome } });
      if (outcome.ok) {
        const { verdictId, argumentsHash, observed } = outcome.value.verdict;
        enqueue.assign({ verdicts: context.verdicts + 1 });
        enqueue.emit({
          type: 'ledger.noted',
          note: {
            kind: 'verdict',
            subject: target,
            reason: `${tool} by ${caller} keeps all rules.`,
            body: { verdictId, tool, caller, argumentsHash, observed },
          },
        });
        return;
      }
      const cause = rule ?? outcome.error.code;
      enqueue.assign({
        refused: { ...context.refused, [cause]: (context.refused[cause] ?? 0) + 1 },
      });
      enqueue.emit({
        type: 'ledger.noted',
        note: {
          kind: 'refusal',
          subject: target,
          reason: `${tool} by ${caller} was refused: ${outcome.error.hint}`,
          body: { tool, caller, code: outcome.error.code, rule },
        },
      });
    }),
    setPolicy: enqueueActions(({ context, enqueue }, set: PolicySet) => {
      const { by, name, policyHash, reason } = set;
      const policyVersion = context.policyVersion + 1;
      enqueue.assign({ policyVersion, policyHash });
      enqueue.emit({
        type: 'ledger.noted',
        note: {
          kind: 'decision',
          subject: context.address,
          reason: `${name === null ? 'The operator’s rules were lifted' : `The operator’s rules are '${name}' now`}: ${reason}`,
          body: { by, name, policyHash, before: context.policyHash, policyVersion },
        },
      });
    }),
    lift: enqueueActions(({ context, enqueue }, { callId, by, node, reason, was }: Lifted) => {
      enqueue.assign({ lastLifted: { callId, was } });
      if (!was) return;
      enqueue.emit({ type: 'quarantine.lifted', node, reason });
      enqueue.emit({
        type: 'ledger.noted',
        note: {
          kind: 'decision',
          subject: context.address,
          reason: `What ${node} reports counts again: ${reason}`,
          body: { by, node },
        },
      });
    }),
    anchor: enqueueActions(({ context, enqueue }, { heads }: { heads: readonly ChainHead[] }) => {
      const entries = heads.reduce((sum, { length }) => sum + length, 0);
      enqueue.emit({
        type: 'ledger.noted',
        note: {
          kind: 'heads',
          subject: context.address,
          reason: `${heads.length} chains hold ${entries} entries.`,
          body: { heads },
        },
      });
    }),
    remember: assign((_, { heads }: { heads: readonly ChainHead[] }) => ({
      anchored: heads.reduce((sum, { length }) => sum + length, 0),
    })),
  },
  guards: {
    hasGrown: ({ context }, { heads }: { heads: readonly ChainHead[] }) =>
      heads.reduce((sum, { length }) => sum + length, 0) !== context.anchored,
  },
  delays: {
    anchorPeriod: 600_000,
  },
}).createMachine({
  id: 'auditor',
  meta: { timers: { anchorPeriod: 'original' } },
  context: ({ input }) => ({
    ...input,
    verdicts: 0,
    refused: {},
    last: null,
    policyVersion: 0,
    policyHash: null,
    lastLifted: null,
    anchored: 0,
  }),
  initial: 'watching',
  on: {
    'call.judged': {
      actions: { type: 'note', params: ({ event: { type: _, ...judged } }) => judged },
    },
    'policy.set': {
      actions: { type: 'setPolicy', params: ({ event: { type: _, ...set } }) => set },
    },
    'lift.requested': {
      actions: { type: 'lift', params: ({ event: { type: _, ...lifted } }) => lifted },
    },
  },
  states: {
    watching: { after: { anchorPeriod: 'anchoring' } },
    anchoring: {
      invoke: {
        id: 'heads',
        src: 'heads',
        input: null,
        onDone: [
          {
            guard: { type: 'hasGrown', params: ({ event }) => ({ heads: event.output }) },
            target: 'watching',
            actions: [
              { type: 'anchor', params: ({ event }) => ({ heads: event.output }) },
              { type: 'remember', params: ({ event }) => ({ heads: event.output }) },
            ],
          },
          { target: 'watching' },
        ],
        onError: 'watching',
      },
    },
  },
});
