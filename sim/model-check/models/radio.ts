/**
 * A radio among three channels: one free, two where radar may be. The watcher keeps the hardware's state
 * and the time of the rules: which blocks radar has closed, and which were listened to for long enough.
 */
import type { AnyMachineSnapshot, EventObject } from 'xstate';
import type { MachineMeta } from '#machines/effects.ts';
import { radioMachine } from '#machines/radio.ts';
import type {
  BackInput,
  ChooseInput,
  Move,
  RadioContext,
  RadioInput,
} from '#machines/radio-words.ts';
import {
  type Channel,
  channelFromNumber,
  channelKey,
  overlapMhz,
  sameChannel,
  span,
} from '#protocols/channels.ts';
import type { RadioState } from '#protocols/driver.ts';
import type { ChartModel, OpenPort, PortEnd, Situation, Step } from '../chart-model.ts';

const [free, radarLow, radarHigh] = [36, 52, 100].map(
  (number) => channelFromNumber({ band: '5', number, widthMhz: 20 })!,
) as [Channel, Channel, Channel];
const channels = [free, radarLow, radarHigh];
const clearMs = 60_000;
const nonOccupancyMs = 30 * 60_000;
const confirmWithinMs = 120_000;
const eirpDbm = 20;

interface Said extends EventObject {
  readonly [field: string]: unknown;
}

/** What somebody beside the radio knows. */
interface Seen {
  /** The channel the hardware is on, and whether it sends there. */
  readonly tuned: string | null;
  readonly sends: boolean;
  /** Blocks that the rules keep closed, by the key of their channel. */
  readonly closed: readonly string[];
  /** The block that was listened to for as long as it takes, and not left since. */
  readonly cleared: string | null;
  /** It has listened on its channel without a break since the wait there began. */
  readonly listens: boolean;
  /** Closures whose time has run while nobody could say how long: their end may come too early. */
  readonly doubtful: readonly string[];
}

const input: RadioInput = {
  address: 'hq/ap1/radio-0' as RadioInput['address'],
  country: 'DE',
  indoor: true,
  antennaGainDbi: 3,
  bands: ['5'],
  maxWidthMhz: 20,
  minEirpDbm: 0,
  maxEirpDbm: eirpDbm,
  eirpDbm,
  home: radarLow,
  nonOccupancyMs,
};

export function radioModel(machine: typeof radioMachine = radioMachine): ChartModel<Seen> {
  return {
    role: 'radio',
    machine,
    inputs: [input],
    heard: (now) => (now.snapshot.context.trial ? heardOnTrial() : heard(now)),
    ends,
    matters,
    asked: ({ name, input: asked }) =>
      name === 'choose' &&
      (asked as ChooseInput).legal.closures.map(({ centerMhz }) => centerMhz).sort(),
    isAtWork: ({ value }) => value === 'serving',
    watcher: {
      begins: {
        tuned: null,
        sends: false,
        closed: [],
        cleared: null,
        listens: false,
        doubtful: [],
      },
      note,
      broken,
    },
  };
}

function matters(context: unknown) {
  const { channel, home, move, closures, pinned, alone, asked, scan, trial, served } =
    context as RadioContext;
  return {
    poor: isPlain(context as RadioContext) && alone ? (served ?? []).length : 0,
    channel: keyOrNull(channel),
    home: keyOrNull(home),
    move: move && [
      channelKey(move.to),
      move.clearMs,
      move.cause,
      move.callId,
      move.confirming != null,
    ],
    trial: trial && [channelKey(trial.from.channel), trial.goesBack !== null],
    closures: closures.map(({ centerMhz }) => centerMhz).sort(),
    pinned,
    alone,
    asked: asked?.callId,
    scan: scan?.callId,
  };
}

function heard({ snapshot }: Situation<Seen>): Said[] {
  const { closures, served = [] } = snapshot.context as RadioContext;
  const poor = poorService(snapshot.context as RadioContext);
  // Once it counts, the rest would only multiply what is to be gone through.
  if (poor.length > 0 && served.length > 0) return [...poor, radarAt(radarLow)];
  const open = channels.filter((one) => !closures.some((closure) => isIn(one, closure)));
  const filled = {
    looksLike: 'analogue video',
    lowMhz: 5_170,
    highMhz: 5_190,
    duty: 0.9,
    peakDbm: -50,
    floorDbm: -95,
    sweeps: 64,
  };
  return [
    ...open.map((to) => ({ type: 'move.requested', move: moveTo(to, 'call', 'call-1') })),
    ...moveOnTrial(snapshot.context as RadioContext),
    ...poor,
    // Also where it is no longer: what a chip tells may come late.
    radarAt(radarLow),
    radarAt(radarHigh),
    { type: 'power.requested', callId: 'call-2', eirpDbm: 17, verdictId: 'v' },
    { type: 'scan.requested', callId: 'call-3', bins: 128, sweeps: 64 },
    { type: 'pin.requested', pinned: true },
    { type: 'pin.requested', pinned: false },
    { type: 'spectrum.judged', findings: [filled] },
    { type: 'spectrum.judged', findings: [] },
    { type: 'neighbours.measured', neighbours: [] },
    { type: 'load.measured', utilisation: 0.5, stations: 1, carriedMbps: 1 },
    { type: 'survey.measured', clients: [] },
    { type: 'radar.suspected' },
    { type: 'cloud.lost' },
    { type: 'cloud.found' },
    // The daemon of the radio started again: the hardware is silent and nowhere.
    { type: 'driver.opened', state: { channel: null, eirpDbm, silent: true } satisfies RadioState },
  ];
}

/**
 * While a change waits to be confirmed: the rest would only multiply what is to be gone through, and
 * decides nothing about the way back.
 */
function heardOnTrial(): Said[] {
  return [
    { type: 'move.requested', move: moveTo(radarHigh, 'call', 'call-1') },
    { type: 'confirm.requested', key: 'call-1' },
    radarAt(radarLow),
    { type: 'cloud.lost' },
    { type: 'driver.opened', state: { channel: null, eirpDbm, silent: true } satisfies RadioState },
  ];
}

/** Offered only where everything else is as it was at first. */
function moveOnTrial(context: RadioContext): Said[] {
  if (!isPlain(context) || context.alone) return [];
  const confirming = { key: 'call-1', confirmWithinMs, mayLose: 0 };
  const move = { ...moveTo(free, 'call', 'call-1'), confirming };
  return [{ type: 'move.requested', move }];
}

/** Alone, with everything else as it was at first. */
function poorService(context: RadioContext): Said[] {
  if (!isPlain(context) || !context.alone) return [];
  const clients = [{ id: 'phone', offeredMbps: 10, throughputMbps: 1 }];
  return [{ type: 'survey.measured', clients }];
}

function isPlain({ channel, closures, pinned }: RadioContext): boolean {
  const isThere = channel !== null && channelKey(channel) === channelKey(radarLow);
  return isThere && closures.length === 0 && !pinned;
}

function radarAt({ centerMhz, widthMhz }: Channel): Said {
  return { type: 'radar.detected', centerMhz, widthMhz };
}

function ends({ name, input: asked }: OpenPort, { snapshot }: Situation<Seen>): PortEnd[] {
  const failed = { error: 'the driver failed' };
  const at = (channel: Channel | null, silent: boolean) => ({
    output: { channel, eirpDbm, silent } satisfies RadioState,
  });
  switch (name) {
    case 'open':
    case 'hush':
      return [at(null, true), failed];
    case 'listen':
      return [at((asked as Move).to, true), failed];
    case 'tune':
      return [at((asked as Move).to, false), failed];
    case 'power':
      return [at((snapshot.context as RadioContext).channel, false), failed];
    case 'scan':
      return [{ output: { sweeps: 64, bytes: 0, findings: [] } }, failed];
    case 'choose': {
      const { legal, cause } = asked as ChooseInput;
      const open = channels.filter((one) => !legal.closures.some((two) => isIn(one, two)));
      return [...open.map((to) => ({ output: moveTo(to, cause, null) })), failed];
    }
    case 'goBack': {
      const { legal, to } = asked as BackInput;
      const isThere = legal.channel !== null && sameChannel(legal.channel, to.channel);
      if (isThere) return [{ output: { isThere: true } }];
      const isClosed = legal.closures.some((two) => isIn(to.channel, two));
      const isLouder = { eirpDbm, verdictId: 'v', callId: null };
      if (isClosed) return [failed, { output: isLouder }];
      return [{ output: { move: moveTo(to.channel, 'back', null) } }, { output: isLouder }, failed];
    }
    default:
      throw new Error(`the model of the radio says nothing of port '${name}'`);
  }
}

function note(before: Situation<Seen>, step: Step, after: Omit<Situation<Seen>, 'seen'>): Seen {
  const seen = driven(before, step);
  const starts = !waits(before) && waits(after);
  const opened = step.kind === 'heard' && step.event.type === 'driver.opened';
  const isOn =
    after.snapshot.context.move && seen.tuned === channelKey(after.snapshot.context.move.to);
  const listens = starts || (seen.listens && !opened && waits(after) && isOn);
  return { ...seen, listens };
}

/** What a step does to the hardware and to the clocks of the rules. */
function driven({ snapshot, seen }: Situation<Seen>, step: Step): Seen {
  const { move } = snapshot.context as RadioContext;
  const target = move && channelKey(move.to);
  switch (step.kind) {
    case 'killed':
      return {
        ...seen,
        // Nobody listened meanwhile: only a wait that begins again counts.
        listens: seen.listens && timersOf(snapshot).clearWait === 'restart',
        doubtful:
          step.clockTrusted || timersOf(snapshot).nonOccupancy === 'original-if-trusted'
            ? seen.doubtful
            : seen.closed,
      };
    case 'heard':
      if (step.event.type === 'driver.opened') return tunedTo(seen, null, false);
      if (step.event.type !== 'radar.detected' || !isHere(seen, step.event)) return seen;
      return {
        ...seen,
        closed: [...new Set([...seen.closed, seen.tuned!])].sort(),
        doubtful: seen.doubtful.filter((one) => one !== seen.tuned),
        cleared: null,
      };
    case 'due': {
      if (step.timer.id.startsWith('xstate.after.clearWait')) {
        return { ...seen, cleared: seen.listens ? target : seen.cleared };
      }
      if (step.timer.event.type !== 'closure.ended') return seen;
      const over = channels.find((one) => isIn(one, step.timer.event as never));
      const key = over && channelKey(over);
      return {
        ...seen,
        closed: seen.closed.filter((one) => one !== key || seen.doubtful.includes(one)),
      };
    }
    case 'ended': {
      if ('error' in step.end) return seen;
      const { channel, silent } = step.end.output as RadioState;
      if (!['open', 'hush', 'listen', 'tune'].includes(step.port.name)) return seen;
      return tunedTo(seen, keyOrNull(channel), !silent);
    }
  }
}

function tunedTo(seen: Seen, tuned: string | null, sends: boolean): Seen {
  return { ...seen, tuned, sends, cleared: seen.cleared === tuned ? tuned : null };
}

function broken({ snapshot, ports, timers, seen }: Situation<Seen>): string | undefined {
  const { channel, move } = snapshot.context as RadioContext;
  if (!snapshot.hasTag('silent')) {
    const onAir = snapshot.matches('tuning') ? (move?.to ?? null) : channel;
    const key = keyOrNull(onAir);
    if (key !== null && seen.closed.includes(key))
      return `It sends on ${key}, which radar has closed.`;
    if (key !== null && onAir !== free && channelKey(free) !== key && seen.cleared !== key) {
      return `It sends on ${key}, where it has not kept the silence owed.`;
    }
  }
  const isBeingSilenced =
    ports.some(({ name }) => name === 'hush' || name === 'listen') ||
    timers.some(({ id }) => id.startsWith('xstate.after.hushRetry'));
  if (seen.sends && seen.tuned !== null && seen.closed.includes(seen.tuned) && !isBeingSilenced) {
    return `Its hardware still sends on ${seen.tuned}, which radar has closed, and nothing silences it.`;
  }
  return undefined;
}

function waits({ timers }: Pick<Situation<Seen>, 'timers'>): boolean {
  return timers.some(({ id }) => id.startsWith('xstate.after.clearWait'));
}

function timersOf({ machine }: AnyMachineSnapshot): MachineMeta['timers'] {
  return (machine.config.meta as MachineMeta).timers;
}

function moveTo(to: Channel, cause: Move['cause'], callId: string | null): Move {
  const owed = to === free ? 0 : clearMs;
  return { to, clearMs: owed, cause, reason: '', callId, verdictId: 'v' };
}

function isHere(seen: Seen, radar: object): boolean {
  const tuned = channels.find((one) => channelKey(one) === seen.tuned);
  return tuned !== undefined && isIn(tuned, radar as { centerMhz: number; widthMhz: number });
}

function isIn(channel: Channel, block: { readonly centerMhz: number; readonly widthMhz: number }) {
  return overlapMhz(span(channel), span(block as Channel)) > 0;
}

function keyOrNull(channel: Channel | null): string | null {
  return channel && channelKey(channel);
}
