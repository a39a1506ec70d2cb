/**
 * The air port, version 1: the one door to a simulated or measured air. Times are integer microseconds of the
 * air's own clock; identifiers are the scene's. The world, the live air process and the twin use
 * this and nothing else.
 */
import * as z from 'zod';
import { Band, Channel } from './channels.ts';
import { Db, Dbm, Mbps, Mhz, Share } from './units.ts';

const Point = z.strictObject({
  x: z.number().meta({ unit: 'm' }),
  y: z.number().meta({ unit: 'm' }),
  z: z.number().default(0).meta({ unit: 'm' }),
});
export type Point = z.infer<typeof Point>;

/** Test signals of the radar rules: KDB 905462 D02 tables 5 and 6, EN 301 893 table D.3. */
export const RadarPattern = z.literal(['fcc-0', 'fcc-1', 'etsi-reference']);
export type RadarPattern = z.infer<typeof RadarPattern>;

/** What can be put into an air, and changed there. */
export const AirChange = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('radio'),
    id: z.string(),
    at: Point.optional(),
    /** Null: switched off. */
    channel: Channel.nullable().optional(),
    eirpDbm: Dbm.optional(),
    /** Only listens. */
    silent: z.boolean().optional(),
    noiseFigureDb: z.number().min(0).max(60).optional(),
    /** Not one of ours: a neighbour's access point. */
    unmanaged: z.boolean().optional(),
  }),
  z.strictObject({
    kind: z.literal('client'),
    id: z.string(),
    at: Point.optional(),
    /** The radio it is associated with; null takes it away. */
    radio: z.string().nullable().optional(),
    /** Downlink load offered to it. */
    offeredMbps: Mbps.optional(),
  }),
  z.strictObject({
    kind: z.literal('emitter'),
    id: z.string(),
    at: Point.optional(),
    centerMhz: Mhz,
    widthMhz: z.number().positive(),
    eirpDbm: Dbm,
    /** Share of the time it sends; 0 takes it away. */
    duty: Share,
  }),
  z.strictObject({
    kind: z.literal('radar'),
    id: z.string(),
    at: Point.optional(),
    centerMhz: Mhz,
    widthMhz: z.number().positive(),
    eirpDbm: Dbm,
    /** How long it can be heard from now on. */
    durationUs: z.number().int().positive(),
    /** How its pulses come; the FCC's reference signal when not said. */
    pattern: RadarPattern.optional(),
  }),
  z.strictObject({
    kind: z.literal('wall'),
    from: Point,
    to: Point,
    lossDb: z.number().min(0),
  }),
  z.strictObject({
    kind: z.literal('link'),
    /** Ids of two that stand in the air: radios, clients or emitters. */
    from: z.string(),
    to: z.string(),
    /**
     * What the way between them takes in that band, the same both ways: it stands in place of what
     * follows from where they are. In another band it differs by the first metre.
     */
    lossDb: Db,
    band: Band,
  }),
]);
export type AirChange = z.infer<typeof AirChange>;

/** A channel's use over a window, as `iw survey dump` gives it. */
export interface SurveyReport {
  readonly channel: Channel;
  readonly activeUs: number;
  readonly busyUs: number;
  readonly rxUs: number;
  readonly txUs: number;
  readonly noiseDbm: number;
}

/** A radio that was heard. `load` is its own announced channel utilisation, where it has one. */
export interface NeighbourReport {
  readonly id: string;
  readonly channel: Channel;
  readonly rssiDbm: number;
  readonly load: number | null;
  readonly managed: boolean;
}

/** A client as its radio sees it. */
export interface StationReport {
  readonly id: string;
  readonly rssiDbm: number;
  readonly offeredMbps: number;
  readonly throughputMbps: number;
}

/** One radar pulse as a chip reports it. */
export interface PulseReport {
  readonly tUs: number;
  readonly widthUs: number;
  readonly rssiDbm: number;
  readonly centerMhz: number;
  readonly chirp: boolean;
}

export interface Observations {
  readonly survey: readonly SurveyReport[];
  readonly neighbours: readonly NeighbourReport[];
  readonly clients: readonly StationReport[];
  readonly pulses: readonly PulseReport[];
}
export type Observation = keyof Observations;

export interface Window {
  readonly fromUs: number;
  readonly untilUs: number;
}

/** A radar that a radio's chip can hear where it is tuned now. */
export interface HeardRadar {
  readonly id: string;
  readonly centerMhz: number;
  readonly widthMhz: number;
  readonly rssiDbm: number;
  readonly untilUs: number;
}

export interface Tuned {
  readonly channel: Channel | null;
  readonly eirpDbm: number;
  /** True while it sends nothing. */
  readonly silent: boolean;
}

export interface Load {
  readonly utilisation: number;
  readonly stations: number;
  readonly carriedMbps: number;
}

export const Fidelity = z.literal(['packet', 'fluid', 'static']);
export type Fidelity = z.infer<typeof Fidelity>;

export interface Air {
  describe(): { readonly fidelity: Fidelity; readonly version: string };
  apply(change: AirChange): void;
  advance(untilUs: number): void;
  observe<Kind extends Observation>(radio: string, kind: Kind, window: Window): Observations[Kind];
  /** What the radio does at this moment. */
  tuned(radio: string): Tuned;
  /**
   * How strongly the radio arrives at a client, dBm, whichever radio serves that one; undefined
   * while the radio does not send.
   */
  level(radio: string, client: string): number | undefined;
  /** A radio's own view of the last second: the cheap form of a survey on its own channel. */
  load(radio: string): Load;
  /** The radar above the detection threshold where the radio is tuned now, if there is one. */
  heardRadar(radio: string): HeardRadar | undefined;
  /**
   * Tells whenever a radar begins to be heard by the radio: it came, or the radio tuned to it.
   * Called within `apply`. The function returned ends it.
   */
  watchRadar(radio: string, onHeard: (radar: HeardRadar) => void): () => void;
  /** Sweeps as ath11k TLV bytes; empty where this air paints no spectra. */
  spectrum(radio: string, request: { bins: number; sweeps: number }): Uint8Array;
  /** The whole air as plain data, and back. */
  snapshot(): unknown;
  restore(snapshot: unknown): void;
}
