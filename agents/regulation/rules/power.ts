import type { Rule } from './rule.ts';

export const power: Rule = {
  id: 'power',
  source: 'wireless-regdb',
  text: 'EIRP keeps to the lowest limit of the rules a channel lies in.',
  confirmed: true,
  holds({ tool, limits, transmission, state: { country } }) {
    if (limits === null || transmission === null) return true;
    if (transmission.eirpDbm <= limits.ruleEirpDbm) return true;
    return `${country} allows ${limits.ruleEirpDbm} dBm EIRP there, not ${transmission.eirpDbm} dBm${tool === 'radio_set_power' ? '' : '; lower it with radio_set_power first'}.`;
  },
};
