/** A fluid air as plain data: what was put into it. All else follows from that, to the bit. */
import * as z from 'zod';
import { Emission, RadarPattern } from '#protocols/air.ts';
import { Band, Channel } from '#protocols/channels.ts';
import { InputError } from '#protocols/errors.ts';
import type { Radar } from './radar.ts';
import type { Topology } from './topology.ts';

const Place = z.strictObject({ x: z.number(), y: z.number(), z: z.number() });
const Block = { centerMhz: z.number(), widthMhz: z.number().positive(), eirpDbm: z.number() };

/** What stands in an air of any fidelity. */
export const standing = {
  radios: z.array(
    z.strictObject({
      id: z.string(),
      at: Place,
      channel: Channel.nullable(),
      eirpDbm: z.number(),
      silent: z.boolean(),
      noiseFigureDb: z.number(),
      unmanaged: z.boolean(),
    }),
  ),
  clients: z.array(
    z.strictObject({
      id: z.string(),
      at: Place,
      radio: z.string().nullable(),
      offeredMbps: z.number().min(0),
    }),
  ),
  emitters: z.array(
    z.strictObject({
      id: z.string(),
      at: Place.nullable(),
      emission: Emission.nullable().default(null),
      ...Block,
      duty: z.number(),
    }),
  ),
  radars: z.array(
    z.strictObject({
      id: z.string(),
      at: Place.nullable(),
      ...Block,
      pattern: RadarPattern,
      fromUs: z.number().int(),
      untilUs: z.number().int(),
    }),
  ),
  walls: z.array(z.strictObject({ from: Place, to: Place, lossDb: z.number().min(0) })),
  links: z
    .array(z.strictObject({ from: z.string(), to: z.string(), lossDb: z.number(), band: Band }))
    .default([]),
};

const FluidSnapshot = z.strictObject({
  format: z.literal('airguard fluid air 1'),
  nowUs: z.number().int(),
  ...standing,
});
export type FluidSnapshot = z.infer<typeof FluidSnapshot>;

export function snapshotOf(
  topology: Topology,
  radars: readonly Radar[],
  nowUs: number,
): FluidSnapshot {
  return {
    format: 'airguard fluid air 1',
    nowUs,
    radios: topology.radios.map(
      ({ id, at, channel, eirpDbm, silent, noiseFigureDb, unmanaged }) => ({
        id,
        at: { ...at },
        channel: channel === null ? null : { ...channel },
        eirpDbm,
        silent,
        noiseFigureDb,
        unmanaged,
      }),
    ),
    clients: topology.clients.map(({ id, at, radio, offeredMbps }) => ({
      id,
      at: { ...at },
      radio: topology.radios[radio]?.id ?? null,
      offeredMbps,
    })),
    emitters: topology.emitters.map(({ index: _, fingerprint: _own, at, ...emitter }) => ({
      ...emitter,
      at: at === null ? null : { ...at },
    })),
    radars: radars.map((radar) => ({ ...radar })),
    walls: topology.walls.map(({ from, to, lossDb }) => ({
      from: { ...from },
      to: { ...to },
      lossDb,
    })),
    links: topology.given.all.map((link) => ({ ...link })),
  };
}

export function parseSnapshot(snapshot: unknown): FluidSnapshot {
  const parsed = FluidSnapshot.safeParse(snapshot);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new InputError(
    `snapshot of the air: at ${issue?.path.join('.') || 'the document'}: ${issue?.message}`,
  );
}
