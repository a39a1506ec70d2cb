/** The threshold of the noise, what it reaches on other scans, and what it makes of the recordings. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createRandom } from '#agents/random/philox.ts';
import { readSweeps } from '#edge/capture/tlv.ts';
import type { NoiseCard } from '#edge/detector/noise-card.ts';
import { NoiseFloor, type NoiseReading } from '#edge/detector/noise-floor.ts';
import type { Random } from '#protocols/random.ts';
import { alarmThreshold, DOUBT } from '../alarm-threshold.ts';
import { recordings } from '../cae/captures.ts';
import { readScalarCaptures } from '../classes/scalar-captures.ts';
import { drawScan, type Scan } from './scans.ts';

/** Of the frequencies of a scan; a scan has some ten, and a node makes some a day. */
export const FALSE_ALARM_RATE = 0.001;
/** Lower ends of the steps, 5 dB wide: in 20 MHz, over the thermal noise. */
const snrSteps = [0, 5, 10, 15, 20, 25] as const;
const fixtures = join(import.meta.dirname, '../../../test/fixtures');

export interface FullNoiseCard extends NoiseCard {
  readonly made: { readonly seed: number; readonly scans: number };
  readonly figures: {
    readonly source: 'generated scans';
    readonly falseAlarms: { readonly frequencies: number; readonly rate: number };
    /** Scans with a sender of 20 MHz that never pauses: share in which a frequency of its own stood out. */
    readonly found: readonly { fromDb: number; scans: number; share: number }[];
  };
  /** A round of a recording is a scan. */
  readonly recordings: readonly RecordedNoise[];
}

export interface RecordedNoise {
  readonly file: string;
  readonly holds: string;
  /** Over the threshold, of so many frequencies. */
  readonly frequencies: number;
  readonly flagged: readonly { centerMhz: number; score: number }[];
}

export async function makeNoise(
  seed: number,
  scans: number,
  progress: (text: string) => Promise<void>,
): Promise<FullNoiseCard> {
  const random = createRandom(seed).fork('noise');
  await progress('normal scans');
  const normal = Array.from({ length: scans }, (_, place) => {
    const own = random.fork(`calibrate/${place}`);
    const readings = readingsOf(drawScan(own));
    // Frequencies of one scan are not independent of each other, so one of each counts.
    return readings[own.below(readings.length)]!.score;
  });
  const threshold = alarmThreshold(normal, FALSE_ALARM_RATE);
  await progress('other normal scans');
  const alarms = falseAlarms(random.fork('held out'), scans, threshold);
  const detected: FullNoiseCard['figures']['found'][number][] = [];
  for (const fromDb of snrSteps) {
    await progress(`a sender of ${fromDb} dB`);
    detected.push(found(random.fork(`sender/${fromDb}`), Math.ceil(scans / 20), fromDb, threshold));
  }
  return {
    threshold,
    falseAlarmRate: FALSE_ALARM_RATE,
    made: { seed, scans },
    figures: {
      source: 'generated scans',
      falseAlarms: alarms,
      found: detected,
    },
    recordings: [...spectra(threshold), ...scalars(threshold)],
  };
}

function readingsOf({ centersMhz, noiseDbm }: Scan): NoiseReading[] {
  const floor = new NoiseFloor();
  centersMhz.forEach((centerMhz, place) => {
    floor.hear(
      { lowMhz: centerMhz - 10, highMhz: centerMhz + 10, noiseDbm: noiseDbm[place]! },
      place,
    );
  });
  return floor.readings();
}

function falseAlarms(random: Random, scans: number, threshold: number) {
  let frequencies = 0;
  let alarms = 0;
  for (let scan = 0; scan < scans; scan += 1) {
    const readings = readingsOf(drawScan(random.fork(String(scan))));
    frequencies += readings.length;
    alarms += readings.filter(({ score }) => score > threshold).length;
  }
  return { frequencies, rate: alarms / frequencies };
}

function found(random: Random, scans: number, fromDb: number, threshold: number) {
  let flagged = 0;
  for (let scan = 0; scan < scans; scan += 1) {
    const own = random.fork(String(scan));
    let centerMhz = 0;
    const snrDb = fromDb + 5 * own.uniform();
    const drawn = drawScan(own, (centersMhz) => {
      centerMhz = centersMhz[own.below(centersMhz.length)]!;
      return { centerMhz, widthMhz: 20, snrDb };
    });
    const isSeen = readingsOf(drawn).some(
      ({ lowMhz, score }) => Math.abs(lowMhz + 10 - centerMhz) < 20 && score > threshold,
    );
    if (isSeen) flagged += 1;
  }
  return { fromDb, scans, share: flagged / scans };
}

function spectra(threshold: number): RecordedNoise[] {
  return recordings.flatMap(({ name, holds }) => {
    const path = join(fixtures, 'fft-eval', `${name}.dump`);
    if (!existsSync(path)) return [];
    const floor = new NoiseFloor();
    for (const sweep of readSweeps(readFileSync(path)).sweeps) floor.push(sweep, 0);
    return [recorded(basename(path), holds, floor.readings(), threshold)];
  });
}

function scalars(threshold: number): RecordedNoise[] {
  const folder = join(fixtures, 'mesh-com');
  if (!existsSync(folder)) return [];
  return readScalarCaptures(folder).map(({ file, label, rounds }) => {
    const floor = new NoiseFloor();
    for (const { freqMhz, noiseDbm } of rounds.flat()) {
      floor.hear({ lowMhz: freqMhz - 10, highMhz: freqMhz + 10, noiseDbm }, 0);
    }
    return recorded(file, label, floor.readings(), threshold);
  });
}

function recorded(
  file: string,
  holds: string,
  readings: readonly NoiseReading[],
  threshold: number,
): RecordedNoise {
  const flagged = readings
    .filter(({ score }) => score > threshold)
    .map(({ lowMhz, highMhz, score }) => ({ centerMhz: (lowMhz + highMhz) / 2, score }));
  return { file, holds, frequencies: readings.length, flagged };
}

const percent = (share: number, digits = 1) => `${(share * 100).toFixed(digits)} %`;

export function noiseText({ threshold, made, figures, recordings: files }: FullNoiseCard): string {
  const { frequencies, rate } = figures.falseAlarms;
  return [
    '# The noise of a frequency against that of the others',
    '',
    `Written by \`airguard train noise --seed ${made.seed} --scans ${made.scans}\`.`,
    '',
    '## Figures, from generated scans',
    '',
    `A frequency is flagged when its noise lies more than **${threshold}** deviations over the median of the`,
    `others of its band. At most ${percent(FALSE_ALARM_RATE)} of the frequencies of normal scans are, but for one`,
    `draw in ${1 / DOUBT} of the scans that the threshold is found on; of ${frequencies} others **${percent(rate, 3)}** were.`,
    '',
    'A sender of 20 MHz that never pauses, by its power in 20 MHz over the thermal noise. Where the frequencies',
    'lie 5 MHz apart and are few, it fills half of them and raises the median too: that is not found.',
    '',
    '| from | scans | found |',
    '|---|---|---|',
    ...figures.found.map(
      ({ fromDb, scans, share }) => `| ${fromDb} dB | ${scans} | ${percent(share)} |`,
    ),
    '',
    '## Recordings',
    '',
    '| file | holds | frequencies with five others | flagged, MHz: score |',
    '|---|---|---|---|',
    ...files.map(({ file, holds, frequencies: count, flagged }) => {
      const named = flagged.map(({ centerMhz, score }) => `**${centerMhz}: ${score.toFixed(1)}**`);
      return `| \`${file}\` | ${holds} | ${count} | ${named.join(', ') || '–'} |`;
    }),
    '',
  ].join('\n');
}
