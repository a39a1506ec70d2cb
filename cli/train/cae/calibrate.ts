/**
 * Where the score's threshold lies, found on normal tiles that the model has not learned from: the
 * conformal quantile, above which a normal tile falls with a probability of at most the given rate if
 * it is drawn as these were (Vovk, Gammerman, Shafer: Algorithmic learning in a random world, 2005, 2.2).
 */
import type { Session } from '#agents/onnx/session.ts';
import { bandOfTile, type TileBand, tileBands } from '#edge/detector/about-tile.ts';
import { type RawReading, readTiles } from '#edge/detector/autoencoder.ts';
import type { Tile } from '#edge/detector/tile.ts';
import { type Calibration, partsOf, scoreOf, scoreParts } from '#edge/detector/tile-score.ts';
import type { Random } from '#protocols/random.ts';
import { drawNow, paint } from './paint.ts';
import { normalScene } from './scenes.ts';

/** Aimed at, so that the rate found on other tiles stays below one in a hundred. */
export const FALSE_ALARM_RATE = 0.008;

export interface Read {
  readonly tile: Tile;
  readonly raw: RawReading;
}

export async function readNormal(session: Session, random: Random, count: number): Promise<Read[]> {
  const reads: Read[] = [];
  for (let at = 0; at < count; at += BATCH) {
    const tiles = Array.from({ length: Math.min(BATCH, count - at) }, (_, place) => {
      const own = random.fork(String(at + place));
      return paint(own, normalScene(own), drawNow(own)).tile;
    });
    const raw = await readTiles(session, tiles);
    tiles.forEach((tile, place) => {
      reads.push({ tile, raw: raw[place]! });
    });
  }
  return reads;
}

const BATCH = 64;

export function partsOfRead({ tile, raw }: Read): number[] {
  return partsOf(raw.strangeness, tile.sweeps);
}

export function calibrate(normal: readonly Read[]): {
  readonly calibration: Calibration;
  readonly vectorScale: number;
  /** Of the plain squared error, for comparison. */
  readonly plainThresholds: Readonly<Record<TileBand, number>>;
} {
  const parts = normal.map(partsOfRead);
  const reach = scoreParts.map((_, part) => {
    const values = parts.map((one) => one[part]!);
    return { middle: quantile(values, 0.5), edge: quantile(values, 1 - FALSE_ALARM_RATE) };
  });
  const byBand = (measure: (read: Read, place: number) => number) =>
    Object.fromEntries(
      tileBands.map((band) => {
        const values = normal.flatMap((read, place) =>
          bandOfTile(read.tile) === band ? [measure(read, place)] : [],
        );
        return [band, quantile(values, 1 - FALSE_ALARM_RATE)];
      }),
    ) as Record<TileBand, number>;
  const largest = normal.map(({ raw }) => raw.vector.reduce((most, one) => Math.max(most, one), 0));
  return {
    calibration: {
      reach,
      thresholds: byBand((_, place) => scoreOf(parts[place]!, { reach })),
      falseAlarmRate: FALSE_ALARM_RATE,
    },
    vectorScale: Math.max(quantile(largest, 0.99), 1e-6) / 255,
    plainThresholds: byBand(({ raw }) => raw.plainError),
  };
}

/** The ⌈share·(n + 1)⌉-th smallest; infinite where so few cannot tell. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.ceil(share * (sorted.length + 1)) - 1] ?? Number.POSITIVE_INFINITY;
}
