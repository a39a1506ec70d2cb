/** What stands in an air of any fidelity, as plain data. */
import * as z from 'zod';
import { Emission, RadarPattern } from '#protocols/air.ts';
import { Band, Channel } from '#protocols/channels.ts';

const Place = z.strictObject({ x: z.number(), y: z.number(), z: z.number() });
const Block = { centerMhz: z.number(), widthMhz: z.number().positive(), eirpDbm: z.number() };

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
