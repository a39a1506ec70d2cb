/**
 * The channel rules of TIP's owrrm. Access points are taken one after the other, and each sees where those
 * before it went. Who is heard on a channel counts, however strong and however busy it is.
 *
 * @see Telecom Infra Project, OpenWiFi owrrm (BSD-3-Clause, 2022): LeastUsedChannelOptimizer,
 * UnmanagedApAwareChannelOptimizer.
 */
import { type Channel, overlapMhz, span } from '#protocols/channels.ts';
import type { Random } from '#protocols/random.ts';
import type { Choice, Decider, Setting, Site } from '../site.ts';

interface Weights {
  readonly managed: number;
  readonly unmanaged: number;
}

function owrrm(weights: Weights): Decider['decide'] {
  return ({ reports, choices }: Site, random: Random) => {
    const channelOf = new Map(reports.map(({ id, channel }) => [id, channel]));
    const settings = new Map<string, Setting>();
    for (const { id, channel, eirpDbm, neighbours } of reports) {
      const legal = choices.get(id) ?? [];
      const wide = legal.filter((one) => one.channel.widthMhz === channel?.widthMhz);
      const usable = wide.length > 0 ? wide : legal;
      if (usable.length === 0) continue;
      const used = (block: Channel) => {
        let count = 0;
        for (const { id: other, channel: heardOn, managed } of neighbours) {
          const theirs = managed ? (channelOf.get(other) ?? heardOn) : heardOn;
          if (theirs === null || overlapMhz(span(theirs), span(block)) === 0) continue;
          count += managed ? weights.managed : weights.unmanaged;
        }
        return count;
      };
      const chosen = chosenOf(usable, channel, used, random);
      channelOf.set(id, chosen.channel);
      settings.set(id, { channel: chosen.channel, eirpDbm: Math.min(eirpDbm, chosen.maxEirpDbm) });
    }
    return settings;
  };
}

/** Where it is if it is alone there; else a free channel by chance; else the least used. */
function chosenOf(
  usable: readonly Choice[],
  now: Channel | null,
  used: (block: Channel) => number,
  random: Random,
): Choice {
  const here = usable.find(
    ({ channel }) => channel.centerMhz === now?.centerMhz && channel.widthMhz === now.widthMhz,
  );
  const counts = usable.map(({ channel }) => used(channel));
  if (here !== undefined && counts[usable.indexOf(here)] === 0) return here;
  const free = usable.filter((_, at) => counts[at] === 0);
  if (free.length > 0) return free[random.below(free.length)]!;
  const least = Math.min(...counts);
  // Where it is no better elsewhere it stays.
  if (here !== undefined && counts[usable.indexOf(here)] === least) return here;
  return usable[counts.indexOf(least)]!;
}

export const leastUsed: Decider = {
  name: 'least-used',
  about: 'Stays where it is alone; else a free channel; else where the fewest are heard',
  source: 'TIP OpenWiFi owrrm, LeastUsedChannelOptimizer (BSD-3-Clause, 2022)',
  decide: owrrm({ managed: 1, unmanaged: 1 }),
};

export const unmanagedAware: Decider = {
  name: 'unmanaged-aware',
  about: 'As least-used, with an access point of others counting twice',
  source: 'TIP OpenWiFi owrrm, UnmanagedApAwareChannelOptimizer (BSD-3-Clause, 2022)',
  decide: owrrm({ managed: 1, unmanaged: 2 }),
};
