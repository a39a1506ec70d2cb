import type { ConductRule } from './conduct-rule.ts';

export const closingTime: ConductRule = {
  id: 'closing-time',
  of: 'conduct',
  source: 'ETSI EN 301 893 V1.5.1, table D.1; FCC KDB 905462 D02, table 4',
  text: 'Once its chip heard radar, a radio sends on that channel no longer than the closing time.',
  confirmed: true,
  past({ radio, episodes }, _, endUs) {
    return episodes.flatMap(({ told, atUs, closingUs, silentUs, centerMhz }) => {
      const lastUs = silentUs ?? endUs;
      if (!told || lastUs <= atUs + closingUs) return [];
      const what = `Radar was heard at ${centerMhz} MHz, and it sent there for ${milliseconds(lastUs - atUs)} more, not ${milliseconds(closingUs)}.`;
      return [{ fromUs: atUs + closingUs, toUs: silentUs ?? null, who: radio, what }];
    });
  },
};

const milliseconds = (us: number) => `${Math.round(us / 1_000)} ms`;
