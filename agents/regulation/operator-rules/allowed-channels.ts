import { channelNumber, describeChannel } from '#protocols/channels.ts';
import type { OperatorRule } from './operator-rule.ts';

export const allowedChannels: OperatorRule = {
  id: 'operator-channels',
  source: "the operator's policy, `channels`",
  text: 'A radio uses the channels and widths that the operator allows.',
  confirmed: true,
  when: 'always',
  holds({ transmission, operator }) {
    const channel = transmission?.channel ?? null;
    const allowed = operator?.policy.channels;
    if (channel === null || allowed === undefined) return true;
    const fits = allowed.some(
      ({ band, numbers, maxWidthMhz }) =>
        band === channel.band &&
        channel.widthMhz <= maxWidthMhz &&
        (numbers === undefined || numbers.includes(channelNumber(channel))),
    );
    return fits || `The policy '${operator?.policy.name}' has no ${describeChannel(channel)}.`;
  },
};
