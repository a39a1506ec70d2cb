/** What is known of one radio while its conduct is followed. */
import {
  Band,
  type Channel,
  overlapMhz,
  type Span,
  sameChannel,
  span,
} from '#protocols/channels.ts';
import type { RadioLegalState } from '#protocols/events/radio.ts';
import type { Choice } from '../regulation/spreading.ts';
import type { SetOnSite } from './observed.ts';

/** A radar as it concerned one radio. */
export interface RadarEpisode {
  readonly radio: string;
  readonly atUs: number;
  readonly centerMhz: number;
  readonly widthMhz: number;
  /** False where only a simulation knows of it: the chip has not told. */
  readonly told: boolean;
  /** How long it may still send, in sum, microseconds. */
  readonly closingUs: number;
  /** Until when its block stays closed; null where it used none there. */
  readonly closedUntilUs: number | null;
  readonly closed: Span | null;
  /** Undefined while it still sends there. */
  silentUs: number | undefined;
}

export interface ChannelMove {
  readonly radio: string;
  readonly atUs: number;
  readonly from: Channel | null;
  readonly to: Channel;
  readonly cause: string;
  readonly verdictId: string | null;
  /** How long it listened there first, microseconds; null where nobody knows. */
  readonly listenedUs: number | null;
  /** What was owed. */
  readonly owedUs: number;
}

interface ClosedBlock extends Span {
  readonly fromUs: number;
  readonly untilUs: number;
}

export class RadioRecord {
  readonly radio: string;
  set: Partial<SetOnSite> = {};
  /** The last that was told whole. */
  whole: RadioLegalState | undefined;
  channel: Channel | null = null;
  silent = true;
  eirpDbm: number | undefined;
  /** It was first seen while it sent. */
  isOngoing = false;
  verdictId: string | null | undefined;
  /** Where it listens without a break, since when. */
  listening: { readonly channel: Channel; readonly sinceUs: number } | undefined;
  readonly closed: ClosedBlock[] = [];
  readonly episodes: RadarEpisode[] = [];
  readonly moves: ChannelMove[] = [];
  /** Radar channels that it chose by itself. */
  readonly choices: (Choice & { readonly atUs: number; readonly country: string })[] = [];
  /** How long it had listened on the present channel before its use. */
  listenedUs: number | undefined;
  /** Why its use of the present channel is not in order: it listened too briefly, or nobody allowed it. */
  faultOfUse: { readonly clearing?: string; readonly verdict?: string } = {};

  constructor(radio: string) {
    this.radio = radio;
  }

  get isSending(): boolean {
    return this.channel !== null && !this.silent;
  }

  sendsIn(block: Span): boolean {
    return this.channel !== null && !this.silent && overlapMhz(span(this.channel), block) > 0;
  }

  isOn(channel: Channel): boolean {
    return this.channel !== null && sameChannel(this.channel, channel);
  }

  get country(): string | undefined {
    return this.set.country;
  }

  /** Its state as the rules read it; what was never told is taken as it would break nothing. */
  stateAt(atUs: number): RadioLegalState | undefined {
    const { country, indoor, antennaGainDbi } = this.set;
    if (country === undefined) return undefined;
    const { channel, eirpDbm, silent, whole } = this;
    const power = eirpDbm ?? 0;
    return {
      country,
      indoor: indoor ?? true,
      antennaGainDbi: antennaGainDbi === undefined ? 0 : antennaGainDbi,
      channel,
      eirpDbm: power,
      silent,
      pinned: false,
      closures: this.closed
        .filter(({ fromUs, untilUs }) => fromUs < atUs && atUs < untilUs)
        .map(({ lowMhz, highMhz }) => ({
          centerMhz: (lowMhz + highMhz) / 2,
          widthMhz: highMhz - lowMhz,
        })),
      bands: whole?.bands ?? [...Band.values],
      maxWidthMhz: whole?.maxWidthMhz ?? 320,
      minEirpDbm: whole?.minEirpDbm ?? power,
      maxEirpDbm: whole?.maxEirpDbm ?? power,
      ...(whole?.edca === undefined ? {} : { edca: whole.edca }),
      ...(whole?.offChannelCleared === undefined
        ? {}
        : { offChannelCleared: whole.offChannelCleared }),
      stateVersion: whole?.stateVersion ?? 0,
    };
  }
}

export function blockOf(heard: { readonly centerMhz: number; readonly widthMhz: number }): Span {
  return {
    lowMhz: heard.centerMhz - heard.widthMhz / 2,
    highMhz: heard.centerMhz + heard.widthMhz / 2,
  };
}
