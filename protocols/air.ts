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

/**
 * Test signals of the radar rules: KDB 905462 D02, EN 301 893 annex D, and those of Japan for 5,250 to
 * 5,350 MHz (W53) and 5,470 to 5,725 MHz (W56).
 */
export const RadarPattern = z.literal([
  'fcc-0',
  'fcc-1',
  'fcc-2',
  'fcc-3',
  'fcc-4',
  'fcc-5',
  'fcc-6',
  'etsi-reference',
  'etsi-1',
  'etsi-2',
  'etsi-3',
  'etsi-4',
  'etsi-5',
  'etsi-6',
  'w53-1',
  'w53-2',
  'w53-3',
  'w53-4',
  'w53-5',
  'w53-6',
  'w53-7',
  'w53-8',
  'w53-9',
  'w53-10',
  'w56-1',
  'w56-2',
  'w56-3',
  'w56-4',
  'w56-5',
  'w56-6',
  'w56-7',
  'w56-8',
]);
export type RadarPattern = z.infer<typeof RadarPattern>;

/** What an emitter is: how it sends in time and frequency. */
export const Emission = z.literal([
  'wifi',
  'microwave',
  'microwave-60hz',
  'microwave-commercial',
  'bluetooth',
  'ble',
  'zigbee',
  'analogue-video',
  'fhss-phone',
  'dect-phone',
  'wide-jammer',
  'narrow-jammer',
  'sweeping-jammer',
  'drone-video',
]);
export type Emission = z.infer<typeof Emission>;

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
    /** A block of flat noise when not said. What is left out below is then as usual for it. */
    emission: Emission.optional(),
    centerMhz: Mhz.optional(),
    widthMhz: z.number().positive().optional(),
    /** While it sends. */
    eirpDbm: Dbm,
    /** Share of the time it sends; 0 takes it away. */
    duty: Share.optional(),
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

export interface AirDescription {
  readonly fidelity: Fidelity;
  readonly version: string;
  /** How far it is off what it is judged by, in words; null where nothing is known of that. */
  readonly error: string | null;
}

export interface Air {
  describe(): AirDescription;
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
  /**
   * The newest sweeps as ath11k TLV bytes; empty where the radio is tuned to nothing, or where this
   * air paints no spectra. Asking changes nothing.
   */
  spectrum(radio: string, request: { bins: number; sweeps: number }): Uint8Array;
  /** The whole air as plain data, and back. */
  snapshot(): unknown;
  restore(snapshot: unknown): void;
}
