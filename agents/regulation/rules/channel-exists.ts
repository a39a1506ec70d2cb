import { describeChannel, isValidChannel } from '#protocols/channels.ts';
import type { Rule } from './rule.ts';

export const channelExists: Rule = {
  id: 'channel-exists',
  source: 'IEEE 802.11-2020, Annex E, table E-4; IEEE 802.11be for 320 MHz',
  text: 'A channel is one of an operating class, with its primary inside it.',
  confirmed: true,
  holds({ transmission }) {
    const channel = transmission?.channel ?? null;
    if (channel === null || isValidChannel(channel)) return true;
    return `No operating class has ${describeChannel(channel)}.`;
  },
};
