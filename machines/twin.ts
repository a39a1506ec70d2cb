/**
 * The twin. It works off what it is asked one after the other, and refuses when too much waits.
 */
import { assign, enqueueActions, setup } from 'xstate';
import type { Outcome } from '#protocols/errors.ts';
import type { HostEffect, MachineMeta } from './effects.ts';
import { type PortFailure, port } from './port.ts';

/** A question: the tool that was called, with its arguments. */
export interface TwinQuestion {
  readonly callId: string;
  readonly tool: string;
  readonly arguments: unknown;
}

export interface TwinContext {
  /** The first is being worked on. */
  readonly waiting: readonly TwinQuestion[];
  readonly answered: number;
  readonly refused: Readonly<Record<string, number>>;
}

export type TwinEvent = { readonly type: 'question.asked'; readonly question: TwinQuestion };

/** A question holds the reports of a whole site, and every one that waits is in the snapshot. */
const WAITING_MAX = 4;

export const twinMachine = setup({
  types: {
    context: {} as TwinContext,
    events: {} as TwinEvent,
    emitted: {} as HostEffect,
    meta: {} as MachineMeta,
  },
  actors: {
    reckon: port<unknown, TwinQuestion>('reckon'),
  },
  actions: {
    take: assign(({ context }, { question }: { question: TwinQuestion }) => ({
      waiting: [...context.waiting, question],
    })),
    turnAway: assign(({ context }) => ({ refused: counted(context.refused, 'busy') })),
    answer: enqueueActions(
      ({ context, enqueue }, { outcome }: { outcome: Outcome<unknown, PortFailure> }) => {
        const [first, ...rest] = context.waiting;
        if (first === undefined) return;
        enqueue.emit({
          type: 'call.answered',
          callId: first.callId,
          outcome: outcome.ok
            ? outcome
            : { ok: false, error: { code: outcome.error.code, hint: outcome.error.message } },
        });
        enqueue.assign({
          waiting: rest,
          ...(outcome.ok
            ? { answered: context.answered + 1 }
            : { refused: counted(context.refused, outcome.error.code) }),
        });
      },
    ),
  },
  guards: {
    hasRoom: ({ context }) => context.waiting.length < WAITING_MAX,
    hasWork: ({ context }) => context.waiting.length > 0,
  },
}).createMachine({
  id: 'twin',
  meta: { timers: {} },
  context: { waiting: [], answered: 0, refused: {} },
  initial: 'idle',
  on: {
    'question.asked': [
      { guard: 'hasRoom', actions: { type: 'take', params: ({ event }) => event } },
      { actions: 'turnAway' },
    ],
  },
  states: {
    idle: { always: { guard: 'hasWork', target: 'reckoning' } },
    reckoning: {
      invoke: {
        id: 'reckon',
        src: 'reckon',
        input: ({ context }) => context.waiting[0] as TwinQuestion,
        onDone: {
          target: 'idle',
          actions: {
            type: 'answer',
            params: ({ event }) => ({ outcome: { ok: true, value: event.output } as const }),
          },
        },
        onError: {
          target: 'idle',
          actions: {
            type: 'answer',
            // A port fails with a `PortFailure` alone; XState types every error as unknown.
            params: ({ event }) => ({
              outcome: { ok: false, error: event.error as PortFailure } as const,
            }),
          },
        },
      },
    },
  },
});

function counted(
  counts: Readonly<Record<string, number>>,
  code: string,
): Readonly<Record<string, number>> {
  return { ...counts, [code]: (counts[code] ?? 0) + 1 };
}
