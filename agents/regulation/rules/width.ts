import type { Rule } from './rule.ts';

export const width: Rule = {
  id: 'width',
  source: 'wireless-regdb; Linux net/wireless/reg.c, reg_get_max_bandwidth_from_range()',
  text: 'A channel is no wider than each rule it lies in allows, joined where the rules say AUTO-BW.',
  confirmed: true,
  holds({ limits, transmission, state: { country } }) {
    const channel = transmission?.channel ?? null;
    if (limits === null || channel === null || channel.widthMhz <= limits.maxWidthMhz) return true;
    return `${country} allows ${limits.maxWidthMhz} MHz there, not ${channel.widthMhz} MHz.`;
  },
};
