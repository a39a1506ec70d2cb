/** One run of a scenario with the real hosts in it. */
import type { AirDescription } from '#protocols/air.ts';
import { describeChannel } from '#protocols/channels.ts';
import type { SitePolicy } from '#protocols/site-policy.ts';
import type { AirName } from '#sim/air/fidelities.ts';
import { foldResults } from '#sim/city/fold.ts';
import type { Kpi } from '#sim/kpi.ts';
import type { Scenario } from '#sim/scenario.ts';
import type { WorldResult } from '#sim/world.ts';
import type { Plant } from '../fleet/plants.ts';
import { startStopwatch } from '../stopwatch.ts';
import { type CityRun, runCity } from './city.ts';
import { type MobilitySummary, mobilitySummary } from './mobility.ts';
import { repeatCommand } from './repeat.ts';
import { runSite } from './site.ts';

export interface SimSettings {
  /** As it was given: a name or a path. */
  readonly scenario: string;
  readonly loaded: Scenario;
  readonly seed: number;
  readonly durationUs: number;
  /** The duration is the scenario's own. */
  readonly isOwnDuration: boolean;
  readonly strategy: string | undefined;
  /** What the operator asks of plans, with the file it was read from; the usual when left out. */
  readonly sitePolicy?: { readonly file: string; readonly asks: SitePolicy } | undefined;
  readonly fidelity: AirName;
  readonly nodes: number | undefined;
  readonly radios: number | undefined;
  /** Of a city: how many neighbourhoods, or which one alone, and on how many threads. */
  readonly neighbourhoods?: number | undefined;
  readonly only?: string | undefined;
  readonly threads?: number | undefined;
  readonly passivateAfterMs: number | null;
  readonly traceFile: string | undefined;
  /** Where a page about the run goes. */
  readonly reportFile?: string | undefined;
  /** A bug to be caught. */
  readonly plant?: Plant | undefined;
}

/** What `sim --json` prints. */
export interface SimDocument {
  readonly scenario: string;
  readonly seed: number;
  readonly strategy: string;
  /** The bug that was planted. */
  readonly plant?: string;
  /** It was ended early. */
  readonly interrupted?: true;
  readonly air: AirDescription;
  readonly platform: string;
  readonly virtualSeconds: number;
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly peakMemoryMb: number;
  readonly nodes: number;
  readonly radios: number;
  readonly clients: number;
  /** Of a city, which is many sites. */
  readonly city?: {
    readonly threads: number;
    readonly kinds: readonly {
      readonly kind: string;
      readonly neighbourhoods: number;
      readonly radios: number;
      readonly clients: number;
      readonly kpi: Kpi;
    }[];
    readonly neighbourhoods: readonly NeighbourhoodDocument[];
  };
  readonly events: number;
  readonly eventsPerRadioSecond: number;
  readonly calls: WorldResult['calls'];
  readonly changes: readonly {
    readonly atSeconds: number;
    readonly radio: string;
    readonly from: string | null;
    readonly to: string;
    readonly cause: string;
    readonly reason: string;
  }[];
  readonly radar: readonly {
    readonly atSeconds: number;
    readonly radio: string;
    readonly silentAfterMs: number | null;
  }[];
  readonly checkers: readonly {
    readonly name: string;
    readonly checked: number;
    readonly broken: number;
    readonly first?: {
      readonly atSeconds: number;
      readonly address: string;
      readonly what: string;
    };
  }[];
  readonly faults: WorldResult['faults'];
  readonly spectrum: { readonly sweeps: number; readonly everySeconds: number };
  readonly kpi: Kpi;
  /** Only where something moves or clients roam. */
  readonly mobility?: MobilitySummary;
  readonly traceHash: string;
  readonly repeat: string;
}

export interface NeighbourhoodDocument {
  readonly site: string;
  readonly kind: string;
  readonly nodes: number;
  readonly radios: number;
  readonly clients: number;
  readonly virtualSeconds: number;
  readonly events: number;
  readonly utilityMbpsBefore: number;
  readonly utilityMbpsAfter: number;
  readonly broken: number;
  readonly traceHash: string;
}

export interface SimReport {
  readonly document: SimDocument;
  readonly result: WorldResult;
  readonly interrupted: boolean;
}

export async function runScenario(
  settings: SimSettings,
  watch: {
    readonly stop?: AbortSignal;
    readonly progress?: (at: {
      virtualSeconds: number;
      events: number;
      wallSeconds: number;
    }) => void;
  } = {},
): Promise<SimReport> {
  const { loaded, seed, durationUs, strategy, nodes, radios, passivateAfterMs, plant } = settings;
  const elapsed = startStopwatch();
  const worldWatch = {
    stop: watch.stop,
    progress: (tUs: number, events: number) =>
      watch.progress?.({ virtualSeconds: tUs / 1e6, events, wallSeconds: elapsed().wallSeconds }),
  };
  const city = loaded.city === undefined ? undefined : await runCity(settings, worldWatch);
  const trace =
    settings.traceFile === undefined
      ? undefined
      : { path: settings.traceFile, scenario: settings.scenario };
  const result =
    city?.result ??
    (await runSite(
      {
        scenario: loaded,
        seed,
        durationUs,
        sizes: { nodes, radios, strategy },
        passivateAfterMs,
        fidelity: settings.fidelity,
        sitePolicy: settings.sitePolicy?.asks,
        plant: plant?.name,
        record: settings.reportFile !== undefined,
        trace,
      },
      worldWatch,
    ));
  const { wallSeconds, cpuSeconds } = elapsed();
  const virtualSeconds = result.virtualUs / 1e6;
  const { sweeps, every } = loaded.settings.spectrum;
  const document: SimDocument = {
    scenario: settings.scenario,
    seed,
    strategy: result.strategy,
    ...(plant === undefined ? {} : { plant: plant.name }),
    ...(result.interrupted ? { interrupted: true } : {}),
    air: result.air,
    platform: `${process.platform}-${process.arch} node-${process.versions.node}`,
    virtualSeconds,
    wallSeconds,
    cpuSeconds,
    // maxRSS counts kilobytes.
    peakMemoryMb: process.resourceUsage().maxRSS / 1024,
    nodes: result.nodes,
    radios: result.radios,
    clients: result.clients,
    ...(city === undefined ? {} : { city: cityDocument(city) }),
    events: result.events,
    eventsPerRadioSecond: result.events / Math.max(1, result.radios) / Math.max(1, virtualSeconds),
    calls: result.calls,
    changes: result.changes.map(({ tUs, address, from, to, cause, reason }) => ({
      atSeconds: tUs / 1e6,
      radio: address,
      from: from === null ? null : describeChannel(from),
      to: describeChannel(to),
      cause,
      reason,
    })),
    radar: result.radars.map(({ tUs, address, silentAfterUs }) => ({
      atSeconds: tUs / 1e6,
      radio: address,
      silentAfterMs: silentAfterUs === null ? null : silentAfterUs / 1_000,
    })),
    checkers: result.checkers.map(({ name, checked, broken }) => {
      const [first] = broken;
      return {
        name,
        checked,
        broken: broken.length,
        ...(first === undefined
          ? {}
          : { first: { atSeconds: first.tUs / 1e6, address: first.address, what: first.what } }),
      };
    }),
    faults: result.faults,
    spectrum: { sweeps, everySeconds: every / 1e6 },
    kpi: result.kpi,
    ...mobilitySummary(result),
    traceHash: result.traceHash,
    repeat: repeatCommand(settings),
  };
  return { document, result, interrupted: result.interrupted };
}

function cityDocument({ threads, neighbourhoods }: CityRun): NonNullable<SimDocument['city']> {
  const byKind = Map.groupBy(neighbourhoods, ({ kind }) => kind);
  return {
    threads,
    kinds: [...byKind].map(([kind, members]) => {
      const { radios, clients, kpi } = foldResults(members);
      return { kind, neighbourhoods: members.length, radios, clients, kpi };
    }),
    neighbourhoods: neighbourhoods.map(({ site, kind, result }) => ({
      site,
      kind,
      nodes: result.nodes,
      radios: result.radios,
      clients: result.clients,
      virtualSeconds: result.virtualUs / 1e6,
      events: result.events,
      utilityMbpsBefore: result.kpi.utilityMbpsBefore,
      utilityMbpsAfter: result.kpi.utilityMbpsAfter,
      broken: result.checkers.reduce((sum, { broken }) => sum + broken.length, 0),
      traceHash: result.traceHash,
    })),
  };
}
