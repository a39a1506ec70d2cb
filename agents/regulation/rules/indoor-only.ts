import type { Rule } from './rule.ts';

export const indoorOnly: Rule = {
  id: 'indoor-only',
  source: 'wireless-regdb, NO-OUTDOOR',
  text: 'Where a rule says NO-OUTDOOR, only a radio that stands indoors sends.',
  confirmed: true,
  holds: ({ limits, state: { country, indoor } }) =>
    limits === null ||
    indoor ||
    !limits.indoorOnly ||
    `${country} allows this channel indoors only, and the radio stands outdoors.`,
};
