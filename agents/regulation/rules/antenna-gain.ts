import type { Rule } from './rule.ts';

export const antennaGain: Rule = {
  id: 'antenna-gain',
  source: 'wireless-regdb, whose limits are EIRP',
  text: 'A radio sends only where the gain of its antenna is known, since every limit is EIRP.',
  confirmed: true,
  holds: ({ transmission, state: { antennaGainDbi } }) =>
    transmission === null ||
    antennaGainDbi !== null ||
    'The antenna gain has not been set on site.',
};
