/**
 * Where the score's threshold lies, found on normal tiles that the model has not learned from: as many of
 * each band, so that none has its threshold from a handful.
 */
import type { Session } from '#agents/onnx/session.ts';
import { bandOfTile, type TileBand, tileBands } from '#edge/detector/about-tile.ts';
import { type RawReading, readTiles } from '#edge/detector/autoencoder.ts';
import type { Tile } from '#edge/detector/tile.ts';
import { type Calibration, partsOf, scoreOf, scoreParts } from '#edge/detector/tile-score.ts';
import type { Random } from '#protocols/random.ts';
import { alarmThreshold } from '../alarm-threshold.ts';
import { drawNow, paint } from './paint.ts';
import { normalScene } from './scenes.ts';

/** False alarms stay below, on tiles that are drawn alike. */
export const FALSE_ALARM_RATE = 0.01;

export interface Read {
  /** Without its values, which would fill the memory. */
  readonly tile: Pick<Tile, 'lowMhz' | 'sweeps'>;
  readonly raw: RawReading;
}

const BATCH = 64;

/** `count` of each band. */
export async function readNormal(
  session: Session,
  random: Random,
  count: number,
  onBatch: (band: TileBand) => void = () => {},
): Promise<Read[]> {
  const reads: Read[] = [];
  for (const band of tileBands) {
    for (let at = 0; at < count; at += BATCH) {
      onBatch(band);
      const tiles = Array.from({ length: Math.min(BATCH, count - at) }, (_, place) => {
        const own = random.fork(`${band}/${at + place}`);
        return paint(own, normalScene(own, band), drawNow(own)).tile;
      });
      const raw = await readTiles(session, tiles);
      tiles.forEach(({ lowMhz, sweeps }, place) => {
        reads.push({ tile: { lowMhz, sweeps }, raw: raw[place]! });
      });
    }
  }
  return reads;
}

export function partsOfRead({ tile, raw }: Read): number[] {
  return partsOf(raw.strangeness, tile.sweeps);
}

export function calibrate(normal: readonly Read[]): {
  readonly calibration: Omit<Calibration, 'spellThresholds'>;
  readonly vectorScale: number;
  /** Of the plain squared error, for comparison. */
  readonly plainThresholds: Readonly<Record<TileBand, number>>;
} {
  const parts = normal.map(partsOfRead);
  const reach = scoreParts.map((_, part) => {
    const values = parts.map((one) => one[part]!);
    return { middle: quantile(values, 0.5), edge: quantile(values, 0.99) };
  });
  const byBand = (measure: (read: Read, place: number) => number) =>
    Object.fromEntries(
      tileBands.map((band) => {
        const values = normal.flatMap((read, place) =>
          bandOfTile(read.tile) === band ? [measure(read, place)] : [],
        );
        return [band, alarmThreshold(values, FALSE_ALARM_RATE)];
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

function quantile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
}
