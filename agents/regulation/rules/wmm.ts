import type { Rule } from './rule.ts';

const categories = ['voice', 'video', 'best effort', 'background'] as const;

export const wmm: Rule = {
  id: 'wmm',
  source: 'wireless-regdb, wmmrule; ETSI EN 301 893 V2.1.1, clause 4.2.7',
  text: 'Where the database limits channel access, an access point waits no shorter and stays no longer.',
  confirmed: true,
  holds({ limits, state: { edca } }) {
    const asked = limits?.wmm;
    if (asked == null || edca === undefined) return true;
    for (const [index, limit] of asked.entries()) {
      const own = edca[index];
      if (own === undefined) continue;
      const name = categories[index];
      if (own.cwMin < limit.cwMin || own.cwMax < limit.cwMax) {
        return `Its contention window for ${name} is ${own.cwMin} to ${own.cwMax} slots, not ${limit.cwMin} to ${limit.cwMax} at least.`;
      }
      if (own.aifsn < limit.aifsn) {
        return `It waits ${own.aifsn} slots before ${name}, not ${limit.aifsn} at least.`;
      }
      if (own.txopMs > limit.channelOccupancyMs) {
        return `It keeps the channel ${own.txopMs} ms for ${name}, not ${limit.channelOccupancyMs} ms at most.`;
      }
    }
    return true;
  },
};
