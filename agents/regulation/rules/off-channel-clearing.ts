import { overlapMhz, span } from '#protocols/channels.ts';
import { offChannelClearingMs } from '../limits.ts';
import type { Rule } from './rule.ts';

export const offChannelClearing: Rule = {
  id: 'off-channel-clearing',
  source: 'ETSI EN 301 893 V1.8.1, table D.1 and its note 2; 47 CFR 15.407(h)(2)(ii) knows none',
  text: 'A channel counts as cleared from another one only where the law allows that, and only after the time it asks for.',
  confirmed: false,
  holds({ limits, domain, transmission, state: { offChannelCleared = [], country } }) {
    const channel = transmission?.channel ?? null;
    if (channel === null || domain === undefined || limits === null || !limits.radar) return true;
    for (const { centerMhz, widthMhz, listenedMs } of offChannelCleared) {
      const heard = { lowMhz: centerMhz - widthMhz / 2, highMhz: centerMhz + widthMhz / 2 };
      if (overlapMhz(span(channel), heard) === 0) continue;
      const asked = offChannelClearingMs(channel, domain);
      if (asked === null) return `${country} knows no clearing from another channel.`;
      if (listenedMs < asked.leastMs || listenedMs > asked.mostMs) {
        return `It was checked from another channel over ${listenedMs / 60_000} min, not ${asked.leastMs / 60_000} to ${asked.mostMs / 60_000} min.`;
      }
    }
    return true;
  },
};
