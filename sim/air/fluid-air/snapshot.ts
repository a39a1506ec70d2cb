/** A fluid air as plain data: what was put into it. All else follows from that, to the bit. */
import * as z from 'zod';
import { InputError } from '#protocols/errors.ts';
import type { Radar } from '../radar.ts';
import { standing } from '../standing.ts';
import type { Topology } from './topology.ts';

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
