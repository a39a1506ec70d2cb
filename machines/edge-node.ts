/**
 * A node. It knows whether it reaches the cloud and tells its radios when that changes; it listens
 * to the spectrum of those that can, and hands each radio what was found there; it hands over what it
 * recorded, one range at a time; it says that it is there.
 */
import { assign, emit, enqueueActions, setup } from 'xstate';
import type { Outcome } from '#protocols/errors.ts';
import type { EventData } from '#protocols/event.ts';
import type { nodeHeartbeat } from '#protocols/events/edge-node.ts';
import { fetchCapture } from '#protocols/tools/edge-node.ts';
import type { HostEffect, MachineMeta } from './effects.ts';
import { port } from './port.ts';
import { answered, type Finding, message, refused } from './radio-words.ts';

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

/** A range of recorded time that somebody asked for. */
export interface CaptureAsked {
  readonly callId: string;
  readonly radio: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** A range that was handed over. It counts against the quota for a day. */
export interface CaptureHanded {
  readonly atMs: number;
  readonly sha256: string;
  readonly bytes: number;
}

/** What handing over a range came to: the answer, and what counts against the quota from now on. */
export interface CaptureFetched {
  readonly outcome: Outcome<unknown>;
  readonly handed: readonly CaptureHanded[];
}

export interface EdgeNodeContext extends EdgeNodeInput {
  readonly lastLook: {
    readonly atMs: number;
    readonly sweeps: number;
    readonly skippedBytes: number;
  } | null;
  readonly aloneMs: number;
  readonly asked: CaptureAsked | null;
  /** Left out by snapshots from before ranges were handed over. */
  readonly handed?: readonly CaptureHanded[];
}

export type EdgeNodeEvent =
  | { readonly type: 'link.lost' }
  | { readonly type: 'link.restored'; readonly aloneMs: number }
  | ({ readonly type: 'capture.requested' } & CaptureAsked)
  /** What was last heard was asked for, which needs no step. */
  | { readonly type: 'capture.shown' }
  | ({ readonly type: 'settings.requested' } & Partial<SpectrumSettings>);

type Published =
  | { readonly type: 'cloud.lost' }
  | { readonly type: 'cloud.found'; readonly aloneMs: number }
  | ({ readonly type: 'heartbeat.sent' } & EventData<typeof nodeHeartbeat>);

const busy = {
  code: 'busy',
  hint: fetchCapture.refusals.busy,
  retryAfterMs: 5_000,
};
/** Nobody is told; only a chart that was put together by hand gets there. */
const nobody: CaptureAsked = { callId: '', radio: '', fromMs: 0, toMs: 0 };

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
    handOver: port<CaptureFetched, CaptureAsked & { handed: readonly CaptureHanded[] }>('handOver'),
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
    ask: assign((_, asked: CaptureAsked) => ({ asked })),
    handed: enqueueActions(({ context, enqueue }, { outcome, handed }: CaptureFetched) => {
      if (context.asked !== null) enqueue.emit(answered(context.asked.callId, outcome));
      enqueue.assign({ asked: null, handed });
    }),
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
  context: ({ input }) => ({ ...input, lastLook: null, aloneMs: 0, asked: null, handed: [] }),
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
    recording: {
      initial: 'kept',
      states: {
        kept: {
          on: {
            'capture.requested': {
              target: 'handingOver',
              actions: { type: 'ask', params: ({ event: { type: _, ...asked } }) => asked },
            },
          },
        },
        handingOver: {
          on: {
            'capture.requested': {
              actions: emit(({ event }) => answered(event.callId, refused(busy))),
            },
          },
          invoke: {
            id: 'handOver',
            src: 'handOver',
            input: ({ context }) => ({
              ...(context.asked ?? nobody),
              handed: context.handed ?? [],
            }),
            onDone: {
              target: 'kept',
              actions: { type: 'handed', params: ({ event }) => event.output },
            },
            onError: {
              target: 'kept',
              actions: {
                type: 'handed',
                params: ({ context, event }) => ({
                  outcome: refused({ code: 'not_stored', hint: message(event.error) }),
                  handed: context.handed ?? [],
                }),
              },
            },
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
