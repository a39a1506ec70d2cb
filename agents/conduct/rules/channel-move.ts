import { channelMoveMs } from '../../regulation/limits.ts';
import type { ConductRule } from './conduct-rule.ts';

export const channelMove: ConductRule = {
  id: 'channel-move',
  of: 'conduct',
  source: '47 CFR 15.407(h)(2)(iii); ETSI EN 301 893 V1.5.1, table D.1',
  text: 'A radio on whose channel a radar sends is off it within the channel move time, heard or not.',
  confirmed: true,
  past({ radio, country, episodes }, { regdb }, endUs) {
    const domain = country === undefined ? undefined : regdb.domains.get(country);
    if (domain === undefined) return [];
    const moveUs = channelMoveMs(domain) * 1_000;
    return episodes.flatMap(({ told, atUs, silentUs, centerMhz }) => {
      const lastUs = silentUs ?? endUs;
      if (told || lastUs <= atUs + moveUs) return [];
      const what = `A radar sent at ${centerMhz} MHz, and it sent there for ${Math.round((lastUs - atUs) / 1e6)} s more, not ${moveUs / 1e6} s.`;
      return [{ fromUs: atUs + moveUs, toUs: silentUs ?? null, who: radio, what }];
    });
  },
};
