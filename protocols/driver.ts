/**
 * The driver port: a radio's hardware, recorded or simulated stand-ins included. All power is EIRP
 * over all chains; only a driver knows its antenna gain and cable loss. Operations call back, once,
 * and never throw; in the world they call back at a modelled time.
 */
import type { NeighbourReport, PulseReport, StationReport, SurveyReport } from './air.ts';
import type { Band, Channel } from './channels.ts';
import type { Outcome } from './errors.ts';

export const driverSchemes = ['ath11k', 'ath10k', 'ath9k', 'capture', 'sim'] as const;
export type DriverScheme = (typeof driverSchemes)[number];

export interface DriverError {
  readonly code: 'unsupported' | 'busy' | 'rejected' | 'gone';
  readonly message: string;
}
export type Done<Value> = (outcome: Outcome<Value, DriverError>) => void;

export interface RadioCapabilities {
  readonly spectral: boolean;
  readonly pulses: boolean;
  readonly bands: readonly Band[];
  readonly maxWidthMhz: 20 | 40 | 80 | 160 | 320;
  readonly maxEirpDbm: number;
  readonly minEirpDbm: number;
}

/** The radio as its hardware says it is. `channel` is null while it neither sends nor listens. */
export interface RadioState {
  readonly channel: Channel | null;
  readonly eirpDbm: number;
  /** True while it only listens: in the silence before first use, and after radar. */
  readonly silent: boolean;
}

/** How a chip listens, as it says itself. What it cannot tell is left out. */
export interface ChipSettings {
  /** It could be given frames to send as they are. No part of Airguard does. */
  readonly canInject?: boolean;
  /** The chip's own number for the time between sweeps. */
  readonly fftPeriod?: number;
  /** The chip's own number for how a sweep ranks beside traffic. */
  readonly scanPriority?: number;
  readonly noiseFloorOverrideDbm?: number;
  /** True while sweeps come without their bins. */
  readonly shortReport?: boolean;
}

export type DriverEvent =
  | { readonly type: 'radar.detected'; readonly centerMhz: number; readonly widthMhz: number }
  | { readonly type: 'pulses'; readonly pulses: readonly PulseReport[] }
  | { readonly type: 'clearing.done'; readonly channel: Channel }
  /** Something else may have changed the hardware, a restart of its daemon; this is how it is now. */
  | { readonly type: 'driver.opened'; readonly state: RadioState }
  /** Once a second: how busy the channel was and what was carried (802.11-2020 9.4.2.27, BSS Load). */
  | {
      readonly type: 'load.measured';
      readonly utilisation: number;
      readonly stations: number;
      readonly carriedMbps: number;
    };

/** Sweeps as the radio's own TLV bytes; `read` hands over what there is now, possibly nothing. */
export interface SpectrumStream {
  read(): Uint8Array;
  close(): void;
  /** Bytes that were let go because nobody read them in time; absent where that cannot happen. */
  readonly droppedBytes?: number;
}

export interface SpectrumRequest {
  /** FFT bins a sweep, a power of two. */
  readonly bins: number;
  /** How many sweeps at most; null: until the stream is closed, at the radio's full pace. */
  readonly sweeps: number | null;
}

export interface Driver {
  readonly address: string;
  open(onEvent: (event: DriverEvent) => void, done: Done<RadioState>): void;
  close(): void;
  capabilities(): RadioCapabilities;
  /** What the hardware says now. This is the read-back of every actuation. */
  state(done: Done<RadioState>): void;
  /** Stops sending at once and listens on `channel`, or nowhere when null. */
  listen(channel: Channel | null, done: Done<RadioState>): void;
  /** Sends and receives on `channel`. */
  setChannel(channel: Channel, done: Done<RadioState>): void;
  setEirp(eirpDbm: number, done: Done<RadioState>): void;
  survey(done: Done<readonly SurveyReport[]>): void;
  neighbours(done: Done<readonly NeighbourReport[]>): void;
  clients(done: Done<readonly StationReport[]>): void;
  openSpectrum(request: SpectrumRequest, done: Done<SpectrumStream>): void;
  settings(done: Done<ChipSettings>): void;
}
