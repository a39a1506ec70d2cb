/** A packet air as plain data: what stands in it, and what cells there were of late. */
import * as z from 'zod';
import { InputError } from '#protocols/errors.ts';
import { standing } from '../standing.ts';
import { Cell } from './cells.ts';

const PacketSnapshot = z.strictObject({
  format: z.literal('airguard packet air 1'),
  nowUs: z.number().int(),
  ...standing,
  stretches: z.array(z.strictObject({ fromUs: z.number().int(), cells: z.array(Cell) })),
});
export type PacketSnapshot = z.infer<typeof PacketSnapshot>;

export function parseSnapshot(snapshot: unknown): PacketSnapshot {
  const parsed = PacketSnapshot.safeParse(snapshot);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new InputError(
    `snapshot of the air: at ${issue?.path.join('.') || 'the document'}: ${issue?.message}`,
  );
}
