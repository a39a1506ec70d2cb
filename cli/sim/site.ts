/** One world with the real hosts in it, from an order that can be sent to another thread. */
import type { SitePolicy } from '#protocols/site-policy.ts';
import type { AirName } from '#sim/air/fidelities.ts';
import { checkers } from '#sim/checkers/index.ts';
import { limitsOf } from '#sim/checkers/legal-limits.ts';
import type { Sizes } from '#sim/layout.ts';
import type { Scenario } from '#sim/scenario.ts';
import { createTraceFile } from '#sim/trace/trace-file.ts';
import { runWorld, type WorldResult } from '#sim/world.ts';
import { populate } from '../fleet/in-world.ts';
import { findPlant } from '../fleet/plants.ts';

export interface SiteOrder {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly durationUs: number;
  readonly sizes: Sizes;
  readonly passivateAfterMs: number | null;
  readonly fidelity: AirName;
  readonly sitePolicy?: SitePolicy | undefined;
  /** A bug to be caught, by its name. */
  readonly plant: string | undefined;
  /** Keeps what a page about the run needs. */
  readonly record: boolean;
  readonly trace: { readonly path: string; readonly scenario: string } | undefined;
}

/** `progress` is told the world's time and the records so far. */
export interface WorldWatch {
  readonly stop?: AbortSignal | undefined;
  readonly progress?: ((tUs: number, events: number) => void) | undefined;
}

export function runSite(
  {
    scenario: loaded,
    seed,
    durationUs,
    sizes,
    passivateAfterMs,
    fidelity,
    sitePolicy,
    plant: name,
    record,
    trace,
  }: SiteOrder,
  { stop, progress }: WorldWatch,
): Promise<WorldResult> {
  const plant = name === undefined ? undefined : findPlant(name);
  const planted = plant?.faults?.(loaded) ?? [];
  const scenario = { ...loaded, faults: [...loaded.faults, ...planted] };
  const strategy = sizes.strategy ?? scenario.strategy;
  return runWorld({
    scenario,
    seed,
    durationUs,
    sizes,
    ...populate({ seed, passivateAfterMs, strategy, sitePolicy, fidelity, plant }),
    limits: limitsOf(scenario.country),
    checkers,
    record,
    traceFile:
      trace === undefined
        ? undefined
        : createTraceFile(trace.path, { scenario: trace.scenario, seed }),
    ...(progress === undefined ? {} : { progress }),
    ...(stop === undefined ? {} : { stop }),
  });
}
