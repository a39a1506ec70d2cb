/**
 * How a simulated radio reaches the air, in its own process or over the bus, and what goes over the
 * bus for it. Subjects are of kind `air`, `airguard.<site>.air.<node>.<radio>.<operation>`: requests
 * `attach`, `tuned`, `apply`, `observe` and `spectrum` of a node for its own radios, and `told`,
 * on which the air tells them what happens. A radio's name in the air is `<node>/<radio>`.
 */
import * as z from 'zod';
import type { HeardRadar, Load, Observation, Observations, Tuned } from './air.ts';
import { Channel } from './channels.ts';
import type { Done } from './driver.ts';

/** What a radio may change in the air: itself. */
export const RadioTuning = z.strictObject({
  channel: Channel.nullable().optional(),
  eirpDbm: z.number().optional(),
  silent: z.boolean().optional(),
});
export type RadioTuning = z.infer<typeof RadioTuning>;

const Radar = z.strictObject({
  id: z.string(),
  centerMhz: z.number(),
  widthMhz: z.number(),
  rssiDbm: z.number(),
  untilUs: z.number(),
});

export interface SpectrumWish {
  readonly bins: number;
  readonly sweeps: number;
}

/** `stopped`: the radio was switched off for it, since nobody heeded it. */
export type OnRadar = (radar: HeardRadar, stopped: boolean) => void;

/** Calls back at once where it can; `gone` is the failure of an air that does not answer. */
export interface AirLink {
  /** How busy the radio was in the last second; undefined while that is not known. */
  load(radio: string): Load | undefined;
  /** What the radio does at this moment. */
  tuned(radio: string, done: Done<Tuned>): void;
  apply(radio: string, tuning: RadioTuning, done: Done<void>): void;
  /** What was observed in the last `overUs`. */
  observe<Kind extends Observation>(
    radio: string,
    kind: Kind,
    overUs: number,
    done: Done<Observations[Kind]>,
  ): void;
  spectrum(radio: string, wish: SpectrumWish, done: Done<Uint8Array>): void;
  /** Tells whenever a radar begins to be heard. The function returned ends it. */
  watchRadar(radio: string, onHeard: OnRadar): () => void;
}

export const TunedReport = z.strictObject({
  channel: Channel.nullable(),
  eirpDbm: z.number(),
  silent: z.boolean(),
}) satisfies z.ZodType<Tuned>;

export const ObserveRequest = z.strictObject({
  kind: z.literal(['survey', 'neighbours', 'clients', 'pulses']),
  overUs: z.number().int().min(0).max(3_600_000_000),
});

export const SpectrumRequest = z.strictObject({
  bins: z.literal([64, 128, 256, 512]),
  sweeps: z.number().int().min(1).max(4096),
});

const Pulse = z.strictObject({
  tUs: z.number(),
  widthUs: z.number(),
  rssiDbm: z.number(),
  centerMhz: z.number(),
  chirp: z.boolean(),
});

export const observationSchemas = {
  survey: z.array(
    z.strictObject({
      channel: Channel,
      activeUs: z.number(),
      busyUs: z.number(),
      rxUs: z.number(),
      txUs: z.number(),
      noiseDbm: z.number(),
    }),
  ),
  neighbours: z.array(
    z.strictObject({
      id: z.string(),
      channel: Channel,
      rssiDbm: z.number(),
      load: z.number().nullable(),
      managed: z.boolean(),
    }),
  ),
  clients: z.array(
    z.strictObject({
      id: z.string(),
      rssiDbm: z.number(),
      offeredMbps: z.number(),
      throughputMbps: z.number(),
    }),
  ),
  pulses: z.array(Pulse),
} satisfies { [Kind in Observation]: z.ZodType<Observations[Kind]> };

/** The answer to a request; null where there is nothing to say but that it was done. */
export const AirAnswer = z.union([
  z.strictObject({ value: z.unknown() }),
  z.strictObject({ error: z.string() }),
]);

/** What `told` carries. */
export const AirTold = z.union([
  z.strictObject({
    load: z.strictObject({
      utilisation: z.number(),
      stations: z.number(),
      carriedMbps: z.number(),
    }),
  }),
  z.strictObject({ radar: Radar, stopped: z.boolean() }),
]);
