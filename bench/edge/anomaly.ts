/**
 * How well what is neither noise nor Wi-Fi is told: by generated spectra of seeds that no model has seen,
 * class by class, and by recordings, frequency by frequency, bins and noise together, as a node tells.
 */
import { readFileSync } from 'node:fs';
import { openSession } from '#agents/onnx/session.ts';
import { createRandom } from '#agents/random/philox.ts';
import { readNormal } from '#cli/train/cae/calibrate.ts';
import { recordings } from '#cli/train/cae/captures.ts';
import {
  type ClassFigure,
  classFigures,
  companies,
  detectionFrom10Db,
  falseAlarms,
} from '#cli/train/cae/evaluate.ts';
import { readSweeps } from '#edge/capture/tlv.ts';
import { bandOfTile } from '#edge/detector/about-tile.ts';
import { openAutoencoder, shippedModel } from '#edge/detector/autoencoder.ts';
import { readNoiseCard } from '#edge/detector/noise-card.ts';
import { NoiseFloor } from '#edge/detector/noise-floor.ts';
import { tilesOf } from '#edge/detector/tile.ts';
import { atLeast, atMost, type BenchOptions, type Row, told } from '../bench.ts';

const fixtures = new URL('../../test/fixtures/fft-eval/', import.meta.url);
const seed = 'bench/edge/anomaly';
/** Normal tiles of a band, and tiles of a class, company and step of level. */
const counts = { usual: [10_000, 60], all: [20_000, 100] } as const;

export async function rows({ all, note }: BenchOptions): Promise<Row[]> {
  return [...(await generatedRows(all, note)), ...(await recordedRows(note))];
}

async function generatedRows(all: boolean, note: (text: string) => void): Promise<Row[]> {
  const [normal, each] = counts[all ? 'all' : 'usual'];
  const session = await openSession(readFileSync(shippedModel));
  const { card, close } = await opened();
  await close();
  const never = {
    '2.4': Number.POSITIVE_INFINITY,
    5: Number.POSITIVE_INFINITY,
    6: Number.POSITIVE_INFINITY,
  };
  const thresholds = { calibration: card.calibration, plainThresholds: never };
  const random = createRandom(seed);
  const alarms = falseAlarms(await readNormal(session, random.fork('normal'), normal), thresholds);
  const classes = await classFigures(session, random.fork('foreign'), each, thresholds, (name) =>
    note(`judging ${name}, generated`),
  );
  await session.close();
  return [
    ...companies.map((company) =>
      atLeast(
        `anomalies, generated, from 10 dB on, mean of 14 classes, ${company}`,
        100 * detectionFrom10Db(classes, company),
        '%',
        90,
      ),
    ),
    ...alarms.map(({ band, rate }) =>
      atMost(`anomalies, generated: false alarms, ${band} GHz`, 100 * rate, '%', 1),
    ),
    ...classRows(classes),
  ];
}

/** The card has every step of level. */
function classRows(classes: readonly ClassFigure[]): Row[] {
  const names = [...new Set(classes.map(({ name }) => name))];
  return names.flatMap((name) =>
    companies.map((company) => {
      const own = classes.filter((one) => one.name === name);
      const value = 100 * detectionFrom10Db(own, company);
      return told(`anomalies, generated: ${name}, ${company}, 10 to 40 dB`, value, '%');
    }),
  );
}

interface Told {
  readonly centerMhz: number;
  /** The highest over its threshold. */
  bins: number;
  noise: number;
}

async function recordedRows(note: (text: string) => void): Promise<Row[]> {
  const autoencoder = await opened();
  const { threshold, falseAlarmRate } = readNoiseCard();
  const files: { name: string; frequencies: Told[] }[] = [];
  for (const { name } of recordings) {
    const { sweeps } = readSweeps(readFileSync(new URL(`${name}.dump`, fixtures)));
    const tiles = tilesOf(sweeps);
    const readings = await autoencoder.encode(tiles);
    const byMhz = new Map<number, Told>();
    const at = (lowMhz: number, highMhz: number) => {
      const centerMhz = (lowMhz + highMhz) / 2;
      const one = byMhz.get(centerMhz) ?? { centerMhz, bins: 0, noise: 0 };
      byMhz.set(centerMhz, one);
      return one;
    };
    readings.forEach(({ score }, place) => {
      const tile = tiles[place]!;
      const one = at(tile.lowMhz, tile.highMhz);
      const over = score / autoencoder.card.calibration.thresholds[bandOfTile(tile)];
      one.bins = Math.max(one.bins, over);
    });
    const floor = new NoiseFloor();
    for (const sweep of sweeps) floor.push(sweep, 0);
    for (const { lowMhz, highMhz, score } of floor.readings()) {
      at(lowMhz, highMhz).noise = score / threshold;
    }
    files.push({ name, frequencies: [...byMhz.values()] });
  }
  await autoencoder.close();
  for (const { name, frequencies } of files) {
    note(`${name}, score over threshold by MHz, bins / noise:`);
    note(frequencies.map(written).join('  '));
  }
  const cameras = files.filter(({ name }) => name.includes('camera'));
  const carriers = files.filter(({ name }) => name.startsWith('ath10k'));
  const quiet = cameras.flatMap(({ frequencies }) => frequencies.filter(isIn5GHz));
  const { calibration } = autoencoder.card;
  const stated = Number((100 * (calibration.falseAlarmRate + falseAlarmRate)).toFixed(2));
  return [
    atLeast(
      'anomalies, recorded camera: files in which it is flagged in 2.4 GHz',
      cameras.filter(({ frequencies }) =>
        frequencies.some((one) => !isIn5GHz(one) && isFlagged(one)),
      ).length,
      'of 3',
      3,
    ),
    atMost(
      `anomalies, recorded camera: flagged of its ${quiet.length} frequencies in 5 GHz`,
      (100 * quiet.filter(isFlagged).length) / quiet.length,
      '%',
      stated,
    ),
    atLeast(
      'anomalies, recorded carrier: files in which it is flagged',
      carriers.filter(({ frequencies }) => frequencies.some(isFlagged)).length,
      'of 2',
      2,
    ),
  ];
}

function written(one: Told): string {
  const text = `${one.centerMhz}: ${one.bins.toFixed(2)} / ${one.noise.toFixed(2)}`;
  return isFlagged(one) ? `[${text}]` : text;
}

function isFlagged({ bins, noise }: Told): boolean {
  return bins > 1 || noise > 1;
}

function isIn5GHz({ centerMhz }: Told): boolean {
  return centerMhz > 5_000;
}

async function opened() {
  const autoencoder = await openAutoencoder(shippedModel);
  if (!autoencoder.ok) throw new Error(autoencoder.error.message);
  return autoencoder.value;
}
