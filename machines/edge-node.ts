/**
 * A node. It knows whether it reaches the cloud and tells its radios when that changes; it listens
 * to the spectrum of those that can, and hands each radio what was found there; it says that it is
 * there.
 */
import { assign, emit, enqueueActions, setup } from 'xstate';
import type { EventData } from '#protocols/event.ts';
import type { nodeHeartbeat } from '#protocols/events/edge-node.ts';
import type { HostEffect, MachineMeta } from './effects.ts';
import { port } from './port.ts';
import type { Finding } from './radio-words.ts';

export interface SpectrumSettings {
  readonly spectrumPeriodMs: number;
  readonly sweeps: number;
  readonly bins: number;
}

export interface EdgeNodeInput extends SpectrumSettings {
  /** The radios of this node, and those of them with a spectral scan. */
  readonly radios: readonly string[];
  readonly spectral: readonly string[];
}

/** What one look at the spectrum of one radio gave. */
export interface Look {
  readonly radio: string;
  readonly sweeps: number;
  readonly skippedBytes: number;
  readonly findings: readonly Finding[];
}

export interface EdgeNodeContext extends EdgeNodeInput {
  readonly lastLook: {
    readonly atMs: number;
    readonly sweeps: number;
    readonly skippedBytes: number;
  } | null;
  readonly aloneMs: number;
}

export type EdgeNodeEvent =
  | { readonly type: 'link.lost' }
  | { readonly type: 'link.restored'; readonly aloneMs: number }
  | ({ readonly type: 'settings.requested' } & Partial<SpectrumSettings>);

type Published =
  | { readonly type: 'cloud.lost' }
  | { readonly type: 'cloud.found'; readonly aloneMs: number }
  | ({ readonly type: 'heartbeat.sent' } & EventData<typeof nodeHeartbeat>);

export const edgeNodeMachine = setup({
  types: {
    input: {} as EdgeNodeInput,
    context: {} as EdgeNodeContext,
    events: {} as EdgeNodeEvent,
    emitted: {} as Published | HostEffect,
    meta: {} as MachineMeta,
  },
  actors: {
    look: port<
      { readonly atMs: number; readonly looks: readonly Look[] },
      { radios: readonly string[]; bins: number; sweeps: number }
    >('look'),
    pulse: port<EventData<typeof nodeHeartbeat>, null>('pulse'),
  },
  actions: {
    tellRadios: enqueueActions(({ context, enqueue }, event: { type: string }) => {
      for (const actor of context.radios) enqueue.emit({ type: 'told', actor, event });
    }),
    tellFindings: enqueueActions(
      ({ enqueue }, { atMs, looks }: { atMs: number; looks: readonly Look[] }) => {
        let sweeps = 0;
        let skippedBytes = 0;
        for (const look of looks) {
          sweeps += look.sweeps;
          skippedBytes += look.skippedBytes;
          if (look.sweeps === 0) continue;
          const event = { type: 'spectrum.judged', findings: look.findings };
          enqueue.emit({ type: 'told', actor: look.radio, event });
        }
        enqueue.assign({ lastLook: { atMs, sweeps, skippedBytes } });
      },
    ),
    set: assign((_, settings: Partial<SpectrumSettings>) => settings),
    beat: emit((_, heartbeat: EventData<typeof nodeHeartbeat>) => ({
      type: 'heartbeat.sent',
      ...heartbeat,
    })),
  },
  guards: {
    canHear: ({ context }) => context.spectral.length > 0,
  },
  delays: {
    spectrumPeriod: ({ context }) => context.spectrumPeriodMs,
    heartbeatPeriod: 30_000,
  },
}).createMachine({
  id: 'edge-node',
  meta: { timers: { spectrumPeriod: 'original', heartbeatPeriod: 'original' } },
  context: ({ input }) => ({ ...input, lastLook: null, aloneMs: 0 }),
  type: 'parallel',
  on: {
    'settings.requested': {
      actions: {
        type: 'set',
        params: ({ event: { type: _, ...settings } }) => settings,
      },
    },
  },
  states: {
    link: {
      initial: 'attached',
      states: {
        attached: {
          on: {
            'link.lost': {
              target: 'alone',
              actions: [
                { type: 'tellRadios', params: { type: 'cloud.lost' } },
                emit({ type: 'cloud.lost' }),
              ],
            },
          },
        },
        alone: {
          on: {
            'link.restored': {
              target: 'attached',
              actions: [
                { type: 'tellRadios', params: { type: 'cloud.found' } },
                emit(({ event }) => ({ type: 'cloud.found', aloneMs: event.aloneMs })),
              ],
            },
          },
        },
      },
    },
    spectrum: {
      initial: 'deciding',
      states: {
        deciding: { always: [{ guard: 'canHear', target: 'resting' }, { target: 'deaf' }] },
        deaf: {},
        resting: { after: { spectrumPeriod: 'looking' } },
        looking: {
          invoke: {
            id: 'look',
            src: 'look',
            input: ({ context }) => ({
              radios: context.spectral,
              bins: context.bins,
              sweeps: context.sweeps,
            }),
            onDone: {
              target: 'resting',
              actions: { type: 'tellFindings', params: ({ event }) => event.output },
            },
            onError: 'resting',
          },
        },
      },
    },
    presence: {
      initial: 'quiet',
      states: {
        quiet: { after: { heartbeatPeriod: 'beating' } },
        beating: {
          invoke: {
            id: 'pulse',
            src: 'pulse',
            input: null,
            onDone: {
              target: 'quiet',
              actions: { type: 'beat', params: ({ event }) => event.output },
            },
            onError: 'quiet',
          },
        },
      },
    },
  },
});
