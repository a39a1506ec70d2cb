/**
 * One number for a tile, from what the model says of its sweeps: a burst shows in the strangest of
 * them, a sender that stays in the mean. Each is measured by how far normal tiles go, 0 at their
 * middle and 1 where one in a hundred lies above, and the largest counts.
 */
import * as z from 'zod';
import { tileBands } from './about-tile.ts';

/** Sweeps of a short burst. */
const BURST = 4;

export const scoreParts = ['strangest sweep', 'strangest four', 'mean of all'] as const;

const Reach = z.strictObject({ middle: z.number(), edge: z.number() });

const ByBand = z.strictObject(
  Object.fromEntries(tileBands.map((band) => [band, z.number()])) as Record<
    (typeof tileBands)[number],
    z.ZodNumber
  >,
);

/** Found on normal tiles that the model has not seen; see `cli/train/cae/calibrate.ts`. */
export const Calibration = z.strictObject({
  /** Of each part of the score, in their order. */
  reach: z.array(Reach).length(scoreParts.length),
  /** Above its band's a tile is anomalous. */
  thresholds: ByBand,
  /** Where a greater share of the tiles of a spell is anomalous, so is the spell. */
  spellThresholds: ByBand,
  /** At most so many of normal tiles, and of spells of normal air, are. */
  falseAlarmRate: z.number(),
});
export type Calibration = z.infer<typeof Calibration>;

export function partsOf(strangeness: Float32Array, sweeps: number): number[] {
  const sorted = strangeness.slice(0, sweeps).sort().reverse();
  let sum = 0;
  let burst = 0;
  for (let place = 0; place < sweeps; place += 1) {
    sum += sorted[place]!;
    if (place === Math.min(BURST, sweeps) - 1) burst = sum / (place + 1);
  }
  return [sorted[0]!, burst, sum / sweeps];
}

export function scoreOf(parts: readonly number[], { reach }: Pick<Calibration, 'reach'>): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let part = 0; part < parts.length; part += 1) {
    const { middle, edge } = reach[part]!;
    const score = (parts[part]! - middle) / (edge - middle);
    if (score > most) most = score;
  }
  return most;
}
