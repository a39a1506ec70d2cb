import { nonUniform } from '../../regulation/spreading.ts';
import type { RadioRecord } from '../radio-record.ts';
import type { ConductRule, SiteRecord } from './conduct-rule.ts';

export const uniformSpreading: ConductRule = {
  id: 'uniform-spreading',
  of: 'conduct',
  source: 'ETSI EN 301 893 V1.8.1, clause 4.7.2.6; FCC KDB 905462 D02',
  text: 'Radar channels that radios choose by themselves are chosen alike often; what a plan of the network chooses is its own.',
  confirmed: false,
  together(site, endUs) {
    const choices = [...site.radios.values()].flatMap((radio) => choicesOf(radio, site));
    const what = nonUniform(choices.map(({ chosen, among }) => ({ chosen, among })));
    if (what === undefined) return [];
    const fromUs = Math.min(...choices.map(({ atUs }) => atUs));
    return [{ fromUs, toUs: endUs, who: 'fleet', what }];
  },
};

function choicesOf({ choices }: RadioRecord, { regdb }: SiteRecord) {
  return choices.filter(({ country }) => {
    const region = regdb.domains.get(country)?.dfsRegion;
    return region !== undefined && region !== 'none';
  });
}
