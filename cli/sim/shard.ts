/**
 * Neighbourhoods that share a thread. Their worlds run side by side, each a piece of time in turn, so
 * that all actors live at once and a run that is ended early has brought all of them equally far.
 */
import type { NeighbourhoodResult } from '#sim/city/fold.ts';
import type { Neighbourhood } from '#sim/city/neighbourhoods.ts';
import { runSite, type SiteOrder, type WorldWatch } from './site.ts';

export interface ShardOrder extends Omit<SiteOrder, 'scenario' | 'seed' | 'record' | 'trace'> {
  readonly neighbourhoods: readonly Neighbourhood[];
  /** The trace of a neighbourhood goes to this and its name. */
  readonly tracePrefix: string | undefined;
}

export function tracePartOf(prefix: string, { scenario }: Neighbourhood): string {
  return `${prefix}.${scenario.site}.part`;
}

/** `progress` is told how far all of them have come, and the records of all. */
export async function runShard(
  { neighbourhoods, tracePrefix, ...order }: ShardOrder,
  { stop, progress }: WorldWatch,
): Promise<NeighbourhoodResult[]> {
  const crashed = new AbortController();
  const tUs = neighbourhoods.map(() => 0);
  const events = neighbourhoods.map(() => 0);
  let toldUs = 0;
  const tell = (place: number, worldUs: number, records: number) => {
    tUs[place] = worldUs;
    events[place] = records;
    const leastUs = Math.min(...tUs);
    if (leastUs === toldUs) return;
    toldUs = leastUs;
    progress?.(
      leastUs,
      events.reduce((sum, count) => sum + count, 0),
    );
  };
  const run = async (neighbourhood: Neighbourhood, place: number) => {
    const { scenario, kind, seed } = neighbourhood;
    const { site, name } = scenario;
    const trace =
      tracePrefix === undefined
        ? undefined
        : { path: tracePartOf(tracePrefix, neighbourhood), scenario: name };
    try {
      const result = await runSite(
        { ...order, scenario, seed, record: false, trace },
        {
          stop: AbortSignal.any([crashed.signal, ...(stop === undefined ? [] : [stop])]),
          progress: (worldUs, records) => tell(place, worldUs, records),
        },
      );
      return { site, kind, result };
    } catch (cause) {
      crashed.abort();
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`neighbourhood ${site}: ${why}`, { cause });
    }
  };
  const ends = await Promise.allSettled(neighbourhoods.map(run));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  return ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
}
