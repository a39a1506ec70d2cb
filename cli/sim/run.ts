/** One run of a scenario with the real hosts in it. */
import { describeChannel } from '#protocols/channels.ts';
import type { AirName } from '#sim/air/fidelities.ts';
import { checkers } from '#sim/checkers/index.ts';
import { limitsOf } from '#sim/checkers/legal-limits.ts';
import type { Kpi } from '#sim/kpi.ts';
import type { Scenario } from '#sim/scenario.ts';
import { createTraceFile } from '#sim/trace/trace-file.ts';
import { runWorld, type WorldResult } from '#sim/world.ts';
import { populate } from '../fleet/in-world.ts';
import type { Plant } from '../fleet/plants.ts';
import { startStopwatch } from '../stopwatch.ts';
import { type MobilitySummary, mobilitySummary } from './mobility.ts';
import { repeatCommand } from './repeat.ts';

export interface SimSettings {
  /** As it was given: a name or a path. */
  readonly scenario: string;
  readonly loaded: Scenario;
  readonly seed: number;
  readonly durationUs: number;
  /** The duration is the scenario's own. */
  readonly isOwnDuration: boolean;
  readonly strategy: string | undefined;
  readonly fidelity: AirName;
  readonly nodes: number | undefined;
  readonly radios: number | undefined;
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
  readonly air: { readonly fidelity: string; readonly version: string };
  readonly platform: string;
  readonly virtualSeconds: number;
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly peakMemoryMb: number;
  readonly nodes: number;
  readonly radios: number;
  readonly clients: number;
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
  const { loaded, seed, durationUs, strategy, nodes, radios, plant } = settings;
  const planted = plant?.faults?.(loaded) ?? [];
  const scenario = { ...loaded, faults: [...loaded.faults, ...planted] };
  const limits = limitsOf(scenario.country);
  const population = populate({
    seed,
    passivateAfterMs: settings.passivateAfterMs,
    strategy: strategy ?? scenario.strategy,
    fidelity: settings.fidelity,
    plant,
  });
  const traceFile =
    settings.traceFile === undefined
      ? undefined
      : createTraceFile(settings.traceFile, { scenario: settings.scenario, seed });
  const elapsed = startStopwatch();
  const result = await runWorld({
    scenario,
    seed,
    durationUs,
    sizes: { nodes, radios, strategy },
    ...population,
    limits,
    checkers,
    traceFile,
    record: settings.reportFile !== undefined,
    progress: (tUs, events) =>
      watch.progress?.({ virtualSeconds: tUs / 1e6, events, wallSeconds: elapsed().wallSeconds }),
    ...(watch.stop === undefined ? {} : { stop: watch.stop }),
  });
  const { wallSeconds, cpuSeconds } = elapsed();
  const virtualSeconds = result.virtualUs / 1e6;
  const { sweeps, every } = scenario.settings.spectrum;
  const document: SimDocument = {
    scenario: settings.scenario,
    seed,
    strategy: result.strategy,
    ...(plant === undefined ? {} : { plant: plant.name }),
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
