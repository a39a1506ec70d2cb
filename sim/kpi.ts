/** What a run is judged by. */
import { type ClientFare, fifthPercentile, jain, sum, utility } from '#protocols/fare.ts';

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
