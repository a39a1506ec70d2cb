/**
 * What a radio's chart knows, hears and says: its context, its events, and what is read off them.
 */
import type { Load } from '#protocols/air.ts';
import { type Channel, overlapMhz, span } from '#protocols/channels.ts';
import type { DriverEvent, RadioState } from '#protocols/driver.ts';
import type { Outcome, Refusal } from '#protocols/errors.ts';
import type { EventData } from '#protocols/event.ts';
import type {
  channelChanged,
  interfererDetected,
  neighboursMeasured,
  RadioLegalState,
  radarSuspected,
  surveyMeasured,
  trialEnded,
} from '#protocols/events/radio.ts';
import type { Address } from '#protocols/ids.ts';

export type Finding = EventData<typeof interfererDetected>;
export type Neighbour = EventData<typeof neighboursMeasured>['neighbours'][number];
export type Cause = EventData<typeof channelChanged>['cause'];

/** Where to go, why, and how long to keep silent there first. */
export interface Move {
  readonly to: Channel;
  readonly clearMs: number;
  readonly cause: Cause;
  readonly reason: string;
  /** The call that asked for it; null when the radio moves by itself. */
  readonly callId: string | null;
  /** The auditor's verdict, or the node's own for what the radio does by itself. */
  readonly verdictId: string;
  /** Null: it stays. Left out by snapshots from before changes were confirmed. */
  readonly confirming?: Confirming | null;
}

/** What a radio is told to do, and on whose word. */
export interface Tuning {
  readonly to: Channel;
  readonly verdictId: string;
}
export interface Powering {
  readonly eirpDbm: number;
  readonly verdictId: string;
}

/** Null where nobody called. */
export interface AskedPower extends Powering {
  readonly callId: string | null;
  readonly confirming?: Confirming | null;
}

/** What a call asks for that has to be confirmed. */
export interface Confirming {
  /** The idempotency key of that call. Its confirmation ends the trial. */
  readonly key: string;
  readonly confirmWithinMs: number;
  /** Share of their load that the radio's clients may lose by the plan. */
  readonly mayLose: number;
}

/** Where a radio goes back to. */
export interface Return {
  readonly channel: Channel;
  readonly eirpDbm: number;
}

/** A change that has to be confirmed; of several the newest. */
export interface Trial extends Confirming {
  /** As it was before the first call on trial. */
  readonly from: Return;
  /** Shares of their load that clients got, in the surveys before. */
  readonly before: readonly number[];
  /** Why it goes back; null while it may yet be confirmed. */
  readonly goesBack: string | null;
}

export type TrialEnd = Pick<EventData<typeof trialEnded>, 'outcome' | 'reason'>;

/** A change of channel or power that was made. */
export interface Made {
  /** Null where it stays. */
  readonly confirming: Confirming | null;
  /** As it was before; null where it had no channel. */
  readonly was: Return | null;
}

export interface BackInput {
  readonly legal: RadioLegalState;
  readonly to: Return;
  readonly reason: string;
}

/** The next step on the way back. */
export type BackStep = { readonly move: Move } | AskedPower | { readonly isThere: true };

/** What the radio is, set on site. */
export interface RadioInput {
  readonly address: Address;
  readonly country: string;
  readonly indoor: boolean;
  readonly antennaGainDbi: number | null;
  readonly bands: readonly string[];
  readonly maxWidthMhz: number;
  readonly minEirpDbm: number;
  readonly maxEirpDbm: number;
  readonly eirpDbm: number;
  /** The channel set on site. */
  readonly home: Channel;
  /** 30 minutes by rule; see the table of limits. */
  readonly nonOccupancyMs: number;
}

export interface RadioContext {
  readonly address: Address;
  readonly site: Omit<RadioInput, 'address' | 'home' | 'eirpDbm' | 'nonOccupancyMs'>;
  readonly nonOccupancyMs: number;
  readonly channel: Channel | null;
  /** The channel before this one, while it has none. */
  readonly cameFrom: Channel | null;
  readonly silent: boolean;
  /** Where to begin; null once the radio has been on a channel. */
  readonly home: Channel | null;
  readonly eirpDbm: number;
  readonly pinned: boolean;
  readonly alone: boolean;
  readonly closures: readonly { readonly centerMhz: number; readonly widthMhz: number }[];
  readonly move: Move | null;
  readonly asked: AskedPower | null;
  readonly scan: { readonly callId: string; readonly bins: number; readonly sweeps: number } | null;
  readonly neighbours: readonly Neighbour[];
  readonly interferers: readonly Finding[];
  readonly stateVersion: number;
  readonly load: Load;
  /** Left out, like the two below, by snapshots from before changes were confirmed. */
  readonly trial?: Trial | null;
  /** The key that was confirmed last. */
  readonly confirmed?: string | null;
  /** Shares of their load that its clients got, in the newest surveys of the channel as it is now. */
  readonly served?: readonly number[];
}

export type RadioEvent =
  | DriverEvent
  | { readonly type: 'move.requested'; readonly move: Move }
  | ({ readonly type: 'power.requested'; readonly callId: string } & AskedPower)
  | { readonly type: 'confirm.requested'; readonly key: string }
  | { readonly type: 'trial.over' }
  | {
      readonly type: 'scan.requested';
      readonly callId: string;
      readonly bins: number;
      readonly sweeps: number;
    }
  | { readonly type: 'pin.requested'; readonly pinned: boolean }
  | ({ readonly type: 'survey.measured' } & EventData<typeof surveyMeasured>)
  | ({ readonly type: 'neighbours.measured' } & EventData<typeof neighboursMeasured>)
  | ({ readonly type: 'radar.suspected' } & EventData<typeof radarSuspected>)
  | { readonly type: 'spectrum.judged'; readonly findings: readonly Finding[] }
  /** The process started again and read the radio: it may have been reset in the meantime. */
  | { readonly type: 'driver.opened'; readonly state: RadioState }
  | { readonly type: 'closure.ended'; readonly centerMhz: number; readonly widthMhz: number }
  | { readonly type: 'cloud.lost' }
  | { readonly type: 'cloud.found' };

export type Published =
  | ({ readonly type: 'state.changed' } & RadioLegalState)
  | {
      readonly type: 'radar.detected';
      readonly channel: Channel | null;
      readonly centerMhz: number;
      readonly widthMhz: number;
    }
  | ({ readonly type: 'radar.suspected' } & EventData<typeof radarSuspected>)
  | ({ readonly type: 'channel.changed' } & EventData<typeof channelChanged>)
  | ({ readonly type: 'trial.ended' } & EventData<typeof trialEnded>)
  | ({ readonly type: 'interferer.detected' } & Finding)
  | { readonly type: 'interferer.gone'; readonly lowMhz: number; readonly highMhz: number }
  | ({ readonly type: 'survey.measured' } & EventData<typeof surveyMeasured>)
  | ({ readonly type: 'neighbours.measured' } & EventData<typeof neighboursMeasured>);

/** What `choose` is asked: where to go, away from everything closed or filled. */
export interface ChooseInput {
  readonly legal: RadioLegalState;
  readonly cause: Exclude<Cause, 'call' | 'back'>;
  /** Taken when it is legal. */
  readonly wish: Channel | null;
  /** Where it was, if it has to leave. */
  readonly from: Channel | null;
  readonly interferers: readonly Finding[];
  readonly neighbours: readonly Neighbour[];
  /** Shares of their load that its clients got there, in the newest surveys. */
  readonly served: readonly number[];
}

export interface ScanResult {
  readonly sweeps: number;
  readonly bytes: number;
  readonly findings: readonly Omit<Finding, 'sweeps'>[];
}

/** What the law asks besides the channel, for whoever reads the ledger alone. */
export function placeOf({ site: { country, indoor }, eirpDbm }: RadioContext) {
  return { country, indoor, eirpDbm };
}

export function legalStateOf(context: RadioContext): RadioLegalState {
  const { site } = context;
  return {
    country: site.country,
    indoor: site.indoor,
    antennaGainDbi: site.antennaGainDbi,
    channel: context.channel,
    eirpDbm: context.eirpDbm,
    silent: context.silent,
    pinned: context.pinned,
    closures: [...context.closures],
    bands: [...site.bands],
    maxWidthMhz: site.maxWidthMhz,
    minEirpDbm: site.minEirpDbm,
    maxEirpDbm: site.maxEirpDbm,
    stateVersion: context.stateVersion,
  };
}

export const answered = (callId: string, outcome: Outcome<unknown>) =>
  ({ type: 'call.answered', callId, outcome }) as const;

export const refused = (error: Refusal): Outcome<never> => ({ ok: false, error });

export const own = {
  busy: {
    code: 'busy',
    hint: 'The radio is on its way to another channel. Call again when it serves.',
  },
  pinned: {
    code: 'pinned',
    hint: 'The radio is pinned to its channel. An operator can lift that with radio_pin.',
  },
  radar: {
    code: 'radar_present',
    hint: 'Radar was heard on this channel. Choose another; it is closed for 30 minutes.',
  },
  driver: (message: string) => ({
    code: 'driver_failed',
    hint: `The driver did not take it: ${message}. See node_get_health.`,
  }),
} as const;

export const tuning = (move: Move | null): Tuning => {
  if (move === null) throw new Error('a radio tunes only when it has a move to make');
  return { to: move.to, verdictId: move.verdictId };
};

export const choice = (context: RadioContext, cause: ChooseInput['cause']): ChooseInput => ({
  legal: legalStateOf(context),
  cause,
  wish: context.home,
  from: context.channel ?? context.cameFrom,
  interferers: context.interferers,
  neighbours: context.neighbours,
  served: context.served ?? [],
});

export const overlaps = (
  a: { lowMhz: number; highMhz: number },
  b: { lowMhz: number; highMhz: number },
) => overlapMhz(a, b) > 0;

export const describe = ({ centerMhz, widthMhz }: { centerMhz: number; widthMhz: number }) =>
  `${centerMhz - widthMhz / 2} to ${centerMhz + widthMhz / 2} MHz`;

type Block = { readonly centerMhz: number; readonly widthMhz: number };

const blockOf = ({ centerMhz, widthMhz }: Block) => ({
  lowMhz: centerMhz - widthMhz / 2,
  highMhz: centerMhz + widthMhz / 2,
});

/** Whether a radar lies where the radio is or is about to be. */
export function isOnOurWay({ channel, move }: RadioContext, radar: Block): boolean {
  const heard = blockOf(radar);
  return [channel, move?.to ?? null].some((one) => one !== null && overlaps(span(one), heard));
}

export function isClosed({ closures }: RadioContext, channel: Channel): boolean {
  return closures.some((closure) => overlaps(span(channel), blockOf(closure)));
}

/**
 * What a radar closes: the block the radio is on or is about to use; else one that is closed already, which
 * stays so for longer; else no more than its own width.
 */
export function blockHeard({ channel, move, closures }: RadioContext, radar: Block): Block {
  const heard = blockOf(radar);
  const blocks = [channel, move?.to ?? null, ...closures];
  return blocks.find((one) => one !== null && overlaps(blockOf(one), heard)) ?? radar;
}

/** What is said of what was under way when the hardware was found reset. */
export const wasReset = 'it was reset meanwhile';

export const message = (error: unknown) =>
  typeof error === 'object' && error !== null && 'message' in error
    ? String(error.message)
    : String(error);
