/** Labelled captures of scalars: CSV files whose names begin with their class. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  classifyScalars,
  type ScalarSweep,
  scalarRound,
  trainScalars,
} from '#edge/detector/classes/scalars.ts';
import { InputError } from '#protocols/errors.ts';

export interface ScalarCapture {
  readonly file: string;
  readonly label: string;
  /** Of another campaign, with another jammer: never trained on. */
  readonly isOther: boolean;
  /** Each a part of every stay on a channel. */
  readonly rounds: readonly (readonly ScalarSweep[])[];
}

const roundsAFile = 5;
const header = 'freq1,noise,max_magnitude,total_gain_db,base_pwr_db,rssi,relpwr_db,avgpwr_db';

export function readScalarCaptures(folder: string): ScalarCapture[] {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.csv'))
    .toSorted();
  return files.map((name) => readScalarCapture(join(folder, name)));
}

function readScalarCapture(path: string): ScalarCapture {
  const [head, ...lines] = readFileSync(path, 'utf8').trim().split('\n');
  if (head?.trim() !== header) {
    throw new InputError(`${path}: expected the columns ${header}, came ${head}`);
  }
  const sweeps = lines.map((line, index): ScalarSweep => {
    const cells = line.split(',').map(Number);
    if (cells.length !== 8 || cells.some((cell) => !Number.isFinite(cell))) {
      throw new InputError(`${path}:${index + 2}: expected 8 numbers, came '${line}'`);
    }
    const [freqMhz, noiseDbm, maxMagnitude, , , rssiDb, relativeDb, averageDb] = cells as number[];
    return {
      freqMhz: freqMhz!,
      noiseDbm: noiseDbm!,
      maxMagnitude: maxMagnitude!,
      rssiDb: rssiDb!,
      relativeDb: relativeDb!,
      averageDb: averageDb!,
    };
  });
  const rounds: ScalarSweep[][] = Array.from({ length: roundsAFile }, () => []);
  for (const stay of Map.groupBy(sweeps, ({ freqMhz }) => freqMhz).values()) {
    stay.forEach((sweep, index) => {
      rounds[Math.floor((index * roundsAFile) / stay.length)]!.push(sweep);
    });
  }
  const file = basename(path);
  const isOther = file.startsWith('v2_');
  const label = file.replace(/^v2_/, '').split('_')[0] as string;
  return { file, label: label === 'background' ? 'floor' : label, isOther, rounds };
}

export interface ScalarFigures {
  readonly file: string;
  readonly label: string;
  readonly rounds: number;
  /** Rounds rightly named by each. */
  readonly ours: number;
  readonly threshold: number;
  readonly majority: number;
}

/** The classes of the first campaign have as many files each; this one is the first by name, and quiet. */
const commonest = 'floor';

/** Loudest channel of 5 GHz on the mean: the rule of thumb that ours has to beat. */
const thresholdDb = 20;

/** Each file is judged by what the other files of the first campaign teach. */
export function judgeScalars(captures: readonly ScalarCapture[]): ScalarFigures[] {
  const known = captures.map((capture) => {
    return { ...capture, taught: capture.rounds.map(scalarRound) };
  });
  return known.map((capture) => {
    const { file, label, rounds, taught } = capture;
    const others = known.filter((one) => !one.isOther && one !== capture);
    const model = trainScalars(
      others.flatMap((one) => one.taught.map((own) => ({ label: one.label, ...own }))),
      commonest,
    );
    const right = (names: readonly string[]) => names.filter((name) => name === label).length;
    return {
      file,
      label,
      rounds: rounds.length,
      ours: right(taught.map((own) => classifyScalars(model, own))),
      threshold: right(
        rounds.map((round) => (loudest(round) > thresholdDb ? 'jamming' : commonest)),
      ),
      majority: right(rounds.map(() => commonest)),
    };
  });
}

function loudest(round: readonly ScalarSweep[]): number {
  const stays = Map.groupBy(
    round.filter(({ freqMhz }) => freqMhz > 5_000),
    ({ freqMhz }) => freqMhz,
  );
  let most = Number.NEGATIVE_INFINITY;
  for (const stay of stays.values()) {
    const mean = stay.reduce((sum, { rssiDb }) => sum + rssiDb, 0) / stay.length;
    if (mean > most) most = mean;
  }
  return most;
}
