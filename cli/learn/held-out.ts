/** Generated tiles of ordinary air, which rounds are judged on and no node learns from. */
import type { Tile } from '#edge/detector/tile.ts';
import type { Random } from '#protocols/random.ts';
import { drawNow, paint } from '../train/cae/paint.ts';
import { type Band, normalScene } from '../train/cae/scenes.ts';

export function ordinaryTiles(
  random: Random,
  count: number,
  { offDb = 0, band }: { readonly offDb?: number; readonly band?: Band | undefined } = {},
): Tile[] {
  return Array.from({ length: count }, (_, at) => {
    const own = random.fork(`tile/${at}`);
    const scene = normalScene(own, band);
    return paint(own, { ...scene, offsetDb: scene.offsetDb + offDb }, drawNow(own)).tile;
  });
}
