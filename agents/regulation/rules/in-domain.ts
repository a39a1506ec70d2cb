import type { Rule } from './rule.ts';

export const inDomain: Rule = {
  id: 'in-domain',
  source: 'wireless-regdb; Linux net/wireless/reg.c, freq_reg_info_regd()',
  text: 'Every 20 MHz of a channel lie in a rule of the country that admits OFDM.',
  confirmed: true,
  holds({ limits, state: { country } }) {
    if (limits === null) return true;
    if (limits.uncoveredMhz !== null) {
      return `${country} has no rule for the 20 MHz around ${limits.uncoveredMhz} MHz.`;
    }
    return !limits.noOfdm || `${country} admits no OFDM there.`;
  },
};
