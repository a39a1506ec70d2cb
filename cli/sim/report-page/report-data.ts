/**
 * What a report is made from, as plain data. It stands in the page as it is here, so whoever has the
 * page has the figures.
 */
import type { Band } from '#protocols/channels.ts';
import type { SimDocument } from '../run.ts';

export const reportFormat = 'airguard sim report 1';

export interface Place {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

export interface NodeData {
  readonly id: string;
  readonly at: Place;
  /** Counted from 0, the lowest. */
  readonly storey: number;
}

/** Shares of the time, and the key of the channel; null while the radio does not send. */
export interface AirtimeData {
  readonly channel: string | null;
  readonly tx: number;
  readonly rx: number;
  readonly busy: number;
}

export interface RadioData {
  /** `<node>/<radio>`. */
  readonly id: string;
  readonly node: string;
  readonly band: Band;
  readonly before: AirtimeData | null;
  readonly after: AirtimeData | null;
}

export interface ClientData {
  readonly id: string;
  readonly radio: string;
  readonly at: Place;
  readonly offeredMbps: number;
  readonly beforeMbps: number | null;
  readonly afterMbps: number | null;
}

export interface NeighbourData {
  readonly id: string;
  readonly at: Place;
  readonly channel: string;
  readonly offeredMbps: number;
  readonly beforeMbps: number | null;
  readonly afterMbps: number | null;
}

export interface EmitterData {
  readonly id: string;
  readonly at: Place | null;
  readonly centerMhz: number;
  readonly widthMhz: number;
  readonly duty: number;
  readonly fromSeconds: number;
  readonly untilSeconds: number | null;
}

export interface RadarData {
  readonly id: string;
  readonly at: Place | null;
  readonly centerMhz: number;
  readonly atSeconds: number;
  readonly radio: string;
}

/** A stretch of a band in which the law asks for more than elsewhere. */
export interface LegalPart {
  readonly lowMhz: number;
  readonly highMhz: number;
  /** Silence owed before first use; 0 where nothing may be sent. */
  readonly clearSeconds: number;
  readonly barred: boolean;
}

export interface BandData {
  readonly band: Band;
  readonly lowMhz: number;
  readonly highMhz: number;
  readonly parts: readonly LegalPart[];
}

export interface SampleData {
  readonly atSeconds: readonly number[];
  readonly utilityMbps: readonly number[];
  readonly jain: readonly number[];
  readonly fifthPercentileMbps: readonly number[];
  /** Share of the clients by how well they are served, class by class; then by time. */
  readonly servedShares: readonly (readonly number[])[];
  /** Share of the radios by how busy their channel is, class by class; then by time. */
  readonly busyShares: readonly (readonly number[])[];
  /** By client, then by time; null where that would be too much. */
  readonly clientMbps: readonly (readonly number[])[] | null;
  /** By radio, then by time. */
  readonly radioBusy: readonly (readonly number[])[] | null;
  readonly radioChannel: readonly (readonly (string | null)[])[] | null;
}

export interface HappeningData {
  readonly atSeconds: number;
  readonly name: string;
  readonly subject: string;
  readonly text: string;
}

interface SpanData {
  readonly fromSeconds: number;
  readonly untilSeconds: number;
}

export interface ReportData {
  readonly format: typeof reportFormat;
  readonly about: string;
  readonly country: string;
  readonly askedSeconds: number;
  readonly interrupted: boolean;
  readonly nonOccupancySeconds: number;
  /** What `--json` prints. */
  readonly document: SimDocument;
  /** Just before the first planned change; null where none was made. */
  readonly plannedSeconds: number | null;
  readonly before: SpanData | null;
  readonly after: SpanData | null;
  readonly nodes: readonly NodeData[];
  readonly radios: readonly RadioData[];
  readonly clients: readonly ClientData[];
  readonly neighbours: readonly NeighbourData[];
  readonly emitters: readonly EmitterData[];
  readonly radars: readonly RadarData[];
  readonly walls: readonly { readonly from: Place; readonly to: Place; readonly lossDb: number }[];
  readonly bands: readonly BandData[];
  readonly samples: SampleData;
  readonly happenings: readonly HappeningData[];
  /** How many more happened, by name. */
  readonly unlisted: Readonly<Record<string, number>>;
  /** What the page or its data lack because the site is large, a sentence each. */
  readonly leftOut: readonly string[];
}
