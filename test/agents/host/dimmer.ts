/**
 * A machine for the host's tests: a dimmer. It sets a level by an actuation, draws by work, waits in
 * three ways, and fails when told to.
 */
import { assign, emit, enqueueActions, setup } from 'xstate';
import * as z from 'zod';
import type { Body, Hears } from '#agents/body.ts';
import { handle, pending } from '#agents/body.ts';
import type { HostEffect, MachineMeta } from '#machines/effects.ts';
import { port } from '#machines/port.ts';
import type { Outcome } from '#protocols/errors.ts';
import { defineEvent } from '#protocols/event.ts';
import { defineTool } from '#protocols/tool.ts';

export interface Light {
  readonly level: number;
}

interface Context {
  level: number;
  asked: { callId: string; to: number } | null;
  heard: number[];
  drawn: number[];
  returned: { callId: string; ok: boolean }[];
}

type Event =
  | { type: 'set.requested'; callId: string; to: number }
  | { type: 'draw.requested' }
  | { type: 'noted'; value: number }
  | { type: 'pause.requested' }
  | { type: 'silence.requested' }
  | { type: 'closure.requested' }
  | { type: 'leave.requested' }
  | { type: 'break.requested' }
  | { type: 'tell.requested'; actor: string; value: number }
  | { type: 'call.wanted'; callId: string }
  | { type: 'call.returned'; callId: string; outcome: Outcome<unknown> }
  | { type: 'remind.requested' }
  | { type: 'reminded' }
  | { type: 'level.changed'; source: string; level: number };

export const levelChanged = defineEvent({
  name: 'level.changed',
  role: 'radio',
  kind: 'event',
  description: 'The light has another level.',
  data: z.strictObject({ level: z.number() }),
});

export const levelMeasured = defineEvent({
  name: 'level.measured',
  role: 'radio',
  kind: 'metric',
  description: 'The level, from time to time.',
  data: z.strictObject({ level: z.number() }),
});

type Emitted =
  | HostEffect
  | { type: 'level.changed'; level: number }
  | { type: 'level.measured'; level: number };

const answered = (callId: string, outcome: Outcome<unknown>) =>
  ({ type: 'call.answered', callId, outcome }) as const;

export const dimmerMachine = setup({
  types: {
    context: {} as Context,
    input: {} as { level: number },
    events: {} as Event,
    emitted: {} as Emitted,
    meta: {} as MachineMeta,
  },
  actors: { set: port<Light, number>('set'), draw: port<number, null>('draw') },
  actions: {
    ask: assign((_, asked: { callId: string; to: number }) => ({ asked })),
    arrive: enqueueActions(({ context, enqueue }, { level }: { level: number }) => {
      const callId = context.asked?.callId;
      enqueue.assign({ level, asked: null });
      enqueue.emit({ type: 'level.changed', level });
      enqueue.emit({ type: 'level.measured', level });
      enqueue.emit({
        type: 'ledger.noted',
        note: { kind: 'actuation', subject: 'light', reason: `Set to ${level}.`, body: {} },
      });
      if (callId !== undefined) {
        enqueue.emit(answered(callId, { ok: true, value: { level } }));
      }
    }),
    giveUp: enqueueActions(({ context, enqueue }) => {
      const callId = context.asked?.callId;
      enqueue.assign({ asked: null });
      if (callId === undefined) return;
      const error = { code: 'failed', hint: 'The light did not take it.' };
      enqueue.emit(answered(callId, { ok: false, error }));
    }),
    note: assign(({ context }, { value }: { value: number }) => ({
      heard: [...context.heard, value],
    })),
    take: assign(({ context }, { value }: { value: number }) => ({
      drawn: [...context.drawn, value],
    })),
    fail: assign((): Partial<Context> => {
      throw new Error('told to break');
    }),
  },
  delays: { pause: 10_000, silence: 60_000, closure: 1_800_000, reminder: 5_000 },
}).createMachine({
  id: 'dimmer',
  meta: {
    timers: {
      pause: 'original',
      silence: 'restart',
      closure: 'original-if-trusted',
      reminder: 'original',
    },
  },
  context: ({ input }) => ({ level: input.level, asked: null, heard: [], drawn: [], returned: [] }),
  initial: 'idle',
  on: {
    noted: { actions: { type: 'note', params: ({ event }) => event } },
    'level.changed': {
      actions: { type: 'note', params: ({ event }) => ({ value: event.level }) },
    },
    'break.requested': { actions: 'fail' },
    'tell.requested': {
      actions: emit(({ event: { actor, value } }) => ({
        type: 'told',
        actor,
        event: { type: 'noted', value },
      })),
    },
    'call.wanted': {
      actions: emit(({ event: { callId } }) => ({
        type: 'call.requested',
        callId,
        target: 'hq/cloud/auditor',
        tool: 'auditor_check',
        arguments: {},
        timeoutMs: 1_000,
      })),
    },
    'call.returned': {
      actions: assign(({ context, event: { callId, outcome } }) => ({
        returned: [...context.returned, { callId, ok: outcome.ok }],
      })),
    },
    'remind.requested': {
      actions: enqueueActions(({ enqueue }) => {
        enqueue.cancel('reminder/one');
        enqueue.raise({ type: 'reminded' }, { id: 'reminder/one', delay: 'reminder' });
      }),
    },
    reminded: { actions: { type: 'note', params: { value: -1 } } },
    'leave.requested': '.idle',
  },
  states: {
    idle: {
      on: {
        'set.requested': {
          target: 'setting',
          actions: { type: 'ask', params: ({ event }) => event },
        },
        'draw.requested': 'drawing',
        'pause.requested': 'pausing',
        'silence.requested': 'silent',
        'closure.requested': 'closed',
      },
    },
    setting: {
      invoke: {
        id: 'set',
        src: 'set',
        input: ({ context }) => context.asked?.to ?? context.level,
        onDone: {
          target: 'idle',
          actions: { type: 'arrive', params: ({ event }) => event.output },
        },
        onError: { target: 'idle', actions: 'giveUp' },
      },
    },
    drawing: {
      invoke: {
        id: 'draw',
        src: 'draw',
        input: null,
        onDone: {
          target: 'idle',
          actions: { type: 'take', params: ({ event }) => ({ value: event.output }) },
        },
      },
    },
    pausing: { after: { pause: 'idle' } },
    silent: { after: { silence: 'idle' } },
    closed: { after: { closure: 'idle' } },
  },
});

const Level = z.strictObject({ level: z.number() });

export const setLevel = defineTool({
  name: 'light_set_level',
  description: 'Sets the level.',
  effect: 'actuate',
  input: Level,
  output: Level,
});

export const getLevel = defineTool({
  name: 'light_get_level',
  description: 'Tells the level.',
  effect: 'observe',
  input: z.strictObject({}),
  output: Level,
});

interface Snapshot {
  readonly context: Context;
}

export function dimmerBody(extra: Partial<Body> = {}, hears: readonly Hears[] = []): Body {
  return {
    role: 'radio',
    machine: dimmerMachine,
    publishes: [levelChanged, levelMeasured],
    hears,
    mailbox: { capacity: 8, overflow: 'drop-oldest' },
    tools: [
      handle<typeof setLevel, Snapshot>({
        tool: setLevel,
        event: ({ callId, arguments: { level } }) => ({
          type: 'set.requested',
          callId,
          to: level,
        }),
        reply: () => pending,
      }),
      handle<typeof getLevel, Snapshot>({
        tool: getLevel,
        reply: ({ context }) => ({ ok: true, value: { level: context.level } }),
      }),
    ],
    ...extra,
  };
}
