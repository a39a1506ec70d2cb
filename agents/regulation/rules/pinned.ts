import { sameChannel } from '#protocols/channels.ts';
import type { Rule } from './rule.ts';

export const pinned: Rule = {
  id: 'pinned',
  source: "the operator's, by radio_pin",
  text: 'A pinned radio keeps its channel; radar, which takes the channel away, still moves it.',
  confirmed: true,
  holds({ transmission, state }) {
    const wanted = transmission?.channel ?? null;
    if (!state.pinned || state.channel === null || wanted === null) return true;
    return (
      sameChannel(wanted, state.channel) ||
      'An operator pinned the radio to its channel; radio_pin lifts that.'
    );
  },
};
