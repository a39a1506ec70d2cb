/** How the clients of a site fare: what every decision is judged by. */
import { exp, log } from './math.ts';

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
