import type { Rule } from './rule.ts';

export const powerDensity: Rule = {
  id: 'power-density',
  source: 'FCC 20-51, paragraph 59; Decision (EU) 2021/1067, annex, table 1',
  text: 'In 6 GHz, EIRP over the width of a channel keeps to what the allowed density comes to.',
  confirmed: false,
  holds({ limits, transmission }) {
    if (limits === null || transmission === null) return true;
    if (transmission.eirpDbm <= limits.densityEirpDbm) return true;
    return `The density allowed comes to ${limits.densityEirpDbm} dBm EIRP over ${transmission.channel?.widthMhz} MHz, not ${transmission.eirpDbm} dBm.`;
  },
};
