/**
 * From the results of neighbourhoods to that of their city. Counts are added, lists are put together
 * by time, and what the clients got is worked out over all clients, never from the figures of parts;
 * everything in the order of the sites' names, so that not even a rounding depends on who came first.
 */
import type { CallCount } from '../calls.ts';
import type { Breach } from '../checkers/checker.ts';
import { type FareSample, kpiOf } from '../kpi.ts';
import { hashOfHeads } from '../trace/trace.ts';
import type { CheckerResult, WorldResult } from '../world.ts';

export interface NeighbourhoodResult {
  readonly site: string;
  readonly kind: string;
  readonly result: WorldResult;
}

export function foldResults(neighbourhoods: readonly NeighbourhoodResult[]): WorldResult {
  const sorted = neighbourhoods.toSorted((a, b) => (a.site < b.site ? -1 : 1));
  const results = sorted.map(({ result }) => result);
  const [first] = results;
  if (first === undefined) throw new Error('a city of no neighbourhoods has no result');
  const fares = {
    before: together(sorted, ({ before }) => before),
    after: together(sorted, ({ after }) => after),
  };
  const changes = results.flatMap((one) => one.changes).sort(byTime);
  const radios = sum(results, (one) => one.radios);
  const heads = results.flatMap((one) => one.heads);
  return {
    air: first.air,
    strategy: first.strategy,
    virtualUs: Math.min(...results.map(({ virtualUs }) => virtualUs)),
    nodes: sum(results, (one) => one.nodes),
    radios,
    clients: sum(results, (one) => one.clients),
    events: sum(results, (one) => one.events),
    calls: addCalls(results.map(({ calls }) => calls)),
    changes,
    radars: results.flatMap((one) => one.radars).sort(byTime),
    faults: addCounts(results.map(({ faults }) => faults)),
    checkers: first.checkers.map((_, place) => addFindings(results, place)),
    kpi: kpiOf({
      ...fares,
      changes: changes.filter(({ cause }) => cause !== 'start').length,
      radios,
      // Of an ended run, how long each radio lived in the mean.
      durationUs: sum(results, (one) => one.radios * one.virtualUs) / radios,
    }),
    fares,
    mobility: addMobility(sorted),
    // A page is about one site.
    recording: undefined,
    traceHash: hashOfHeads(heads),
    heads,
    interrupted: results.some(({ interrupted }) => interrupted),
  };
}

/** Clients are named once in their site, so the name of the site goes before. */
function together(
  neighbourhoods: readonly NeighbourhoodResult[],
  pick: (fares: WorldResult['fares']) => FareSample,
): FareSample {
  const named = (part: keyof FareSample) =>
    neighbourhoods.flatMap(({ site, result }) =>
      pick(result.fares)[part].map((fare) => ({ ...fare, id: `${site}/${fare.id}` })),
    );
  return { clients: named('clients'), foreign: named('foreign') };
}

/** Clients and radios, too, are named once in their site. */
function addMobility(neighbourhoods: readonly NeighbourhoodResult[]): WorldResult['mobility'] {
  const moved = neighbourhoods.flatMap(({ site, result: { mobility } }) =>
    mobility === undefined ? [] : [{ site, ...mobility }],
  );
  if (moved.length === 0) return undefined;
  const inCity = (site: string, radio: string | null) => radio && `${site}/${radio}`;
  return {
    movingNodes: sum(moved, (one) => one.movingNodes),
    movingClients: sum(moved, (one) => one.movingClients),
    scansInVain: sum(moved, (one) => one.scansInVain),
    awayUs: sum(moved, (one) => one.awayUs),
    roams: moved
      .flatMap(({ site, roams }) =>
        roams.map((roam) => ({
          ...roam,
          client: `${site}/${roam.client}`,
          from: inCity(site, roam.from),
          to: inCity(site, roam.to),
        })),
      )
      .sort(byTime),
  };
}

function addCalls(calls: readonly WorldResult['calls'][]): Record<string, CallCount> {
  const roles = [...new Set(calls.flatMap((one) => Object.keys(one)))].sort();
  const total = (role: string, end: keyof CallCount) => sum(calls, (one) => one[role]?.[end] ?? 0);
  return Object.fromEntries(
    roles.map((role) => [
      role,
      { ok: total(role, 'ok'), refused: total(role, 'refused'), failed: total(role, 'failed') },
    ]),
  );
}

function addCounts(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const kinds = [...new Set(counts.flatMap((one) => Object.keys(one)))].sort();
  return Object.fromEntries(kinds.map((kind) => [kind, sum(counts, (one) => one[kind] ?? 0)]));
}

/** Every world is watched by the same checkers, in one order. */
function addFindings(results: readonly WorldResult[], place: number): CheckerResult {
  const found = results.map(({ checkers }) => checkers[place]!);
  const broken: Breach[] = found.flatMap((one) => one.broken);
  return {
    name: found[0]!.name,
    checked: sum(found, ({ checked }) => checked),
    broken: broken.sort(byTime),
  };
}

/** What comes at one time stays in the order of the sites. */
function byTime(a: { readonly tUs: number }, b: { readonly tUs: number }): number {
  return a.tUs - b.tUs;
}

function sum<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
