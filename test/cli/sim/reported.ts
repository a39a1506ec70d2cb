/** Runs a scenario and makes its report, as the command does. */
import { collect } from '#cli/sim/report-page/collect.ts';
import { reportPage } from '#cli/sim/report-page/page.ts';
import { runScenario, type SimSettings } from '#cli/sim/run.ts';
import type { Scenario } from '#sim/scenario.ts';
import { loadScenario } from '#sim/scenario-files.ts';

export interface Run {
  readonly scenario: string;
  readonly loaded?: Scenario;
  readonly minutes: number;
  readonly nodes?: number;
  readonly stop?: AbortSignal;
}

export async function reported({ scenario, loaded, minutes, nodes, stop }: Run) {
  const settings: SimSettings = {
    scenario,
    loaded: loaded ?? loadScenario(scenario),
    seed: 1,
    fidelity: 'fluid',
    durationUs: minutes * 60_000_000,
    isOwnDuration: false,
    strategy: undefined,
    nodes,
    radios: undefined,
    passivateAfterMs: null,
    traceFile: undefined,
    reportFile: 'report.html',
  };
  const report = await runScenario(settings, stop === undefined ? {} : { stop });
  const data = collect(settings, report);
  return { settings, report, data, page: reportPage(data) };
}
