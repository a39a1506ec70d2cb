/** What a run is judged by. */
import { exp, log } from '#protocols/math.ts';

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

export interface Kpi {
  readonly utilityMbpsBefore: number;
  readonly utilityMbpsAfter: number;
  readonly jainBefore: number;
  readonly jainAfter: number;
  readonly fifthPercentileMbpsBefore: number;
  readonly fifthPercentileMbpsAfter: number;
  readonly changesPerRadioDay: number;
  /** The share of its throughput that the worst hit foreign network lost; 0 when none lost any. */
  readonly harmToWorstNeighbour: number;
}

export interface FareSample {
  readonly clients: readonly ClientFare[];
  /** Clients of networks that are not ours. */
  readonly foreign: readonly ClientFare[];
}

export function kpiOf(run: {
  readonly before: FareSample;
  readonly after: FareSample;
  readonly changes: number;
  readonly radios: number;
  readonly durationUs: number;
}): Kpi {
  const before = run.before.clients;
  const after = run.after.clients;
  const days = run.durationUs / 86_400_000_000;
  return {
    utilityMbpsBefore: utility(before),
    utilityMbpsAfter: utility(after),
    jainBefore: jain(before),
    jainAfter: jain(after),
    fifthPercentileMbpsBefore: fifthPercentile(before),
    fifthPercentileMbpsAfter: fifthPercentile(after),
    changesPerRadioDay: run.radios * days === 0 ? 0 : run.changes / (run.radios * days),
    harmToWorstNeighbour: harm(run.before.foreign, run.after.foreign),
  };
}

function harm(before: readonly ClientFare[], after: readonly ClientFare[]): number {
  const later = new Map(after.map((client) => [client.id, client.throughputMbps]));
  const losses = before.map(({ id, throughputMbps }) =>
    throughputMbps === 0 ? 0 : 1 - (later.get(id) ?? 0) / throughputMbps,
  );
  return Math.max(0, ...losses);
}

/** Each client over all samples that it is in. */
export function inTheMean(samples: readonly FareSample[]): FareSample {
  return {
    clients: averaged(samples.map(({ clients }) => clients)),
    foreign: averaged(samples.map(({ foreign }) => foreign)),
  };
}

function averaged(samples: readonly (readonly ClientFare[])[]): ClientFare[] {
  const all = new Map<string, ClientFare[]>();
  for (const sample of samples) {
    for (const client of sample) all.set(client.id, [...(all.get(client.id) ?? []), client]);
  }
  return [...all].map(([id, seen]) => ({
    id,
    offeredMbps: sum(seen.map(({ offeredMbps }) => offeredMbps)) / seen.length,
    throughputMbps: sum(seen.map(({ throughputMbps }) => throughputMbps)) / seen.length,
  }));
}

function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
