import { strategyNames } from '#cloud/coordinator/strategies/index.ts';
import { InputError } from '#protocols/errors.ts';
import { nearest } from '#protocols/nearest.ts';
import { airNames, isAirName } from '#sim/air/fidelities.ts';
import type { Scenario } from '#sim/scenario.ts';
import { loadScenario, scenarioNames } from '#sim/scenario-files.ts';
import { describeDifference, firstDifference } from '#sim/trace/trace-diff.ts';
import { readTraceFile } from '#sim/trace/trace-file.ts';
import type { Arguments, Command } from '../command.ts';
import { findPlant, plants } from '../fleet/plants.ts';
import type { SimSettings } from '../sim/run.ts';
import { sitePolicyOf, sitePolicyOption } from '../site-policy.ts';
import { textTable } from '../table.ts';

const diff: Command = {
  name: 'diff',
  summary: 'Names the first record in which two traces differ. Exits 3 when they do.',
  usage: 'FILE FILE',
  examples: ['airguard sim diff a.trace b.trace'],
  options: {},
  positionals: { min: 2, max: 2 },
  async run({ positionals }, output) {
    const [a = '', b = ''] = positionals;
    const difference = firstDifference(readTraceFile(a).records, readTraceFile(b).records);
    if (output.json) output.document({ equal: difference === undefined, ...difference });
    else if (difference === undefined) output.line('The traces are equal.');
    else output.line(describeDifference(difference));
    return difference === undefined ? 'held' : 'invariantBroke';
  },
};

const list: Command = {
  name: 'list',
  summary: 'Lists the scenarios that come with Airguard.',
  usage: '',
  examples: ['airguard sim list'],
  options: {},
  async run(_, output) {
    const scenarios = scenarioNames().map((name) => ({ name, about: loadScenario(name).about }));
    if (output.json) output.document({ scenarios });
    else {
      const rows = scenarios.map(({ name, about }) => [name, about]);
      for (const text of textTable(rows)) output.line(text);
    }
    return 'held';
  },
};

export const sim: Command = {
  name: 'sim',
  summary: 'Runs a scenario in virtual time, with every checker watching.',
  usage: 'SCENARIO [options]',
  examples: [
    'airguard sim office --seed 1',
    'airguard sim campus --nodes 100 --radios 3 --duration 10m',
    'airguard sim city --neighbourhoods 10 --threads 2',
    'airguard sim partition --seeds 200',
    'airguard sim office --seed 1 --trace a.trace',
    'airguard sim office --seed 1 --report office.html',
    'airguard sim office --strategy coordinator --site-policy docs/deciding/site-policy.example.yaml',
  ],
  options: {
    seed: { about: 'Decides the whole run', value: 'N', default: '1' },
    seeds: { about: 'Runs so many seeds, from --seed on, in processes of their own', value: 'N' },
    duration: { about: 'Virtual time; the scenario’s own by default', value: 'TIME' },
    strategy: { about: 'How the coordinator plans; the scenario’s own by default', value: 'NAME' },
    'site-policy': sitePolicyOption,
    fidelity: {
      about: 'The air: `fluid`, airtime shares, or `packet`, frame by frame and slower',
      value: airNames.join('|'),
      default: 'fluid',
    },
    nodes: { about: 'How many nodes, where the scenario generates them', value: 'N' },
    radios: { about: 'How many radios a node, where the scenario generates them', value: 'N' },
    neighbourhoods: { about: 'How many neighbourhoods, where the scenario is a city', value: 'N' },
    only: { about: 'One neighbourhood of a city alone, such as city-flats-001', value: 'NAME' },
    threads: {
      about: 'Threads that the neighbourhoods of a city run on; as many as processors by default',
      value: 'N',
    },
    passivate: {
      about: 'Idle time after which an actor is put to rest, or `never`',
      value: 'TIME',
      default: 'never',
    },
    plant: {
      about: `Breaks something on purpose, to see it caught: ${plants.map(({ name }) => name).join(', ')}`,
      value: 'NAME',
    },
    trace: { about: 'Writes the trace to a file, for `sim diff`', value: 'FILE' },
    report: { about: 'Writes a page about the run, to read and to pass on', value: 'FILE.html' },
  },
  positionals: { min: 1, max: 1 },
  subcommands: [diff, list],
  async run(args, output, stop) {
    const settings = settingsOf(args);
    const seeds = args.integer('seeds');
    if (seeds !== undefined) {
      if (seeds < 1) throw new InputError(`--seeds: expected at least 1, came ${seeds}`);
      for (const name of ['trace', 'report']) {
        if (args.text(name) !== undefined) {
          throw new InputError(
            `--${name}: expected one run, came --seeds; name one seed with --seed`,
          );
        }
      }
      const { runSeeds } = await import('../sim/seeds.ts');
      return runSeeds(settings, seeds, output, stop);
    }
    if (settings.reportFile !== undefined && settings.loaded.city !== undefined) {
      throw new InputError(
        `--report: expected a scenario of one site, came scenario ${settings.loaded.name}, which is a city`,
      );
    }
    const { checkReportFile, writeReportFile } = await import('../sim/report-file.ts');
    const { reportFile } = settings;
    if (reportFile !== undefined) checkReportFile(reportFile);
    const { runScenario } = await import('../sim/run.ts');
    const report = await runScenario(settings, {
      stop,
      progress: ({ virtualSeconds, events, wallSeconds }) =>
        output.progress(
          `${settings.scenario} seed ${settings.seed}: ${virtualSeconds.toFixed(0)} s of ${(settings.durationUs / 1e6).toFixed(0)} s, ${events} events, ${(virtualSeconds / Math.max(wallSeconds, 0.001)).toFixed(0)}× real time`,
        ),
    });
    const { reportLines } = await import('../sim/report.ts');
    if (output.json) output.document(report.document);
    else for (const text of reportLines(report)) output.line(text);
    if (reportFile !== undefined) {
      const { collect } = await import('../sim/report-page/collect.ts');
      const { reportPage } = await import('../sim/report-page/page.ts');
      writeReportFile(reportFile, reportPage(collect(settings, report)));
      output.line(`Report in ${reportFile}`);
    }
    if (report.interrupted) return 'interrupted';
    return report.document.checkers.some(({ broken }) => broken > 0) ? 'invariantBroke' : 'held';
  },
};

function settingsOf(args: Arguments): SimSettings {
  const [name = ''] = args.positionals;
  const scenario = loadScenario(name);
  const seed = args.integer('seed') ?? 1;
  if (seed < 0) throw new InputError(`--seed: expected 0 or more, came ${seed}`);
  const fidelity = args.text('fidelity') ?? 'fluid';
  if (!isAirName(fidelity)) {
    throw new InputError(`--fidelity: expected ${airNames.join(' or ')}, came '${fidelity}'`);
  }
  const durationMs = args.durationMs('duration');
  if (durationMs === 0) throw new InputError('--duration: expected more than nothing, came 0');
  const passivate = args.text('passivate') ?? 'never';
  const plant = args.text('plant');
  refuseForOneSite(args, scenario);
  return {
    scenario: name,
    loaded: scenario,
    seed,
    durationUs: durationMs === undefined ? scenario.duration : durationMs * 1_000,
    isOwnDuration: durationMs === undefined,
    strategy: strategyOf(args, scenario),
    sitePolicy: sitePolicyOf(args),
    fidelity,
    nodes: atLeastOne(args, 'nodes'),
    radios: atLeastOne(args, 'radios'),
    neighbourhoods: atLeastOne(args, 'neighbourhoods'),
    only: args.text('only'),
    threads: atLeastOne(args, 'threads'),
    passivateAfterMs: passivate === 'never' ? null : (args.durationMs('passivate') ?? null),
    traceFile: args.text('trace'),
    reportFile: args.text('report'),
    plant: plant === undefined ? undefined : findPlant(plant),
  };
}

/** One site is one world: its radios hear each other and share a clock, so no second thread can help. */
function refuseForOneSite(args: Arguments, { name, city }: Scenario): void {
  const given = ['neighbourhoods', 'only', 'threads'].find(
    (option) => args.text(option) !== undefined,
  );
  if (city !== undefined || given === undefined) return;
  throw new InputError(`--${given}: expected a city, came scenario ${name}, which is one site`);
}

function strategyOf(args: Arguments, scenario: Scenario): string | undefined {
  const asked = args.text('strategy');
  const name = asked ?? scenario.strategy;
  const names = strategyNames.map((strategy) => strategy.name);
  if (names.includes(name)) return asked;
  const near = nearest(name, names);
  throw new InputError(
    `unknown strategy '${name}'${near === undefined ? '' : ` (did you mean '${near}'?)`}: expected ${names.join(', ')}`,
  );
}

function atLeastOne(args: Arguments, name: string): number | undefined {
  const value = args.integer(name);
  if (value !== undefined && value < 1) {
    throw new InputError(`--${name}: expected at least 1, came ${value}`);
  }
  return value;
}
