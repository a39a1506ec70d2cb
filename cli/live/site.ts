/** The site that live processes of one fleet agree on: read from the same scenario by each. */
import { createRandom } from '#agents/random/philox.ts';
import { InputError } from '#protocols/errors.ts';
import { nearest } from '#protocols/nearest.ts';
import { type Layout, layOut } from '#sim/layout.ts';
import type { NodePlan, Scenario } from '#sim/scenario.ts';
import { loadScenario } from '#sim/scenario-files.ts';
import type { Arguments, Option } from '../command.ts';
import { pacedSettings, paceFor } from './pace.ts';

export const DEFAULT_SCENARIO = 'office';

export interface LiveSite {
  readonly name: string;
  readonly scenario: Scenario;
  readonly layout: Layout;
  readonly seed: number;
  readonly pace: number;
}

/** What decides the site; `up` hands the same to every process. */
export const siteOptions: Readonly<Record<string, Option>> = {
  scenario: {
    about: 'The site: a scenario’s name, or its file',
    value: 'SCENARIO',
    default: 'office',
  },
  seed: { about: 'Decides what the scenario leaves open', value: 'N', default: '1' },
  pace: { about: 'How many times as early its events come', value: 'N', default: '1' },
};

export const dirOption: Option = {
  about: 'Where keys, stores and ledgers are kept',
  value: 'DIR',
  default: '.airguard',
};

export function siteOf(args: Arguments): LiveSite {
  return openSite(args.text('scenario') ?? DEFAULT_SCENARIO, args, args.text('pace'));
}

/** Without a pace, the scenario is fitted into the duration. */
export function openSite(
  name: string,
  args: Arguments,
  pace: string | undefined,
  durationMs?: number,
): LiveSite {
  const scenario = loadScenario(name);
  const seed = args.integer('seed') ?? 1;
  if (seed < 0) throw new InputError(`--seed: expected 0 or more, came ${seed}`);
  const factor = pace === undefined ? paceFor(scenario.duration, durationMs) : Number(pace);
  if (!(factor >= 1 && factor <= 100_000)) {
    throw new InputError(`--pace: expected a number from 1 on, came '${pace}'`);
  }
  const layout = layOut(scenario, createRandom(seed).fork('layout'));
  const settings = pacedSettings(layout.site.settings, factor);
  return {
    name,
    scenario,
    seed,
    pace: factor,
    layout: { ...layout, site: { ...layout.site, settings } },
  };
}

export const beganOption: Option = {
  about: 'When the scenario began, in milliseconds since 1970; now by default',
  value: 'MS',
};

/** The arguments by which another process opens the same site. */
export function siteArguments({ name, seed, pace }: LiveSite): string[] {
  return ['--scenario', name, '--seed', String(seed), '--pace', String(pace)];
}

export function nodeOf({ layout, name }: LiveSite, node: string): NodePlan {
  const { nodes } = layout.site;
  const found = nodes.find(({ id }) => id === node);
  if (found !== undefined) return found;
  const names = nodes.map(({ id }) => id as string);
  const near = nearest(node, names);
  throw new InputError(
    `unknown node '${node}'${near === undefined ? '' : ` (did you mean '${near}'?)`}: scenario ${name} has ${names.slice(0, 12).join(', ')}${names.length > 12 ? ', …' : ''}`,
  );
}
