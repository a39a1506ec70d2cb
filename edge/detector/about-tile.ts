/** What a model is told of a tile besides its values: how its sweeps were taken. */
import { TILE_SWEEPS, type Tile } from './tile.ts';

const binCounts = [64, 128, 256, 512];
const widthsMhz = [20, 40, 80, 160];

/** Bin count and width, each as one of the usual ones at or above it; band; share of rows filled. */
export const ABOUT_VALUES = binCounts.length + widthsMhz.length + 3 + 1;

export type TileBand = '2.4' | '5' | '6';

export const tileBands: readonly TileBand[] = ['2.4', '5', '6'];

export function bandOfTile({ lowMhz }: Pick<Tile, 'lowMhz'>): TileBand {
  return lowMhz < 3_000 ? '2.4' : lowMhz < 5_900 ? '5' : '6';
}

/** Index of the usual bin count that a tile is taken for. */
function resolutionOf({ bins }: Pick<Tile, 'bins'>): number {
  return indexOf(binCounts, bins);
}

export function aboutTile(tile: Tile, out: Float32Array, offset = 0): void {
  out.fill(0, offset, offset + ABOUT_VALUES);
  out[offset + resolutionOf(tile)] = 1;
  out[offset + binCounts.length + indexOf(widthsMhz, tile.highMhz - tile.lowMhz)] = 1;
  const band = tileBands.indexOf(bandOfTile(tile));
  out[offset + binCounts.length + widthsMhz.length + band] = 1;
  out[offset + ABOUT_VALUES - 1] = tile.sweeps / TILE_SWEEPS;
}

function indexOf(steps: readonly number[], value: number): number {
  const found = steps.findIndex((step) => value <= step);
  return found < 0 ? steps.length - 1 : found;
}
