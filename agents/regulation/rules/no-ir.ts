import type { Rule } from './rule.ts';

export const noIr: Rule = {
  id: 'no-ir',
  source: 'wireless-regdb, NO-IR; Linux include/uapi/linux/nl80211.h, NL80211_RRF_NO_IR',
  text: 'Where a rule says NO-IR, a radio starts no transmission by itself: it may only listen.',
  confirmed: true,
  holds: ({ limits, state: { country } }) =>
    limits === null || !limits.noIr || `${country} lets a radio only listen there.`,
};
