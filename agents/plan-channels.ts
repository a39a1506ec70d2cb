/**
 * The channels that a plan is made of. In the 2.4 GHz band the rules allow every fifth megahertz,
 * but radios on blocks that overlap in part disturb each other without hearing each other's frames;
 * plans keep to 1, 6 and 11, which do not overlap and which every domain has.
 */
import { channelNumber } from '#protocols/channels.ts';
import type { LegalChannel } from './regulation/legal-channels.ts';

const apart = [1, 6, 11];

export function isForPlans({ channel }: LegalChannel): boolean {
  return (
    channel.band !== '2.4' || channel.widthMhz !== 20 || apart.includes(channelNumber(channel))
  );
}
