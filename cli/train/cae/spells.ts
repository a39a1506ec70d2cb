/** What share of its tiles is flagged in a spell of normal air, and in one with a foreign sender in it. */
import type { Session } from '#agents/onnx/session.ts';
import { type TileBand, tileBands } from '#edge/detector/about-tile.ts';
import { readTiles } from '#edge/detector/autoencoder.ts';
import { SPELL_TILES, SPELL_US } from '#edge/detector/spell.ts';
import type { Calibration } from '#edge/detector/tile-score.ts';
import type { Random } from '#protocols/random.ts';
import { alarmThreshold } from '../alarm-threshold.ts';
import { FALSE_ALARM_RATE } from './calibrate.ts';
import { type Company, companies, isFlagged } from './evaluate.ts';
import { type Foreign, foreignClasses, foreignIn } from './foreign.ts';
import { drawNow, paint, windowAt } from './paint.ts';
import { normalScene, type Scene } from './scenes.ts';

type TileCalibration = Pick<Calibration, 'reach' | 'thresholds'>;

/** Shares of `count` spells of each band. */
export async function normalSpells(
  session: Session,
  random: Random,
  count: number,
  calibration: TileCalibration,
  onSpell: () => void,
): Promise<Record<TileBand, number[]>> {
  const shares: Record<TileBand, number[]> = { '2.4': [], '5': [], '6': [] };
  for (const band of tileBands) {
    for (let spell = 0; spell < count; spell += 1) {
      onSpell();
      const own = random.fork(`${band}/${spell}`);
      shares[band].push(await shareOf(session, own, normalScene(own, band), calibration));
    }
  }
  return shares;
}

/** A spell costs as much as 32 tiles, so there are fewer, and their luck is allowed more. */
export const SPELL_DOUBT = 0.05;

/** A share cannot exceed 1: too few spells flag nothing. */
export function spellThresholds(shares: Readonly<Record<TileBand, readonly number[]>>) {
  return Object.fromEntries(
    tileBands.map((band) => [
      band,
      Math.min(1, alarmThreshold(shares[band], FALSE_ALARM_RATE, SPELL_DOUBT)),
    ]),
  ) as Record<TileBand, number>;
}

export interface SpellFigure {
  readonly name: string;
  readonly company: Company;
  readonly spells: number;
  readonly detected: number;
}

/** From 10 to 40 dB. Radar is left out: between its bursts there is nothing to see. */
export async function foreignSpells(
  session: Session,
  random: Random,
  count: number,
  calibration: TileCalibration,
  thresholds: Readonly<Record<TileBand, number>>,
  onClass: (name: string) => void,
): Promise<SpellFigure[]> {
  const figures: SpellFigure[] = [];
  for (const one of foreignClasses) {
    if (one.emission === 'radar') continue;
    onClass(one.name);
    for (const company of companies) {
      let detected = 0;
      for (let spell = 0; spell < count; spell += 1) {
        const own = random.fork(`${one.name}/${company}/${spell}`);
        const band = one.bands[spell % one.bands.length]!;
        const drawn = normalScene(own, band);
        const scene = company === 'alone' ? { ...drawn, neighbours: [] } : drawn;
        const snrDb = 10 + 30 * own.uniform();
        const foreign = foreignIn(own, scene, one, snrDb, windowAt(scene, 0));
        const share = await shareOf(session, own, scene, calibration, foreign);
        if (share > thresholds[band]) detected += 1;
      }
      figures.push({ name: one.name, company, spells: count, detected: detected / count });
    }
  }
  return figures;
}

/** As few tiles as a node goes by, spread over the whole spell. */
async function shareOf(
  session: Session,
  random: Random,
  scene: Scene,
  calibration: TileCalibration,
  foreign?: Foreign,
): Promise<number> {
  const beginUs = drawNow(random);
  const tiles = Array.from({ length: SPELL_TILES }, (_, place) => {
    const nowUs = beginUs + Math.round((place * SPELL_US) / SPELL_TILES);
    return paint(random, scene, nowUs, foreign).tile;
  });
  const raw = await readTiles(session, tiles);
  const flagged = tiles.filter((tile, place) =>
    isFlagged({ tile, raw: raw[place]! }, { calibration }),
  );
  return flagged.length / tiles.length;
}
