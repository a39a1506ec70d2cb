/** The coordinator's own way of deciding, with and without a twin that proves its plans. */
import type { Random } from '#protocols/random.ts';
import type { Candidate, Outlook } from '#protocols/tools/twin.ts';
import { groundOf } from '../model/ground.ts';
import { AirModel } from '../model/model.ts';
import type { Assignment, Decider, Setting, Site } from '../site.ts';
import { effortFor, HEADROOM, harmless, searchOf } from './effort.ts';
import { optionsOf } from './options.ts';
import { Planner } from './planner.ts';
import { begin, type Decision, next, type RoundOptions, usualRounds } from './rounds.ts';
import { startsOf } from './starts.ts';

export const SEARCH_STRATEGY = 'coordinator';

/** On its model alone. */
export const coordinator: Decider = {
  name: SEARCH_STRATEGY,
  about:
    'A model of the air from what was reported, searched over channel, width and power together.',
  source: 'Airguard',
  decide: decideByModel,
};

/** With a twin: it tells of each plan how clients would fare, as `twin_evaluate` does. */
export function coordinatorWith(
  evaluate: (site: Site, candidates: readonly Candidate[]) => readonly Outlook[],
  options: RoundOptions = usualRounds,
): Decider {
  return {
    ...coordinator,
    name: 'coordinator-twin',
    about: `${coordinator.about} A twin has to be sure that a plan helps.`,
    decide: (site, random) => {
      const decision = decideByTwin(site, random, (ask) => evaluate(site, ask), options);
      const staying = stay(site);
      if (decision.kind !== 'move') return staying;
      const { settings } = decision.best.candidate;
      const told = settings.map(({ radio, ...setting }): [string, Setting] => [radio, setting]);
      return new Map([...staying, ...told]);
    },
  };
}

export function decideByTwin(
  site: Site,
  random: Random,
  evaluate: (candidates: readonly Candidate[]) => readonly Outlook[],
  options: RoundOptions = usualRounds,
): Decision {
  let step = begin(site, random, options);
  while (!('decided' in step)) step = next(step.state, evaluate(step.ask));
  return step.decided;
}

function decideByModel(site: Site, random: Random): Assignment {
  const effort = effortFor(site.reports.length);
  const model = new AirModel(groundOf(site, HEADROOM), { ...harmless, follow: effort.follow });
  const radios = optionsOf(site, model);
  const planner = new Planner(model, radios, searchOf(model, radios, effort), random);
  const starts = effort.startShare > 0 ? startsOf(site, model, radios, random) : [];
  const told = planner.plan(starts);
  return new Map(
    radios.map(({ station }, radio): [string, Setting] => {
      const { channel, eirpDbm } = told[radio]!;
      const { stations, effects } = model.ground;
      return [stations[station]!.id, { channel: effects.channels[channel]!, eirpDbm }];
    }),
  );
}

/** Everybody as it is, who is anywhere. */
function stay({ reports }: Site): Assignment {
  return new Map(
    reports.flatMap(({ id, channel, eirpDbm }): [string, Setting][] =>
      channel === null ? [] : [[id, { channel, eirpDbm }]],
    ),
  );
}
