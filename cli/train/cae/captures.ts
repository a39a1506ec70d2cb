/** What the model makes of the recordings at hand, by frequency. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Session } from '#agents/onnx/session.ts';
import { readSweeps } from '#edge/capture/tlv.ts';
import { bandOfTile } from '#edge/detector/about-tile.ts';
import { readTiles } from '#edge/detector/autoencoder.ts';
import { tilesOf } from '#edge/detector/tile.ts';
import { scoreOf } from '#edge/detector/tile-score.ts';
import { partsOfRead } from './calibrate.ts';
import type { Thresholds } from './evaluate.ts';

const folder = join(import.meta.dirname, '../../../test/fixtures/fft-eval');

export const recordings = [
  { name: 'ar9280_analog_camera_ch1', holds: 'analogue camera at 2,414 MHz' },
  { name: 'ar9390_analog_camera_ch1', holds: 'analogue camera at 2,414 MHz' },
  { name: 'ar9550_40mhz_analog_camera_ch1', holds: 'analogue camera at 2,414 MHz' },
  { name: 'ath10k_20mhz', holds: 'a strong narrow carrier' },
  { name: 'ath10k_80mhz', holds: 'a strong narrow carrier' },
] as const;

export interface CaptureFigure {
  readonly name: string;
  readonly holds: string;
  readonly frequencies: readonly {
    readonly centerMhz: number;
    readonly tiles: number;
    readonly flagged: number;
    /** The highest score over the threshold: above 1 it was flagged. */
    readonly most: number;
  }[];
}

export async function captureFigures(
  session: Session,
  { calibration }: Thresholds,
): Promise<CaptureFigure[]> {
  const figures: CaptureFigure[] = [];
  for (const { name, holds } of recordings) {
    const file = join(folder, `${name}.dump`);
    if (!existsSync(file)) continue;
    const tiles = tilesOf(readSweeps(readFileSync(file)).sweeps);
    const raw = await readTiles(session, tiles);
    const byMhz = new Map<number, { tiles: number; flagged: number; most: number }>();
    tiles.forEach((tile, place) => {
      const centerMhz = (tile.lowMhz + tile.highMhz) / 2;
      const one = byMhz.get(centerMhz) ?? { tiles: 0, flagged: 0, most: 0 };
      const score = scoreOf(partsOfRead({ tile, raw: raw[place]! }), calibration);
      const over = score / calibration.thresholds[bandOfTile(tile)];
      one.tiles += 1;
      if (over > 1) one.flagged += 1;
      one.most = Math.max(one.most, over);
      byMhz.set(centerMhz, one);
    });
    const frequencies = [...byMhz].map(([centerMhz, one]) => ({ centerMhz, ...one }));
    figures.push({ name, holds, frequencies });
  }
  return figures;
}
