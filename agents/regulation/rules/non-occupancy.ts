import { overlapMhz, span } from '#protocols/channels.ts';
import type { Rule } from './rule.ts';

export const nonOccupancy: Rule = {
  id: 'non-occupancy',
  source: '47 CFR 15.407(h)(2)(iv); ETSI EN 301 893 V1.5.1, table D.1',
  text: 'What was closed after radar stays unused for its 30 minutes.',
  confirmed: true,
  holds({ transmission, state: { closures } }) {
    const channel = transmission?.channel ?? null;
    if (channel === null) return true;
    for (const { centerMhz, widthMhz } of closures) {
      const closed = { lowMhz: centerMhz - widthMhz / 2, highMhz: centerMhz + widthMhz / 2 };
      if (overlapMhz(span(channel), closed) > 0) {
        return `Radar was heard: ${closed.lowMhz} to ${closed.highMhz} MHz is closed for this radio.`;
      }
    }
    return true;
  },
};
