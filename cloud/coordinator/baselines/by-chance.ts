/** Deciders that look at nothing, or at nothing but the law. */
import type { Decider } from '../site.ts';

export const stay: Decider = {
  name: 'static',
  about: 'Every radio stays as it was set up; only radar moves one',
  source: 'what happens without anybody',
  decide: ({ reports }) =>
    new Map(
      reports.flatMap(({ id, channel, eirpDbm }) =>
        channel === null ? [] : [[id, { channel, eirpDbm }] as const],
      ),
    ),
};

/** At the width it has, where that is to be had. */
export const randomChannels: Decider = {
  name: 'random',
  about: 'A legal channel of the present width drawn for each radio',
  source: 'TIP OpenWiFi owrrm, RandomChannelInitializer (BSD-3-Clause, 2022)',
  decide: ({ reports, choices }, random) =>
    new Map(
      reports.flatMap(({ id, channel, eirpDbm }) => {
        const legal = choices.get(id) ?? [];
        const wide = legal.filter((one) => one.channel.widthMhz === channel?.widthMhz);
        const usable = wide.length > 0 ? wide : legal;
        const drawn = usable[usable.length === 0 ? 0 : random.below(usable.length)];
        if (drawn === undefined) return [];
        const { maxEirpDbm } = drawn;
        return [[id, { channel: drawn.channel, eirpDbm: Math.min(eirpDbm, maxEirpDbm) }] as const];
      }),
    ),
};
