// biome-ignore-all lint/style/noExcessiveLinesPerFile: a chart is one thing and is read as a whole
/**
 * A radio. It serves on its channel; to move, it first keeps the silence owed on the new one. Where
 * radar is heard it falls silent at once, closes the channel for the non-occupancy period, chooses
 * another by itself and goes there. While its node does not reach the cloud it also leaves, by
 * itself, a channel that something else fills, or where its clients fare badly. A change that has to be confirmed it takes back when
 * nobody confirms it in time, when its node loses the cloud, or when its clients fare worse.
 */
import { assign, emit, enqueueActions, setup } from 'xstate';
import type { Load } from '#protocols/air.ts';
import { sameChannel } from '#protocols/channels.ts';
import type { RadioState } from '#protocols/driver.ts';
import type { Outcome, Refusal } from '#protocols/errors.ts';
import type { ClientFare } from '#protocols/fare.ts';
import type { HostEffect, MachineMeta } from './effects.ts';
import { port } from './port.ts';
import { FILLED_DUTY, isPoor } from './radio-alone.ts';
import {
  confirmed,
  contactLost,
  endOf,
  faresAfter,
  isBack,
  madeByMove,
  madeByPower,
  notConfirmed,
  overtaken,
  stays,
  trialAfter,
  turnedBack,
  wayBack,
} from './radio-trial.ts';
import {
  type AskedPower,
  answered,
  type BackInput,
  type BackStep,
  blockHeard,
  type ChooseInput,
  choice,
  describe,
  type Finding,
  isClosed,
  isOnOurWay,
  legalStateOf,
  type Made,
  type Move,
  message,
  type Neighbour,
  overlaps,
  own,
  type Powering,
  type Published,
  placeOf,
  type RadioContext,
  type RadioEvent,
  type RadioInput,
  refused,
  type ScanResult,
  type TrialEnd,
  type Tuning,
  tuning,
  wasReset,
} from './radio-words.ts';

export const radioMachine = setup({
  types: {
    input: {} as RadioInput,
    context: {} as RadioContext,
    events: {} as RadioEvent,
    emitted: {} as Published | HostEffect,
    tags: {} as 'silent',
    meta: {} as MachineMeta,
  },
  actors: {
    open: port<RadioState, { eirpDbm: number }>('open'),
    listen: port<RadioState, Tuning>('listen'),
    tune: port<RadioState, Tuning>('tune'),
    hush: port<RadioState, null>('hush'),
    power: port<RadioState, Powering>('power'),
    scan: port<ScanResult, { bins: number; sweeps: number }>('scan'),
    choose: port<Move, ChooseInput>('choose'),
    goBack: port<BackStep, BackInput>('goBack'),
  },
  actions: {
    aim: assign((_, { move }: { move: Move }) => ({ move })),
    noteLoad: assign((_, { utilisation, stations, carriedMbps }: Load) => ({
      load: { utilisation, stations, carriedMbps },
    })),
    /** Every change the rules look at grows the version and is told to the auditor. */
    report: enqueueActions(({ enqueue }) => {
      enqueue.assign({ stateVersion: ({ context }) => context.stateVersion + 1 });
      enqueue.emit(({ context }) => ({ type: 'state.changed', ...legalStateOf(context) }));
    }),
    /** Closes the block in use, or the one being cleared, and starts its non-occupancy period. */
    close: enqueueActions(
      ({ context, enqueue }, radar: { centerMhz: number; widthMhz: number }) => {
        const heard = blockHeard(context, radar);
        const closure = { centerMhz: heard.centerMhz, widthMhz: heard.widthMhz };
        const ended = { type: 'closure.ended', ...closure } as const;
        const id = `nonOccupancy/${closure.centerMhz}-${closure.widthMhz}`;
        enqueue.assign({
          closures: [
            ...context.closures.filter(
              ({ centerMhz, widthMhz }) =>
                centerMhz !== closure.centerMhz || widthMhz !== closure.widthMhz,
            ),
            closure,
          ],
        });
        enqueue.cancel(id);
        enqueue.raise(ended, { id, delay: 'nonOccupancy' });
        enqueue.emit({
          type: 'radar.detected',
          channel: context.channel,
          centerMhz: radar.centerMhz,
          widthMhz: radar.widthMhz,
        });
        enqueue.emit({
          type: 'ledger.noted',
          note: {
            kind: 'radar',
            subject: context.address,
            reason: `Radar was heard at ${radar.centerMhz} MHz; ${describe(closure)} is closed for ${
              context.nonOccupancyMs / 60_000
            } minutes.`,
            body: { radar, closure, ...placeOf(context) },
          },
        });
      },
    ),
    /** What shows later how long it went on sending. */
    noteSilence: emit(({ context }) => ({
      type: 'ledger.noted' as const,
      note: {
        kind: 'actuation' as const,
        subject: context.address,
        reason: 'The radio is silent.',
        body: { silent: true },
      },
    })),
    reopen: assign(
      ({ context }, { centerMhz, widthMhz }: { centerMhz: number; widthMhz: number }) => ({
        closures: context.closures.filter(
          (closure) => closure.centerMhz !== centerMhz || closure.widthMhz !== widthMhz,
        ),
      }),
    ),
    vacate: assign(({ context }) => ({
      channel: null,
      cameFrom: context.channel ?? context.cameFrom,
      interferers: [],
      silent: true,
    })),
    arrive: enqueueActions(({ context, enqueue }) => {
      const { move } = context;
      if (move === null) return;
      const { to, clearMs, cause, reason, callId, verdictId } = move;
      const from = context.channel ?? context.cameFrom;
      enqueue.emit({
        type: 'channel.changed',
        from,
        to,
        silentMs: clearMs,
        cause,
        reason,
      });
      enqueue.emit({
        type: 'ledger.noted',
        note: {
          kind: 'actuation',
          subject: context.address,
          reason,
          body: { from, to, cause, silentMs: clearMs, verdictId, ...placeOf(context) },
        },
      });
      if (callId !== null) {
        enqueue.emit(answered(callId, { ok: true, value: { silentMs: clearMs } }));
      }
      enqueue.assign({
        channel: to,
        cameFrom: null,
        home: null,
        silent: false,
        move: null,
        interferers: [],
      });
    }),
    /** Before what was made is noted: the change is on trial where that was asked for. */
    begin: enqueueActions(({ context, enqueue }, made: Made | null) => {
      if (made === null) return;
      const trial = trialAfter(context, made);
      if (trial === null) for (const told of endOf(context, overtaken)) enqueue.emit(told);
      enqueue.assign({ trial, served: [] });
      enqueue.cancel('confirmWait');
      if (trial !== null) {
        enqueue.raise({ type: 'trial.over' }, { id: 'confirmWait', delay: 'confirmWait' });
      }
    }),
    endTrial: enqueueActions(({ context, enqueue }, end: TrialEnd) => {
      for (const told of endOf(context, end)) enqueue.emit(told);
      enqueue.assign({ trial: null });
      enqueue.cancel('confirmWait');
    }),
    noteConfirmed: assign((_, { key }: { key: string }) => ({ confirmed: key })),
    turnBack: assign(({ context }, { why }: { why: string }) => turnedBack(context, why)),
    noteFares: assign(({ context }, { clients }: { clients: readonly ClientFare[] }) =>
      faresAfter(context, clients),
    ),
    giveUp: enqueueActions(({ context, enqueue }, { error }: { error: Refusal }) => {
      const callId = context.move?.callId ?? null;
      if (callId !== null) enqueue.emit(answered(callId, refused(error)));
      enqueue.assign({ move: null });
    }),
    refuseBusy: emit((_, { callId }: { callId: string }) => answered(callId, refused(own.busy))),
    refusePinned: emit((_, { callId }: { callId: string }) =>
      answered(callId, refused(own.pinned)),
    ),
    askPower: assign((_, { callId, eirpDbm, verdictId, confirming = null }: AskedPower) => ({
      asked: { callId, eirpDbm, verdictId, confirming },
    })),
    powered: enqueueActions(({ context, enqueue }, { eirpDbm }: { eirpDbm: number }) => {
      if (context.asked === null) return;
      const { callId, verdictId } = context.asked;
      if (callId !== null) enqueue.emit(answered(callId, { ok: true, value: { eirpDbm } }));
      enqueue.emit({
        type: 'ledger.noted',
        note: {
          kind: 'actuation',
          subject: context.address,
          reason: `It sends ${eirpDbm} dBm EIRP.`,
          body: { ...placeOf(context), eirpDbm, verdictId },
        },
      });
      enqueue.assign({ eirpDbm, asked: null });
    }),
    powerFailed: enqueueActions(({ context, enqueue }, { why }: { why: string }) => {
      const callId = context.asked?.callId ?? null;
      if (callId !== null) enqueue.emit(answered(callId, refused(own.driver(why))));
      enqueue.assign({ asked: null });
    }),
    askScan: assign((_, scan: { callId: string; bins: number; sweeps: number }) => ({ scan })),
    scanned: enqueueActions(({ context, enqueue }, { outcome }: { outcome: Outcome<unknown> }) => {
      if (context.scan === null) return;
      enqueue.emit(answered(context.scan.callId, outcome));
      enqueue.assign({ scan: null });
    }),
    pin: assign((_, { pinned }: { pinned: boolean }) => ({ pinned })),
    noteNeighbours: assign((_, { neighbours }: { neighbours: readonly Neighbour[] }) => ({
      neighbours,
    })),
    /** What it got before it looked around is no reason to look again. */
    forgetFares: assign({ served: [] }),
    /** Tells what came and what went since the last look at the spectrum. */
    noteFindings: enqueueActions(
      ({ context, enqueue }, { findings }: { findings: readonly Finding[] }) => {
        for (const finding of findings) {
          if (!context.interferers.some((known) => overlaps(known, finding))) {
            enqueue.emit({ type: 'interferer.detected', ...finding });
          }
        }
        for (const known of context.interferers) {
          if (!findings.some((finding) => overlaps(known, finding))) {
            enqueue.emit({
              type: 'interferer.gone',
              lowMhz: known.lowMhz,
              highMhz: known.highMhz,
            });
          }
        }
        const isNew = findings.some(
          (one) => !context.interferers.some((known) => overlaps(known, one)),
        );
        // From now on it is another channel: what clients got before is no measure of it.
        enqueue.assign({ interferers: findings, ...(isNew ? { served: [] } : {}) });
      },
    ),
    /** Back to the channel it had, with whatever silence is owed there. */
    goHome: assign(({ context }) => ({ home: context.channel, channel: null, silent: true })),
    beAlone: assign({ alone: true }),
    beFound: assign({ alone: false }),
  },
  guards: {
    isNewLoad: ({ context: { load } }, { utilisation, stations, carriedMbps }: Load) =>
      utilisation !== load.utilisation ||
      stations !== load.stations ||
      carriedMbps !== load.carriedMbps,
    owesSilence: ({ context }) => (context.move?.clearMs ?? 0) > 0,
    differs: ({ context }, { state }: { state: RadioState }) =>
      context.channel !== null &&
      (state.silent || state.channel === null || !sameChannel(state.channel, context.channel)),
    isPinned: ({ context }) => context.pinned,
    /** Radar counts where the radio is or is about to be. */
    concernsUs: ({ context }, radar: { centerMhz: number; widthMhz: number }) =>
      isOnOurWay(context, radar),
    wasClosedMeanwhile: ({ context }, { to }: { to: Move['to'] }) => isClosed(context, to),
    isOnTrial: ({ context: { trial } }, { key }: { key: string }) =>
      trial?.key === key && trial.goesBack === null,
    mustGoBack: ({ context: { trial } }) => typeof trial?.goesBack === 'string',
    isOwnStep: ({ context: { asked } }) => asked?.callId === null,
    /** Radar closed it since it was found legal. */
    isBarred: ({ context }, step: BackStep) => 'move' in step && isClosed(context, step.move.to),
    isMove: (_, step: BackStep) => 'move' in step,
    isPower: (_, step: BackStep) => 'eirpDbm' in step,
    mustLeaveAlone: ({ context }, { findings }: { findings: readonly Finding[] }) =>
      context.alone && !context.pinned && findings.some(({ duty }) => duty >= FILLED_DUTY),
    mayLookAlone: ({ context }, { clients }: { clients: readonly ClientFare[] }) =>
      context.alone && !context.pinned && isPoor(faresAfter(context, clients).served ?? []),
  },
  delays: {
    clearWait: ({ context }) => context.move?.clearMs ?? 0,
    nonOccupancy: ({ context }) => context.nonOccupancyMs,
    confirmWait: ({ context }) => context.trial?.confirmWithinMs ?? 0,
    /** Nothing was legal, or the driver failed: look again. */
    retryWait: 60_000,
    /** Well within the channel move time of 10 s (47 CFR 15.407(h)(2)(iii), ETSI EN 301 893 table D.1). */
    hushRetry: 1_000,
  },
}).createMachine({
  id: 'radio',
  meta: {
    timers: {
      clearWait: 'restart',
      nonOccupancy: 'original-if-trusted',
      confirmWait: 'original',
      retryWait: 'original',
      hushRetry: 'original',
    },
  },
  context: ({ input: { address, home, eirpDbm, nonOccupancyMs, ...site } }) => ({
    address,
    site,
    nonOccupancyMs,
    channel: null,
    cameFrom: null,
    silent: true,
    eirpDbm,
    pinned: false,
    alone: false,
    closures: [],
    home,
    move: null,
    asked: null,
    scan: null,
    neighbours: [],
    interferers: [],
    stateVersion: 0,
    load: { utilisation: 0, stations: 0, carriedMbps: 0 },
    trial: null,
    confirmed: null,
    served: [],
  }),
  initial: 'opening',
  on: {
    'load.measured': {
      guard: { type: 'isNewLoad', params: ({ event }) => event },
      actions: { type: 'noteLoad', params: ({ event }) => event },
    },
    'survey.measured': {
      actions: [{ type: 'noteFares', params: ({ event }) => event }, emit(({ event }) => event)],
    },
    // Told on, and no more: only what the chip itself detects makes it leave.
    'radar.suspected': { actions: emit(({ event }) => event) },
    'neighbours.measured': {
      actions: [
        { type: 'noteNeighbours', params: ({ event }) => event },
        emit(({ event }) => event),
      ],
    },
    'radar.detected': [
      {
        guard: { type: 'concernsUs', params: ({ event }) => event },
        target: '.hushing',
        actions: [
          { type: 'close', params: ({ event }) => event },
          { type: 'giveUp', params: { error: own.radar } },
        ],
      },
      // Where it may be still tuned without a channel of its own, or was a moment ago.
      { actions: [{ type: 'close', params: ({ event }) => event }, 'report'] },
    ],
    'driver.opened': {
      guard: { type: 'differs', params: ({ event }) => event },
      target: '.choosing',
      actions: [
        'goHome',
        { type: 'giveUp', params: { error: own.driver(wasReset) } },
        { type: 'powerFailed', params: { why: wasReset } },
        { type: 'scanned', params: { outcome: refused(own.driver(wasReset)) } },
      ],
    },
    'closure.ended': {
      actions: [{ type: 'reopen', params: ({ event }) => event }, 'report'],
    },
    'pin.requested': {
      actions: [{ type: 'pin', params: ({ event }) => event }, 'report'],
    },
    'move.requested': {
      actions: { type: 'refuseBusy', params: ({ event }) => ({ callId: event.move.callId ?? '' }) },
    },
    'power.requested': {
      actions: { type: 'refuseBusy', params: ({ event }) => ({ callId: event.callId }) },
    },
    'scan.requested': {
      actions: { type: 'refuseBusy', params: ({ event }) => ({ callId: event.callId }) },
    },
    'confirm.requested': {
      guard: { type: 'isOnTrial', params: ({ event }) => event },
      actions: [
        { type: 'endTrial', params: confirmed },
        { type: 'noteConfirmed', params: ({ event }) => event },
      ],
    },
    'trial.over': {
      actions: { type: 'turnBack', params: ({ context }) => ({ why: notConfirmed(context) }) },
    },
    'cloud.lost': { actions: ['beAlone', { type: 'turnBack', params: { why: contactLost } }] },
    'cloud.found': { actions: 'beFound' },
  },
  states: {
    opening: {
      tags: 'silent',
      invoke: {
        id: 'open',
        src: 'open',
        input: ({ context }) => ({ eirpDbm: context.eirpDbm }),
        onDone: {
          target: 'choosing',
          actions: assign({ eirpDbm: ({ event }) => event.output.eirpDbm }),
        },
        onError: 'vacated',
      },
    },
    approaching: {
      always: [{ guard: 'owesSilence', target: 'clearing' }, { target: 'tuning' }],
    },
    clearing: {
      tags: 'silent',
      initial: 'falling',
      entry: ['vacate', 'report'],
      states: {
        falling: {
          invoke: {
            id: 'listen',
            src: 'listen',
            input: ({ context }) => tuning(context.move),
            onDone: 'listening',
            onError: {
              target: '#radio.vacated',
              actions: {
                type: 'giveUp',
                params: ({ event }) => ({ error: own.driver(message(event.error)) }),
              },
            },
          },
        },
        listening: {
          // The hardware may have been reset meanwhile: only time in which it listened counts.
          on: { 'driver.opened': 'falling' },
          after: { clearWait: '#radio.tuning' },
        },
      },
    },
    tuning: {
      // Reset between the silence and the first use: what was listened to before does not count. Else
      // whoever tunes has read the hardware anew, and what was done before a kill is not undone.
      on: { 'driver.opened': [{ guard: 'owesSilence', target: 'clearing' }, {}] },
      invoke: {
        id: 'tune',
        src: 'tune',
        input: ({ context }) => tuning(context.move),
        onDone: {
          target: 'serving',
          actions: [
            { type: 'begin', params: ({ context }) => madeByMove(context) },
            'arrive',
            'report',
          ],
        },
        onError: {
          target: 'vacated',
          actions: {
            type: 'giveUp',
            params: ({ event }) => ({ error: own.driver(message(event.error)) }),
          },
        },
      },
    },
    serving: {
      always: { guard: 'mustGoBack', target: 'returning' },
      on: {
        'move.requested': [
          {
            guard: 'isPinned',
            actions: {
              type: 'refusePinned',
              params: ({ event }) => ({ callId: event.move.callId ?? '' }),
            },
          },
          { target: 'approaching', actions: { type: 'aim', params: ({ event }) => event } },
        ],
        'power.requested': {
          target: 'powering',
          actions: { type: 'askPower', params: ({ event }) => event },
        },
        'scan.requested': {
          target: 'scanning',
          actions: { type: 'askScan', params: ({ event }) => event },
        },
        'survey.measured': {
          guard: { type: 'mayLookAlone', params: ({ event }) => event },
          target: 'leaving',
          actions: [
            { type: 'noteFares', params: ({ event }) => event },
            emit(({ event }) => event),
          ],
        },
        'spectrum.judged': [
          {
            guard: { type: 'mustLeaveAlone', params: ({ event }) => event },
            target: 'leaving',
            actions: { type: 'noteFindings', params: ({ event }) => event },
          },
          { actions: { type: 'noteFindings', params: ({ event }) => event } },
        ],
      },
    },
    /** Back to where it was before a change that was not confirmed, step by step. */
    returning: {
      invoke: {
        id: 'goBack',
        src: 'goBack',
        input: ({ context }) => wayBack(context),
        onDone: [
          {
            guard: { type: 'isBarred', params: ({ event }) => event.output },
            target: 'returning',
            reenter: true,
          },
          {
            guard: { type: 'isMove', params: ({ event }) => event.output },
            target: 'approaching',
            actions: { type: 'aim', params: ({ event }) => event.output as { move: Move } },
          },
          {
            guard: { type: 'isPower', params: ({ event }) => event.output },
            target: 'powering',
            actions: { type: 'askPower', params: ({ event }) => event.output as AskedPower },
          },
          {
            target: 'serving',
            actions: { type: 'endTrial', params: ({ context }) => isBack(context) },
          },
        ],
        onError: {
          target: 'serving',
          actions: {
            type: 'endTrial',
            params: ({ event }) => ({
              outcome: 'stayed',
              reason: stays(message(event.error)),
            }),
          },
        },
      },
    },
    powering: {
      invoke: {
        id: 'power',
        src: 'power',
        input: ({ context }) => ({
          eirpDbm: context.asked?.eirpDbm ?? context.eirpDbm,
          verdictId: context.asked?.verdictId ?? '',
        }),
        onDone: {
          target: 'serving',
          actions: [
            { type: 'begin', params: ({ context }) => madeByPower(context) },
            { type: 'powered', params: ({ event }) => ({ eirpDbm: event.output.eirpDbm }) },
            'report',
          ],
        },
        onError: [
          {
            guard: 'isOwnStep',
            target: 'serving',
            actions: [
              {
                type: 'endTrial',
                params: ({ event }) => ({ outcome: 'stayed', reason: stays(message(event.error)) }),
              },
              { type: 'powerFailed', params: ({ event }) => ({ why: message(event.error) }) },
            ],
          },
          {
            target: 'serving',
            actions: {
              type: 'powerFailed',
              params: ({ event }) => ({ why: message(event.error) }),
            },
          },
        ],
      },
    },
    scanning: {
      invoke: {
        id: 'scan',
        src: 'scan',
        input: ({ context }) => context.scan ?? { bins: 128, sweeps: 64 },
        onDone: {
          target: 'serving',
          actions: {
            type: 'scanned',
            params: ({ event }) => ({ outcome: { ok: true, value: event.output } as const }),
          },
        },
        onError: {
          target: 'serving',
          actions: {
            type: 'scanned',
            params: ({ event }) => ({
              outcome: refused({ code: 'no_spectrum', hint: message(event.error) }),
            }),
          },
        },
      },
    },
    /** Alone, and something fills the channel, or clients fare badly there: choose while still serving. */
    leaving: {
      exit: 'forgetFares',
      invoke: {
        id: 'choose',
        src: 'choose',
        input: ({ context }) => choice(context, 'alone'),
        onDone: [
          {
            guard: { type: 'wasClosedMeanwhile', params: ({ event }) => event.output },
            target: 'leaving',
            reenter: true,
          },
          {
            target: 'approaching',
            actions: { type: 'aim', params: ({ event }) => ({ move: event.output }) },
          },
        ],
        onError: 'serving',
      },
    },
    /** Radar: silent at once, nothing else comes first. */
    hushing: {
      tags: 'silent',
      entry: ['vacate', 'report'],
      initial: 'falling',
      states: {
        falling: {
          invoke: {
            id: 'hush',
            src: 'hush',
            input: null,
            onDone: { target: '#radio.choosing', actions: 'noteSilence' },
            onError: 'failed',
          },
        },
        /** It may still be sending: nothing else is done before it is silent. */
        failed: { after: { hushRetry: 'falling' } },
      },
    },
    choosing: {
      tags: 'silent',
      entry: 'report',
      invoke: {
        id: 'choose',
        src: 'choose',
        input: ({ context }) => choice(context, context.home === null ? 'radar' : 'start'),
        onDone: [
          {
            guard: { type: 'wasClosedMeanwhile', params: ({ event }) => event.output },
            target: 'choosing',
            reenter: true,
          },
          {
            target: 'approaching',
            actions: { type: 'aim', params: ({ event }) => ({ move: event.output }) },
          },
        ],
        onError: 'vacated',
      },
    },
    /** Nowhere. What failed may have left the hardware where it was, so it is silenced here too. */
    vacated: {
      tags: 'silent',
      entry: ['vacate', 'report'],
      initial: 'falling',
      states: {
        falling: {
          invoke: { id: 'hush', src: 'hush', input: null, onDone: 'resting', onError: 'failed' },
        },
        failed: { after: { hushRetry: 'falling' } },
        resting: { after: { retryWait: '#radio.choosing' } },
      },
    },
  },
});
