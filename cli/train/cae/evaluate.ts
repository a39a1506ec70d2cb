/** How well the model tells foreign senders from normal air, on generated spectra of seeds it has not seen. */
import type { Session } from '#agents/onnx/session.ts';
import { bandOfTile, type TileBand, tileBands } from '#edge/detector/about-tile.ts';
import { readTiles } from '#edge/detector/autoencoder.ts';
import type { Tile } from '#edge/detector/tile.ts';
import { type Calibration, scoreOf } from '#edge/detector/tile-score.ts';
import type { Random } from '#protocols/random.ts';
import { partsOfRead, type Read } from './calibrate.ts';
import { type ForeignClass, foreignClasses, foreignIn } from './foreign.ts';
import { drawNow, paint, presence, windowAt } from './paint.ts';
import { normalScene } from './scenes.ts';

/** Lower ends of the steps of SNR, dB over the noise of the whole channel while it sends. */
export const snrSteps = [0, 10, 20, 30] as const;
const STEP_DB = 10;
/** A tile counts when the sender was there in so many of its sweeps; of a radar, in one. */
const PRESENT = 2;
/** Given up after so many draws for each tile wanted. */
const DRAWS = 150;

export type Company = 'alone' | 'beside Wi-Fi';
export const companies: readonly Company[] = ['alone', 'beside Wi-Fi'];

export interface ClassFigure {
  readonly name: string;
  readonly company: Company;
  readonly fromDb: number;
  readonly tiles: number;
  /** Shares of the tiles that were flagged: by the score, and by plain squared error. */
  readonly detected: number;
  readonly detectedPlain: number;
}

export interface Thresholds {
  readonly calibration: Pick<Calibration, 'reach' | 'thresholds'>;
  readonly plainThresholds: Readonly<Record<TileBand, number>>;
}

export function isFlagged(
  { tile, raw }: Read,
  { calibration }: Pick<Thresholds, 'calibration'>,
): boolean {
  return (
    scoreOf(partsOfRead({ tile, raw }), calibration) > calibration.thresholds[bandOfTile(tile)]
  );
}

function isFlaggedPlain({ tile, raw }: Read, { plainThresholds }: Thresholds): boolean {
  return raw.plainError > plainThresholds[bandOfTile(tile)];
}

/** Shares of normal tiles that were flagged, by band. */
export function falseAlarms(normal: readonly Read[], thresholds: Thresholds) {
  return tileBands.map((band) => {
    const reads = normal.filter(({ tile }) => bandOfTile(tile) === band);
    return {
      band,
      tiles: reads.length,
      rate: share(reads, (read) => isFlagged(read, thresholds)),
      ratePlain: share(reads, (read) => isFlaggedPlain(read, thresholds)),
    };
  });
}

export async function classFigures(
  session: Session,
  random: Random,
  tilesEach: number,
  thresholds: Thresholds,
  onClass: (name: string) => void,
): Promise<ClassFigure[]> {
  const figures: ClassFigure[] = [];
  for (const one of foreignClasses) {
    onClass(one.name);
    for (const company of companies) {
      for (const fromDb of snrSteps) {
        const own = random.fork(`${one.name}/${company}/${fromDb}`);
        const tiles = foreignTiles(own, one, company, fromDb, tilesEach);
        const raw = await readTiles(session, tiles);
        const reads = tiles.map((tile, place) => ({ tile, raw: raw[place]! }));
        figures.push({
          name: one.name,
          company,
          fromDb,
          tiles: tiles.length,
          detected: share(reads, (read) => isFlagged(read, thresholds)),
          detectedPlain: share(reads, (read) => isFlaggedPlain(read, thresholds)),
        });
      }
    }
  }
  return figures;
}

function foreignTiles(
  random: Random,
  one: ForeignClass,
  company: Company,
  fromDb: number,
  wanted: number,
): Tile[] {
  const tiles: Tile[] = [];
  for (let draw = 0; draw < wanted * DRAWS && tiles.length < wanted; draw += 1) {
    const own = random.fork(String(draw));
    const drawn = normalScene(own, one.bands[draw % one.bands.length]);
    if (company === 'beside Wi-Fi' && drawn.neighbours.length === 0) continue;
    const scene = company === 'alone' ? { ...drawn, neighbours: [] } : drawn;
    const nowUs = drawNow(own);
    const snrDb = fromDb + STEP_DB * own.uniform();
    const foreign = foreignIn(own, scene, one, snrDb, windowAt(scene, nowUs));
    if (foreign.senders.length === 0 && foreign.echoes[0]?.pulses.length === 0) continue;
    const painted = paint(own, scene, nowUs, foreign);
    const there = presence(scene, foreign, painted);
    if (there.sweeps >= (one.emission === 'radar' ? 1 : PRESENT)) tiles.push(painted.tile);
  }
  return tiles;
}

/** The mean over classes and steps from 10 dB on, each of the same weight. */
export function detectionFrom10Db(
  figures: readonly ClassFigure[],
  company: Company,
  of: 'detected' | 'detectedPlain' = 'detected',
): number {
  const counted = figures.filter(
    (one) => one.company === company && one.fromDb >= 10 && one.tiles > 0,
  );
  return counted.reduce((sum, one) => sum + one[of], 0) / counted.length;
}

function share(reads: readonly Read[], holds: (read: Read) => boolean): number {
  return reads.length === 0 ? 0 : reads.filter(holds).length / reads.length;
}
