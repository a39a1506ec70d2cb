/** The body of a radio: its tools, what it publishes, and how its ports reach a driver. */
import type { SnapshotFrom } from 'xstate';
import { radioMachine } from '#machines/radio.ts';
import {
  type BackInput,
  type BackStep,
  type Confirming,
  legalStateOf,
  type Powering,
  type ScanResult,
  type Tuning,
} from '#machines/radio-words.ts';
import { type Channel, sameChannel } from '#protocols/channels.ts';
import type { Done, Driver, DriverError, RadioState } from '#protocols/driver.ts';
import type { Outcome } from '#protocols/errors.ts';
import { radioEvents } from '#protocols/events/radio.ts';
import type { ToolOutput } from '#protocols/tool.ts';
import * as tools from '#protocols/tools/radio.ts';
import type { Body, Call, Port, PortActuation, PortDone, PortWork } from './body.ts';
import { handle, pending } from './body.ts';

type Snapshot = SnapshotFrom<typeof radioMachine>;

/** What a radio must know of the rules to name the silence it owes. */
export type SilenceOwed = (channel: Channel, country: string) => number;

type State = Outcome<ToolOutput<typeof tools.getState>>;

/** A snapshot never changes, so its answer is made once, however many ask. */
const states = new WeakMap<Snapshot, State>();

function stateOf(snapshot: Snapshot): State {
  let state = states.get(snapshot);
  if (state === undefined) {
    const { value, context } = snapshot;
    const told = {
      doing: typeof value === 'string' ? value : (Object.keys(value)[0] ?? ''),
      legal: Object.freeze(legalStateOf(context)),
      ...context.load,
      alone: context.alone,
      unconfirmed: context.trial?.key ?? null,
    };
    state = { ok: true, value: Object.freeze(told) };
    states.set(snapshot, state);
  }
  return state;
}

export function radioBody(clearWaitMs: SilenceOwed): Body {
  return {
    role: 'radio',
    machine: radioMachine,
    publishes: radioEvents,
    hears: [],
    mailbox: { capacity: 256, overflow: 'drop-oldest' },
    legalState: (snapshot: Snapshot) => legalStateOf(snapshot.context),
    tools: [
      handle<typeof tools.getState, Snapshot>({
        tool: tools.getState,
        reply: (snapshot) => stateOf(snapshot),
      }),
      handle<typeof tools.listNeighbours, Snapshot>({
        tool: tools.listNeighbours,
        reply: ({ context }) => ({ ok: true, value: { neighbours: [...context.neighbours] } }),
      }),
      handle<typeof tools.setChannel, Snapshot>({
        tool: tools.setChannel,
        event: (call, { context }) => {
          const { callId, caller, arguments: asked, verdictId } = call;
          const { confirmWithinMs: _within, mayLose: _loss, ...to } = asked;
          return {
            type: 'move.requested',
            move: {
              to,
              clearMs: clearWaitMs(to, context.site.country),
              cause: 'call',
              reason: `Asked by ${caller}.`,
              callId,
              verdictId,
              confirming: confirmingOf(call),
            },
          };
        },
        reply: () => pending,
      }),
      handle<typeof tools.setPower, Snapshot>({
        tool: tools.setPower,
        event: (call) => ({
          type: 'power.requested',
          callId: call.callId,
          eirpDbm: call.arguments.eirpDbm,
          verdictId: call.verdictId,
          confirming: confirmingOf(call),
        }),
        reply: () => pending,
      }),
      handle<typeof tools.confirmChange, Snapshot>({
        tool: tools.confirmChange,
        event: ({ arguments: { key } }) => ({ type: 'confirm.requested', key }),
        reply: ({ context: { confirmed } }, { arguments: { key } }) =>
          confirmed === key ? { ok: true, value: { confirmed: true } } : nothingToConfirm,
      }),
      handle<typeof tools.scanSpectrum, Snapshot>({
        tool: tools.scanSpectrum,
        event: ({ callId, arguments: { bins, sweeps } }) => ({
          type: 'scan.requested',
          callId,
          bins,
          sweeps,
        }),
        reply: () => pending,
      }),
      handle<typeof tools.pin, Snapshot>({
        tool: tools.pin,
        event: ({ arguments: { pinned } }) => ({ type: 'pin.requested', pinned }),
        reply: ({ context }) => ({ ok: true, value: { pinned: context.pinned } }),
      }),
    ],
  };
}

const nothingToConfirm = {
  ok: false,
  error: { code: 'nothing_to_confirm', hint: tools.confirmChange.refusals.nothing_to_confirm },
} as const;

interface OnTrial {
  readonly confirmWithinMs?: number | undefined;
  readonly mayLose?: number | undefined;
}

/** What has to be confirmed, under the key that its caller knows it by: here it bears the caller, too. */
function confirmingOf({ callId, caller, arguments: asked }: Call<OnTrial>): Confirming | null {
  const { confirmWithinMs, mayLose = 0 } = asked;
  if (confirmWithinMs === undefined) return null;
  const own = `${caller}/`;
  const key = callId.startsWith(own) ? callId.slice(own.length) : callId;
  return { key, confirmWithinMs, mayLose };
}

export interface RadioPorts {
  /** An open driver. */
  readonly driver: Driver;
  readonly choose: PortWork;
  readonly goBack: PortWork<BackInput, BackStep>;
  readonly scan: PortWork<{ bins: number; sweeps: number }, ScanResult>;
}

/** Fills the ports of a radio's chart. Changes of the radio are actuations: read, act, read back. */
export function radioPorts({ driver, choose, goBack, scan }: RadioPorts): Record<string, Port> {
  const actuation = <Input>(
    holds: (state: RadioState, input: Input) => boolean,
    act: (input: Input, done: Done<RadioState>) => void,
  ): PortActuation<Input, RadioState, RadioState> => ({
    kind: 'actuation',
    read: (done) => driver.state(forPort(done)),
    holds,
    act: (input, done) => act(input, forPort(done)),
    output: (state) => state,
  });
  const open: PortWork<{ eirpDbm: number }, RadioState> = {
    kind: 'work',
    run: ({ eirpDbm }, _, done) => {
      const finish = forPort(done);
      driver.state((read) => {
        if (!read.ok || read.value.eirpDbm === eirpDbm) finish(read);
        else driver.setEirp(eirpDbm, finish);
      });
      return undefined;
    },
  };
  const is = (state: RadioState, channel: Channel) =>
    state.channel !== null && sameChannel(state.channel, channel);
  return {
    open,
    listen: actuation<Tuning>(
      (state, { to }) => state.silent && is(state, to),
      ({ to }, done) => driver.listen(to, done),
    ),
    tune: actuation<Tuning>(
      (state, { to }) => !state.silent && is(state, to),
      ({ to }, done) => driver.setChannel(to, done),
    ),
    hush: actuation<null>(
      (state) => state.silent || state.channel === null,
      (_, done) => driver.listen(null, done),
    ),
    power: actuation<Powering>(
      (state, { eirpDbm }) => state.eirpDbm === eirpDbm,
      ({ eirpDbm }, done) => driver.setEirp(eirpDbm, done),
    ),
    choose,
    goBack,
    scan,
  };
}

function forPort(done: PortDone<RadioState>): Done<RadioState> {
  return (outcome: Outcome<RadioState, DriverError>) => done(outcome);
}
