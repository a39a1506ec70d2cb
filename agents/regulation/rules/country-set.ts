import type { Rule } from './rule.ts';

export const countrySet: Rule = {
  id: 'country-set',
  source: 'IEEE 802.11-2020, 9.4.2.8 (Country element); wireless-regdb',
  text: 'A radio sends only where its country has been set on site and the database knows it.',
  confirmed: true,
  holds({ transmission, domain, state: { country } }) {
    if (transmission === null) return true;
    if (country === '00') return "The country is '00', the world: no country has been set.";
    return domain !== undefined || `The database has no country '${country}'.`;
  },
};
