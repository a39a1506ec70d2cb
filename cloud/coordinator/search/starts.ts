/** Plans of others that a search also starts from: what they reach together, single moves often do not. */
import type { Random } from '#protocols/random.ts';
import { onGraphs } from '../baselines/graph-of-site.ts';
import { bestResponse } from '../baselines/local-search.ts';
import { turboCa } from '../baselines/turbo-ca.ts';
import type { AirModel } from '../model/model.ts';
import type { Decider, Site } from '../site.ts';
import type { RadioOptions, Told } from './options.ts';

const others: readonly Decider[] = [turboCa, onGraphs(bestResponse)];

/** For each of them what each radio would be told, in the numbers of the model. */
export function startsOf(
  site: Site,
  model: AirModel,
  radios: readonly RadioOptions[],
  random: Random,
): Told[][] {
  const { stations, effects } = model.ground;
  // The widest look around that TurboCA takes is the one at midnight.
  const atMidnight = { ...site, nowMs: 0 };
  return others.map((decider) => {
    const plan = decider.decide(atMidnight, random.fork(decider.name));
    return radios.map(({ station }): Told => {
      const wish = plan.get(stations[station]!.id);
      return wish === undefined
        ? { channel: model.channelOf(station), eirpDbm: model.eirpOf(station) }
        : { channel: effects.numberOf(wish.channel), eirpDbm: wish.eirpDbm };
    });
  });
}
