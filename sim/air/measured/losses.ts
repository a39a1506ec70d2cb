/**
 * What the ways between radios take: measured where one heard the other, else estimated from a plan
 * on which all measured ways together place them, and from the fact that nothing was heard.
 */
import type { Band, Channel } from '#protocols/channels.ts';
import { pow10 } from '#protocols/math.ts';
import { lossDb, pathLossExponent, spreadDb } from '../path-loss.ts';
import { type Bounds, cut, type Estimate, unbounded } from './estimate.ts';
import { type Plan, planDistanceM, planOf, type SeenPair } from './places.ts';

/** A radio as far as it is known, ours or a neighbour's. */
export interface Station {
  readonly id: string;
  /** What stands at one spot has one number. */
  readonly place: number;
  readonly channel: Channel | null;
  readonly eirpDbm: number;
  readonly isSending: boolean;
  readonly isOurs: boolean;
  /** It reported whom it hears. */
  readonly listens: boolean;
}

export interface LinkEstimate extends Estimate {
  readonly from: string;
  readonly to: string;
  readonly band: Band;
  readonly isMeasured: boolean;
  /** What was heard, or was not, says for certain. */
  readonly bounds: Bounds;
}

export interface LevelRules {
  /** Of one reading, rounding not included. */
  readonly levelSigmaDb: number;
  /** Weaker radios are not reported. */
  readonly heardFromDbm: number;
}

/** Level at a listener of a sender, dBm; undefined when it was not reported. */
export type ReadingOf = (listener: Station, sender: Station) => number | undefined;

/** Of a whole number: uniform over ±½. */
const ROUNDING_VARIANCE = 1 / 12;

/**
 * How far single links lie from the mean loss, until measurements say so: 8 dB, between homes and
 * offices (ITU-R P.1238-11, table of shadow fading: from memory, not re-read).
 */
const PRIOR_SIGMA_DB = 8;
/** The prior counts as so many links. */
const PRIOR_LINKS = 2;

export interface Losses {
  readonly plan: Plan;
  readonly links: readonly LinkEstimate[];
  /** Of single links around what the plan says. */
  readonly deviationDb: number;
  /** Mean loss over a spread of ten times the logarithm of the distance. */
  readonly at: (band: Band, spread: number) => number;
}

interface Pair {
  readonly a: Station;
  readonly b: Station;
  readonly band: Band;
  readonly measured: Estimate | undefined;
  readonly bounds: Bounds;
}

export function lossesOf(
  stations: readonly Station[],
  places: number,
  readingOf: ReadingOf,
  rules: LevelRules,
): Losses {
  const pairs = stations.flatMap((a, index) =>
    stations.slice(index + 1).map((b) => pairOf(a, b, readingOf, rules)),
  );
  const plan = planOf(places, seenPairs(pairs));
  const spreadOf = ({ a, b }: Pair) => spreadDb(planDistanceM(plan, a.place, b.place));
  const residuals = pairs.flatMap((pair) => {
    const { a, b, band, measured } = pair;
    if (measured === undefined || a.place === b.place) return [];
    return [measured.mean - lossDb(band, spreadOf(pair), 0)];
  });
  const bias = residuals.reduce((sum, one) => sum + one, 0) / Math.max(1, residuals.length);
  // A plan has two coordinates a place, less shift and turn: so much of the deviations it hides.
  const hidden = Math.max(0, 2 * places - 3);
  const squares = residuals.reduce((sum, one) => sum + (one - bias) * (one - bias), 0);
  const freedom = Math.max(0, residuals.length - hidden);
  const variance =
    (squares + PRIOR_LINKS * PRIOR_SIGMA_DB * PRIOR_SIGMA_DB) / (freedom + PRIOR_LINKS);
  // What a fit of so many parameters says of a link it has not seen is off by as much again.
  const leverage = Math.min(1, hidden / Math.max(1, residuals.length));
  const deviationDb = Math.sqrt(variance);
  const guess = { deviationDb: deviationDb * Math.sqrt(1 + leverage), bias, spreadOf };
  return {
    plan,
    links: pairs.map((pair) => linkOf(pair, guess)),
    deviationDb,
    at: (band, spread) => lossDb(band, spread, bias),
  };
}

function pairOf(a: Station, b: Station, readingOf: ReadingOf, rules: LevelRules): Pair {
  const band = a.channel?.band ?? b.channel?.band ?? '5';
  const losses: number[] = [];
  let { atLeast, atMost } = unbounded;
  for (const [listener, sender] of [
    [a, b],
    [b, a],
  ] as const) {
    if (!listener.listens || !sender.isSending) continue;
    if (listener.channel === null || listener.channel.band !== sender.channel?.band) continue;
    const rssiDbm = readingOf(listener, sender);
    const limit = sender.eirpDbm - rules.heardFromDbm;
    if (rssiDbm === undefined) atLeast = Math.max(atLeast, limit);
    else {
      losses.push(sender.eirpDbm - rssiDbm);
      atMost = Math.min(atMost, limit);
    }
  }
  // Contradictions are left to those that were heard.
  const bounds = { atLeast: Math.min(atLeast, atMost), atMost };
  if (losses.length === 0) return { a, b, band, measured: undefined, bounds };
  const mean = losses.reduce((sum, one) => sum + one, 0) / losses.length;
  const sigma = readingSigmaDb(rules, losses.length);
  return { a, b, band, measured: { mean, sigma }, bounds };
}

/** Of the mean of so many readings. */
export function readingSigmaDb({ levelSigmaDb }: LevelRules, readings: number): number {
  return Math.sqrt((levelSigmaDb * levelSigmaDb + ROUNDING_VARIANCE) / readings);
}

/** By places: the mean of what was measured between two, or how far apart they are at least. */
function seenPairs(pairs: readonly Pair[]): SeenPair[] {
  const found = new Map<string, { a: number; b: number; extras: number[]; atLeastDb: number }>();
  for (const { a, b, band, measured, bounds } of pairs) {
    if (a.place === b.place) continue;
    const [first, second] = a.place < b.place ? [a.place, b.place] : [b.place, a.place];
    const key = `${first} ${second}`;
    const seen = found.get(key) ?? {
      a: first,
      b: second,
      extras: [],
      atLeastDb: Number.NEGATIVE_INFINITY,
    };
    found.set(key, seen);
    const atOneMetre = lossDb(band, 0, 0);
    if (measured !== undefined) seen.extras.push(measured.mean - atOneMetre);
    else seen.atLeastDb = Math.max(seen.atLeastDb, bounds.atLeast - atOneMetre);
  }
  return [...found.values()].flatMap(({ a, b, extras, atLeastDb }): SeenPair[] => {
    if (extras.length > 0) {
      const extra = extras.reduce((sum, one) => sum + one, 0) / extras.length;
      return [{ a, b, metres: metresOf(extra), isAtLeast: false }];
    }
    if (atLeastDb === Number.NEGATIVE_INFINITY) return [];
    return [{ a, b, metres: metresOf(atLeastDb), isAtLeast: true }];
  });
}

function metresOf(extraDb: number): number {
  return pow10(Math.max(0, extraDb) / (10 * pathLossExponent));
}

interface Guess {
  readonly deviationDb: number;
  readonly bias: number;
  readonly spreadOf: (pair: Pair) => number;
}

function linkOf(pair: Pair, { deviationDb, bias, spreadOf }: Guess): LinkEstimate {
  const { a, b, band, measured, bounds } = pair;
  const guess = measured ?? { mean: lossDb(band, spreadOf(pair), bias), sigma: deviationDb };
  const isMeasured = measured !== undefined;
  return { from: a.id, to: b.id, band, ...cut(guess, bounds), isMeasured, bounds };
}
