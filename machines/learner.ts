/**
 * The learner. It collects what nodes learned until the round is over, has one change made of it, and
 * begins the next round on what came of that. Weights and updates are in its memory, named by hash and
 * by node; the chart knows only their names.
 */
import { assign, emit, enqueueActions, setup } from 'xstate';
import type { Outcome, Refusal } from '#protocols/errors.ts';
import { rollBack, submitUpdate } from '#protocols/tools/learner.ts';
import type { HostEffect, MachineMeta } from './effects.ts';
import { port } from './port.ts';

export interface RoundEnded {
  readonly round: number;
  readonly atMs: number;
  readonly nodes: number;
  readonly rule: string;
  readonly lossBefore: number | null;
  readonly lossAfter: number | null;
  readonly isAccepted: boolean;
  readonly modelHash: string;
}

export interface LearnerInput {
  readonly address: string;
  /** Of the weights that ship with it. */
  readonly modelHash: string;
  readonly roundPeriodMs: number;
}

export interface LearnerContext extends LearnerInput {
  readonly round: number;
  readonly took: readonly string[];
  readonly refused: Readonly<Record<string, number>>;
  /** The newest first. */
  readonly rounds: readonly RoundEnded[];
  /** The last call: what its answer is read from. */
  readonly last: { readonly callId: string; readonly outcome: Outcome<unknown> } | null;
}

export type LearnerEvent =
  | {
      readonly type: 'update.judged';
      readonly callId: string;
      readonly node: string;
      readonly error: Refusal | null;
    }
  | {
      readonly type: 'rollback.requested';
      readonly callId: string;
      readonly modelHash: string;
      /** Those weights are still there. */
      readonly isKept: boolean;
    };

const ROUNDS_KEPT = 100;

export const learnerMachine = setup({
  types: {
    input: {} as LearnerInput,
    context: {} as LearnerContext,
    events: {} as LearnerEvent,
    emitted: {} as HostEffect,
    meta: {} as MachineMeta,
  },
  actors: {
    close: port<RoundEnded, { round: number; modelHash: string; took: readonly string[] }>('close'),
  },
  actions: {
    noteUpdate: assign(
      ({ context }, { callId, node, error }: LearnerEvent & { type: 'update.judged' }) =>
        error === null
          ? {
              took: [...new Set([...context.took, node])].sort(),
              last: { callId, outcome: { ok: true, value: { round: context.round } } } as const,
            }
          : {
              refused: counted(context.refused, error.code),
              last: { callId, outcome: { ok: false, error } } as const,
            },
    ),
    refuse: assign((_, { callId, error }: { callId: string; error: Refusal }) => ({
      last: { callId, outcome: { ok: false, error } } as const,
    })),
    begin: enqueueActions(({ context, enqueue }, ended: RoundEnded) => {
      enqueue.assign({
        round: context.round + 1,
        modelHash: ended.modelHash,
        took: [],
        rounds: [ended, ...context.rounds].slice(0, ROUNDS_KEPT),
      });
      if (ended.nodes === 0) return;
      enqueue.emit({
        type: 'ledger.noted',
        note: {
          kind: 'decision',
          subject: context.address,
          reason: ended.isAccepted
            ? `Round ${ended.round} made what was held out more likely; its weights are in force.`
            : `Round ${ended.round} made what was held out less likely, so the weights stay.`,
          body: { ...ended },
        },
      });
    }),
    beginAgain: assign(({ context }) => ({ round: context.round + 1, took: [] })),
    rollBack: assign(
      ({ context }, { callId, modelHash }: { callId: string; modelHash: string }) => ({
        round: context.round + 1,
        modelHash,
        took: [],
        last: {
          callId,
          outcome: { ok: true, value: { round: context.round + 1, modelHash } },
        } as const,
      }),
    ),
    noteRollBack: emit(({ context }, { modelHash }: { modelHash: string }) => ({
      type: 'ledger.noted' as const,
      note: {
        kind: 'decision' as const,
        subject: context.address,
        reason: `The weights ${modelHash.slice(0, 12)} of a former round are in force again.`,
        body: { from: context.modelHash, to: modelHash },
      },
    })),
  },
  guards: {
    isKept: (_, { isKept }: { isKept: boolean }) => isKept,
  },
  delays: {
    roundPeriod: ({ context }) => context.roundPeriodMs,
  },
}).createMachine({
  id: 'learner',
  meta: { timers: { roundPeriod: 'original' } },
  context: ({ input }) => ({ ...input, round: 1, took: [], refused: {}, rounds: [], last: null }),
  initial: 'collecting',
  states: {
    collecting: {
      after: { roundPeriod: 'closing' },
      on: {
        'update.judged': { actions: { type: 'noteUpdate', params: ({ event }) => event } },
        'rollback.requested': [
          {
            guard: { type: 'isKept', params: ({ event }) => event },
            target: 'collecting',
            reenter: true,
            actions: [
              { type: 'noteRollBack', params: ({ event }) => event },
              { type: 'rollBack', params: ({ event }) => event },
            ],
          },
          {
            actions: {
              type: 'refuse',
              params: ({ event: { callId } }) => ({ callId, error: own.unknown }),
            },
          },
        ],
      },
    },
    closing: {
      on: {
        'update.judged': { actions: { type: 'refuse', params: ({ event }) => tooLate(event) } },
        'rollback.requested': {
          actions: { type: 'refuse', params: ({ event }) => tooLate(event) },
        },
      },
      invoke: {
        id: 'close',
        src: 'close',
        input: ({ context: { round, modelHash, took } }) => ({ round, modelHash, took }),
        onDone: {
          target: 'collecting',
          actions: { type: 'begin', params: ({ event }) => event.output },
        },
        onError: { target: 'collecting', actions: 'beginAgain' },
      },
    },
  },
});

const own = {
  closing: {
    code: 'closing',
    hint: submitUpdate.refusals.closing,
    retryAfterMs: 5_000,
  },
  unknown: { code: 'unknown_model', hint: rollBack.refusals.unknown_model },
} as const;

const tooLate = ({ callId }: { callId: string }) => ({ callId, error: own.closing });

function counted(
  counts: Readonly<Record<string, number>>,
  code: string,
): Readonly<Record<string, number>> {
  return { ...counts, [code]: (counts[code] ?? 0) + 1 };
}
