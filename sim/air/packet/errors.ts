/**
 * How often bits are received wrong. A stretch of `b` bits at one signal to interference and noise
 * arrives with probability exp(−b · h), where h is the rate of errors at that level: so a frame
 * under changing interference is the product of its stretches (IEEE 802.11-14/0803r1 scales packet
 * error rates by length in the same way).
 *
 * log10 h is a parabola of the level in dB, through points of the published curves for additive
 * white noise and frames of 1,458 bytes.
 */
import { log, log10, pow10, ratioToDb } from '#protocols/math.ts';

/** Bits of the frame whose error rates the points below give. */
const POINT_BITS = 1_458 * 8;

/**
 * Levels in dB at which 50, 10 and 1 % of frames are lost, by modulation and coding: read off the
 * BCC curves that ns-3.37 carries for OFDM and HT to HE (`error-rate-tables.h`); MCS 10 and 11, which
 * are never sent without LDPC (IEEE 802.11ax-2021, 27.3.12.5), off its LDPC curves.
 */
const levelsDb: readonly (readonly [number, number, number])[] = [
  [0.3, 0.92, 1.56],
  [3.3, 3.94, 4.6],
  [5.78, 6.43, 7.11],
  [8.92, 9.7, 10.48],
  [12.02, 12.8, 13.56],
  [16.22, 17.04, 17.98],
  [17.52, 18.38, 19.31],
  [18.8, 19.63, 20.5],
  [22.77, 23.71, 24.76],
  [24.26, 25.15, 26.16],
  [26.36, 26.78, 27.23],
  [28.41, 28.86, 29.3],
];
const lost = [0.5, 0.1, 0.01] as const;

export interface ErrorCurve {
  /** Above this ratio of signal to interference and noise nothing is lost. */
  readonly cleanRatio: number;
  /** Errors per bit at ratios `index · cleanRatio / steps`: a table, since it is asked for so often. */
  readonly errorsPerBit: Float64Array;
}

/** Steps of that table. Between two of them the rate changes by less than a fifth where it matters. */
const STEPS = 4_096;

/** The ratio of signal to interference and noise at which one frame of 1,458 bytes in ten is lost. */
export function payloadRatioOf(mcs: number): number {
  return pow10(levelsOf(mcs)[1] / 10);
}

/** Errors per bit at a ratio below the clean one. */
export function errorsPerBit(
  { cleanRatio, errorsPerBit: table }: ErrorCurve,
  ratio: number,
): number {
  return ratio >= cleanRatio ? 0 : table[(ratio * (STEPS / cleanRatio)) | 0]!;
}

/** What the curves for 32 and for 1,458 bytes have between them, at each of these rates. */
const DECADES_PER_DB_BELOW = 1;

/** A frame of 64 KiB above this rate is lost less than once in a million. */
const CLEAN_RATE = 1e-12;

/** Each is made once: engines come and go. */
const known = new Map<number, ErrorCurve>();

export function errorCurve(mcs: number): ErrorCurve {
  const curve = known.get(mcs) ?? curveOf(mcs);
  known.set(mcs, curve);
  return curve;
}

function curveOf(mcs: number): ErrorCurve {
  const [x0, x1, x2] = levelsOf(mcs);
  const [y0, y1, y2] = lost.map((per) => log10(-log(1 - per) / POINT_BITS)) as [
    number,
    number,
    number,
  ];
  // Newton's form of the parabola; below its first point a straight line goes on.
  const slope = (y1 - y0) / (x1 - x0);
  const bend = ((y2 - y1) / (x2 - x1) - slope) / (x2 - x0);
  const logRate = (db: number) =>
    db < x0
      ? Math.min(0, y0 + (x0 - db) * DECADES_PER_DB_BELOW)
      : y0 + (db - x0) * (slope + bend * (db - x1));
  let cleanDb = x2;
  while (logRate(cleanDb) > log10(CLEAN_RATE)) cleanDb += 0.1;
  const cleanRatio = pow10(cleanDb / 10);
  const table = new Float64Array(STEPS);
  for (let step = 0; step < STEPS; step += 1) {
    table[step] = pow10(logRate(ratioToDb(((step + 0.5) * cleanRatio) / STEPS)));
  }
  return { cleanRatio, errorsPerBit: table };
}

function levelsOf(mcs: number): readonly [number, number, number] {
  const levels = levelsDb[mcs];
  if (levels === undefined) throw new RangeError(`expected an MCS from 0 to 11, came ${mcs}`);
  return levels;
}
