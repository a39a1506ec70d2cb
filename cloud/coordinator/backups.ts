/** Where radios on channels with radar would go when they hear one: told before, so that nobody has to look for it then. */
import { isForPlans } from '#agents/plan-channels.ts';
import type { LegalChannel } from '#agents/regulation/legal-channels.ts';
import { type Channel, overlapMhz, span } from '#protocols/channels.ts';
import type { Backup } from '#protocols/events/coordinator.ts';
import type { RadioLegalState } from '#protocols/events/radio.ts';
import type { SitePolicy } from '#protocols/site-policy.ts';
import type { Picture } from './picture.ts';

export interface BackupsOf {
  readonly picture: Picture;
  readonly policy: SitePolicy;
  /** Where radios will be, by address; those left out stay. */
  readonly told: ReadonlyMap<string, Channel>;
  readonly legalChannels: (state: RadioLegalState) => readonly LegalChannel[];
}

/** The channel that the policy keeps clear, where a radio may use it; else what its neighbours leave most of. */
export function backupsOf({ picture, policy, told, legalChannels }: BackupsOf): Backup[] {
  return [...picture.views.values()].flatMap((view): Backup[] => {
    const now = told.get(view.address) ?? view.legal.channel;
    if (now === null) return [];
    const legal = legalChannels(view.legal);
    const isOnRadar = legal.some(
      ({ channel, radar }) => radar && overlapMhz(span(channel), span(now)) > 0,
    );
    if (!isOnRadar) return [];
    const open = legal
      .filter((one) => isForPlans(one) && !one.radar && one.clearMs === 0)
      .map(({ channel }) => channel)
      .filter(({ band, widthMhz }) => band === now.band && widthMhz <= now.widthMhz);
    const kept = open.find((channel) => policy.backup !== null && isIn(channel, policy.backup));
    const best = open
      .map((channel) => ({ channel, free: picture.expected(view, channel) }))
      .sort((a, b) => b.channel.widthMhz - a.channel.widthMhz || b.free - a.free)[0]?.channel;
    const channel = kept ?? best;
    return channel === undefined ? [] : [{ radio: view.address, channel }];
  });
}

function isIn(channel: Channel, block: Channel): boolean {
  return overlapMhz(span(channel), span(block)) === channel.widthMhz;
}
