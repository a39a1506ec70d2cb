/** The coordinator's own way of deciding. */
import type { Random } from '#protocols/random.ts';
import { groundOf } from '../model/ground.ts';
import { AirModel } from '../model/model.ts';
import type { Assignment, Decider, Setting, Site } from '../site.ts';
import { effortFor, searchOf } from './effort.ts';
import { optionsOf } from './options.ts';
import { Planner } from './planner.ts';

export const coordinator: Decider = {
  name: 'coordinator',
  about:
    'A model of the air from what was reported, searched over channel, width and power together.',
  source: 'Airguard',
  decide: (site, random) => decideByModel(site, random),
};

export function decideByModel(site: Site, random: Random): Assignment {
  const effort = effortFor(site.reports.length);
  const model = new AirModel(groundOf(site), { ...harmless, follow: effort.follow });
  const radios = optionsOf(site, model);
  const planner = new Planner(model, radios, searchOf(model, radios, effort), random);
  const told = planner.plan();
  const assignment = new Map<string, Setting>();
  radios.forEach(({ station }, radio) => {
    const { channel, eirpDbm } = told[radio]!;
    const { id } = model.ground.stations[station]!;
    assignment.set(id, { channel: model.ground.effects.channels[channel]!, eirpDbm });
  });
  return assignment;
}

/** Neighbours count half of a client of ours, and are not to lose more than a tenth of what they have. */
export const harmless = { neighbourWeight: 0.5, harmMost: 0.1, harmCost: 10 } as const;
