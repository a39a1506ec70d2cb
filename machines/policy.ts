/**
 * The policy. Calls for scores gather for a moment, are worked off together, and each gets its answer.
 * What was asked is kept beside the chart: who asked before a restart asks again.
 */
import { assign, enqueueActions, setup } from 'xstate';
import type { Outcome, Refusal } from '#protocols/errors.ts';
import type { HostEffect, MachineMeta } from './effects.ts';
import { port } from './port.ts';

/** What may be evaluated at once; those who come when so many wait do not wait any longer. */
export const RADIOS_AT_ONCE = 10_000;

export interface PolicyInput {
  /** How long calls gather. */
  readonly waitMs: number;
}

export interface PolicyContext extends PolicyInput {
  /** The model that was asked for; null: the one that the process comes with. */
  readonly modelHash: string | null;
  /** Counts models loaded: what an approval is bound to. */
  readonly baseVersion: number;
  /** In use before that. */
  readonly before: string | null;
  readonly waiting: readonly string[];
  readonly waitingRadios: number;
  readonly underWay: readonly string[];
  /** The last call turned away: what its answer is read from. */
  readonly refused: { readonly callId: string; readonly error: Refusal } | null;
}

export interface Answered {
  readonly callId: string;
  readonly outcome: Outcome<unknown, Refusal>;
}

export type PolicyEvent =
  | { readonly type: 'evaluation.requested'; readonly callId: string; readonly radios: number }
  | { readonly type: 'evaluation.refused'; readonly callId: string; readonly error: Refusal }
  | { readonly type: 'model.loaded'; readonly modelHash: string; readonly before: string | null };

export const policyMachine = setup({
  types: {
    input: {} as PolicyInput,
    context: {} as PolicyContext,
    events: {} as PolicyEvent,
    emitted: {} as HostEffect,
    meta: {} as MachineMeta,
  },
  actors: {
    evaluate: port<
      { readonly answers: readonly Answered[] },
      { readonly calls: readonly string[] }
    >('evaluate'),
  },
  actions: {
    queue: assign(({ context }, asked: { callId: string; radios: number }) => ({
      waiting: [...context.waiting, asked.callId],
      waitingRadios: context.waitingRadios + asked.radios,
    })),
    begin: assign(({ context }) => ({
      underWay: context.waiting,
      waiting: [],
      waitingRadios: 0,
    })),
    answer: enqueueActions(({ enqueue }, { answers }: { answers: readonly Answered[] }) => {
      for (const { callId, outcome } of answers) {
        enqueue.emit({ type: 'call.answered', callId, outcome });
      }
      enqueue.assign({ underWay: [] });
    }),
    turnDown: enqueueActions(({ context, enqueue }) => {
      const error: Refusal = { code: 'unavailable', hint: 'The evaluation failed. Ask again.' };
      for (const callId of context.underWay) {
        enqueue.emit({ type: 'call.answered', callId, outcome: { ok: false, error } });
      }
      enqueue.assign({ underWay: [] });
    }),
    refuse: assign((_, refused: { callId: string; error: Refusal }) => ({ refused })),
    load: assign(({ context }, loaded: { modelHash: string; before: string | null }) => ({
      modelHash: loaded.modelHash,
      before: loaded.before,
      baseVersion: context.baseVersion + 1,
    })),
  },
  guards: {
    isEnough: ({ context }) => context.waitingRadios >= RADIOS_AT_ONCE,
    isAwaited: ({ context }) => context.waiting.length > 0,
  },
  delays: {
    gather: ({ context }) => context.waitMs,
  },
}).createMachine({
  id: 'policy',
  meta: { timers: { gather: 'original' } },
  context: ({ input }) => ({
    ...input,
    modelHash: null,
    baseVersion: 0,
    before: null,
    waiting: [],
    waitingRadios: 0,
    underWay: [],
    refused: null,
  }),
  initial: 'idle',
  on: {
    'evaluation.requested': { actions: { type: 'queue', params: ({ event }) => event } },
    'evaluation.refused': {
      actions: {
        type: 'refuse',
        params: ({ event: { callId, error } }) => ({ callId, error }),
      },
    },
    'model.loaded': { actions: { type: 'load', params: ({ event }) => event } },
  },
  states: {
    idle: { always: { guard: 'isAwaited', target: 'gathering' } },
    gathering: {
      always: { guard: 'isEnough', target: 'evaluating' },
      after: { gather: 'evaluating' },
    },
    evaluating: {
      entry: 'begin',
      invoke: {
        id: 'evaluate',
        src: 'evaluate',
        input: ({ context }) => ({ calls: context.underWay }),
        onDone: {
          target: 'idle',
          actions: { type: 'answer', params: ({ event }) => event.output },
        },
        onError: { target: 'idle', actions: 'turnDown' },
      },
    },
  },
});
