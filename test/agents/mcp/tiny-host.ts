/**
 * The smallest honest host: one radio's handlers over a plain map, an inbox, and no chart. It lets
 * tests of the door say exactly what a call met.
 */
import type { AnyStateMachine } from 'xstate';
import { type Body, type Call, handle, pending } from '#agents/body.ts';
import type { ActorHost, Invocation } from '#agents/host/actor-host.ts';
import type { InboxRecord } from '#agents/store/store.ts';
import type { Outcome } from '#protocols/errors.ts';
import type { RadioLegalState } from '#protocols/events/radio.ts';
import { type Address, address } from '#protocols/ids.ts';
import * as tools from '#protocols/tools/radio.ts';

export const SITE = 'hq';
export const NODE = 'ap12';
export const RADIO = address(SITE, NODE, 'radio-0');

export const channel36 = { band: '5', primaryMhz: 5180, centerMhz: 5180, widthMhz: 20 } as const;
export const channel40 = { band: '5', primaryMhz: 5200, centerMhz: 5200, widthMhz: 20 } as const;

export interface TinyHost extends ActorHost {
  /** Each call that reached the actor, in order. */
  readonly invoked: Call<unknown>[];
  readonly notes: { tool: string; caller: string; callId: string; refused?: string }[];
  readonly records: Map<string, InboxRecord>;
  legal: RadioLegalState;
  base: number | null;
  /** How the next calls of a kind are met; by default at once and well. */
  meet: (call: Call<unknown>) => Outcome<unknown> | typeof pending;
  /** Answers a call that was left pending. */
  answer(callId: string, outcome: Outcome<unknown>): void;
}

export function tinyHost(): TinyHost {
  const waiting = new Map<string, ((outcome: Outcome<unknown>) => void)[]>();
  const invoked: Call<unknown>[] = [];
  const notes: TinyHost['notes'] = [];
  const records = new Map<string, InboxRecord>();
  const body = radioLikeBody(() => host.legal);

  const settle = (callId: string, invocation: Invocation, outcome: Outcome<unknown>) => {
    if (invocation.once === undefined) return;
    const { contentHash, expiresWallUs } = invocation.once;
    records.set(callId, {
      key: callId,
      contentHash,
      status: 'done',
      answer: outcome,
      expiresWallUs,
    });
  };

  const host: TinyHost = {
    site: SITE,
    node: NODE,
    invoked,
    notes,
    records,
    base: 7,
    legal: {
      country: 'DE',
      indoor: true,
      antennaGainDbi: 3,
      channel: channel36,
      eirpDbm: 20,
      silent: false,
      pinned: false,
      closures: [],
      bands: ['2.4', '5'],
      maxWidthMhz: 80,
      minEirpDbm: 0,
      maxEirpDbm: 30,
      stateVersion: 1,
    },
    meet: (call) => {
      const handler = body.tools.find(({ tool }) => tool.name === call.tool)!;
      return handler.reply({}, call, undefined as never);
    },
    addresses: () => [RADIO],
    body: (at: Address) => (at === RADIO ? body : undefined),
    inbox: (key) => records.get(key),
    remember: (record) => records.set(record.key, record),
    legalState: () => host.legal,
    baseVersion: () => host.base,
    hear: (_address, _heard, _key, consumed) => consumed(),
    onAnswered: () => {},
    noteCall: (_address, note) => notes.push(note),
    invoke: (_address, invocation, done) => {
      const { callId } = invocation.call;
      const record = invocation.once && records.get(callId);
      if (record?.status === 'done') return done(record.answer as Outcome<unknown>);
      const others = waiting.get(callId);
      if (others !== undefined) {
        others.push(done);
        return;
      }
      invoked.push(invocation.call);
      const met = host.meet(invocation.call);
      if (met !== pending) {
        settle(callId, invocation, met);
        done(met);
        return;
      }
      if (invocation.once) {
        const { contentHash, expiresWallUs } = invocation.once;
        records.set(callId, {
          key: callId,
          contentHash,
          status: 'working',
          answer: undefined,
          expiresWallUs,
        });
      }
      invocation.accepted?.();
      waiting.set(callId, [(outcome) => settle(callId, invocation, outcome), done]);
    },
    answer: (callId, outcome) => {
      const all = waiting.get(callId) ?? [];
      waiting.delete(callId);
      for (const done of all) done(outcome);
    },
  };
  return host;
}

function radioLikeBody(legal: () => RadioLegalState): Body {
  return {
    role: 'radio',
    // Nothing here steps a chart.
    machine: undefined as unknown as AnyStateMachine,
    publishes: [],
    hears: [],
    mailbox: { capacity: 16, overflow: 'drop-oldest' },
    tools: [
      handle({
        tool: tools.getState,
        reply: () => ({
          ok: true,
          value: {
            doing: 'serving',
            legal: legal(),
            utilisation: 0.25,
            stations: 3,
            carriedMbps: 42.5,
            alone: false,
            unconfirmed: null,
          },
        }),
      }),
      handle({
        tool: tools.listNeighbours,
        reply: () => ({ ok: true, value: { neighbours: [] } }),
      }),
      handle({ tool: tools.setChannel, reply: () => ({ ok: true, value: { silentMs: 0 } }) }),
      handle({
        tool: tools.setPower,
        reply: (_, call) => ({ ok: true, value: { eirpDbm: call.arguments.eirpDbm } }),
      }),
      handle({
        tool: tools.pin,
        reply: (_, call) => ({ ok: true, value: { pinned: call.arguments.pinned } }),
      }),
    ],
  };
}
