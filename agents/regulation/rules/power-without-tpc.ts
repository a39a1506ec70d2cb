import type { Rule } from './rule.ts';

export const powerWithoutTpc: Rule = {
  id: 'power-without-tpc',
  source: '47 CFR 15.407(h)(1); ETSI EN 301 893 V2.1.1, clause 4.2.3.2.2, table 2',
  text: 'Where transmit power control is asked for, EIRP keeps to the limit without it: no radio here has it.',
  confirmed: false,
  holds({ tool, limits, transmission }) {
    if (limits === null || transmission === null) return true;
    if (transmission.eirpDbm <= limits.withoutTpcEirpDbm) return true;
    return `A radio without transmit power control sends ${limits.withoutTpcEirpDbm} dBm EIRP there, not ${transmission.eirpDbm} dBm${tool === 'radio_set_power' ? '' : '; lower it with radio_set_power first'}.`;
  },
};
