/** How the clients of a site fare: what every decision is judged by. */
import { exp, log } from './math.ts';
import { studentT } from './student-t.ts';

export interface ClientFare {
  readonly id: string;
  readonly offeredMbps: number;
  readonly throughputMbps: number;
}

/** Below this a client counts as served this much, so that one lost client is bad and not the end. */
const FLOOR_MBPS = 0.01;

/** The geometric mean of throughputs in Mb/s, each at least 0.01 and at most what was offered. */
export function utility(clients: readonly ClientFare[]): number {
  return geometricMean(clients.map(fare));
}

/** The utility as a share of what it would be with everything carried. */
export function servedShare(clients: readonly ClientFare[]): number {
  const most = geometricMean(clients.map(({ offeredMbps }) => Math.max(FLOOR_MBPS, offeredMbps)));
  return most === 0 ? 1 : utility(clients) / most;
}

/** 0 of none. */
function geometricMean(values: readonly number[]): number {
  if (values.length === 0) return 0;
  let logs = 0;
  for (const value of values) logs += log(value);
  return exp(logs / values.length);
}

function fare({ offeredMbps, throughputMbps }: ClientFare): number {
  return Math.max(FLOOR_MBPS, Math.min(throughputMbps, offeredMbps));
}

/**
 * Jain's fairness index of the shares of their load that clients get: 1 when all alike, 1/n when
 * one has everything.
 *
 * @see Jain, Chiu, Hawe: A quantitative measure of fairness, DEC-TR-301 (1984).
 */
export function jain(clients: readonly ClientFare[]): number {
  const shares = clients
    .filter(({ offeredMbps }) => offeredMbps > 0)
    .map(({ offeredMbps, throughputMbps }) => Math.min(1, throughputMbps / offeredMbps));
  const total = sum(shares);
  const squares = sum(shares.map((share) => share * share));
  return squares === 0 ? 0 : (total * total) / (shares.length * squares);
}

/** The throughput that all but the worst twentieth of clients exceed, Mb/s, by nearest rank. */
export function fifthPercentile(clients: readonly ClientFare[]): number {
  const sorted = clients.map(({ throughputMbps }) => throughputMbps).sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * 0.05) - 1)] ?? 0;
}

export function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/** What was lost from some figures to others, and how far that may be chance. */
export interface Loss {
  readonly value: number;
  readonly interval: number;
}

/**
 * The difference of two means with its interval, each side with its own scatter; the interval is 0
 * where there is but one figure on each side.
 *
 * @see Welch: The generalization of "Student's" problem when several different population variances
 * are involved, Biometrika 34 (1947); degrees of freedom of the smaller side, which errs to the safe one.
 */
export function lossBetween(
  before: readonly number[],
  after: readonly number[],
  confidence: number,
): Loss {
  const [was, is] = [before, after].map(meanWithVariance) as [Estimate, Estimate];
  const freedom = Math.min(before.length, after.length) - 1;
  const deviation = Math.sqrt(was.variance + is.variance);
  const factor = freedom < 1 ? 0 : studentT(confidence, freedom);
  return { value: was.mean - is.mean, interval: factor * deviation };
}

interface Estimate {
  readonly mean: number;
  /** Of the mean. */
  readonly variance: number;
}

function meanWithVariance(values: readonly number[]): Estimate {
  const mean = sum(values) / values.length;
  const squares = sum(values.map((value) => (value - mean) * (value - mean)));
  const freedom = Math.max(1, values.length - 1);
  return { mean, variance: squares / freedom / values.length };
}
