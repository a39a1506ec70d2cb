/** A city: its neighbourhoods dealt out to threads, and their results put together again. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import { InputError } from '#protocols/errors.ts';
import { nearest } from '#protocols/nearest.ts';
import { limitsOf } from '#sim/checkers/legal-limits.ts';
import { foldResults, type NeighbourhoodResult } from '#sim/city/fold.ts';
import { assertIndependent } from '#sim/city/independence.ts';
import { type Neighbourhood, neighbourhoodsOf } from '#sim/city/neighbourhoods.ts';
import { dealOut } from '#sim/city/shards.ts';
import { createTraceFile, mergeTraceFiles } from '#sim/trace/trace-file.ts';
import type { WorldResult } from '#sim/world.ts';
import type { SimSettings } from './run.ts';
import { runShard, type ShardOrder, tracePartOf } from './shard.ts';
import { runInThread } from './shard-thread.ts';
import type { WorldWatch } from './site.ts';

export interface CityRun {
  readonly threads: number;
  /** By name. */
  readonly neighbourhoods: readonly NeighbourhoodResult[];
  /** Of the city as a whole. */
  readonly result: WorldResult;
}

export async function runCity(
  settings: SimSettings,
  { stop, progress }: WorldWatch,
): Promise<CityRun> {
  const { loaded, seed, traceFile } = settings;
  // A country that no neighbourhood could run in is the person's mistake, no crash of a thread.
  limitsOf(loaded.country);
  const neighbourhoods = chosen(neighbourhoodsOf(loaded, seed, settings), settings.only);
  assertIndependent(loaded, neighbourhoods);
  const shards = dealOut(neighbourhoods, settings.threads ?? os.availableParallelism());
  const orders = shards.map(
    (members): ShardOrder => ({
      neighbourhoods: members,
      durationUs: settings.durationUs,
      sizes: { strategy: settings.strategy },
      passivateAfterMs: settings.passivateAfterMs,
      fidelity: settings.fidelity,
      sitePolicy: settings.sitePolicy?.asks,
      plant: settings.plant?.name,
      tracePrefix: traceFile,
    }),
  );
  const run = { scenario: settings.scenario, seed };
  const parts =
    traceFile === undefined ? [] : byName(neighbourhoods).map((one) => tracePartOf(traceFile, one));
  // Before an hour has gone by in vain.
  if (traceFile !== undefined) createTraceFile(traceFile, run).close();
  try {
    const results = await runOrders(orders, { stop, progress });
    if (traceFile !== undefined) mergeTraceFiles(parts, traceFile, run);
    return {
      threads: shards.length,
      neighbourhoods: results.toSorted((a, b) => (a.site < b.site ? -1 : 1)),
      result: foldResults(results),
    };
  } finally {
    for (const part of parts) fs.rmSync(part, { force: true });
  }
}

/** One shard runs here, several on a thread each. The first that crashes ends them all. */
export async function runOrders(
  orders: readonly ShardOrder[],
  { stop, progress }: WorldWatch,
): Promise<NeighbourhoodResult[]> {
  const crashed = new AbortController();
  const ends = [crashed.signal, ...(stop === undefined ? [] : [stop])];
  const reached = orders.map(() => ({ tUs: 0, events: 0 }));
  const start = orders.length === 1 ? runShard : runInThread;
  const results = await Promise.allSettled(
    orders.map(async (order, place) => {
      try {
        return await start(order, {
          stop: AbortSignal.any(ends),
          progress: (tUs, events) => {
            reached[place] = { tUs, events };
            progress?.(
              Math.min(...reached.map((one) => one.tUs)),
              reached.reduce((sum, one) => sum + one.events, 0),
            );
          },
        });
      } catch (error) {
        crashed.abort();
        throw error;
      }
    }),
  );
  for (const end of results) if (end.status === 'rejected') throw end.reason;
  return results.flatMap((end) => (end.status === 'fulfilled' ? end.value : []));
}

function byName(neighbourhoods: readonly Neighbourhood[]): Neighbourhood[] {
  return neighbourhoods.toSorted((a, b) => (a.scenario.site < b.scenario.site ? -1 : 1));
}

function chosen(all: Neighbourhood[], name: string | undefined): Neighbourhood[] {
  if (name === undefined) return all;
  const found = all.filter(({ scenario }) => scenario.site === name);
  if (found.length > 0) return found;
  const names = all.map(({ scenario }) => scenario.site as string);
  const near = nearest(name, names);
  throw new InputError(
    `--only: unknown neighbourhood '${name}'${near === undefined ? '' : ` (did you mean '${near}'?)`}: expected ${names.slice(0, 6).join(', ')}${names.length > 6 ? ' and so on' : ''}`,
  );
}
