import { describeChannel } from '#protocols/channels.ts';
import type { Breach, Checker } from './checker.ts';

/** Converters of a chip step in quarters of a decibel; a limit is not broken by its last bit. */
const ROUNDING_DB = 0.001;

export const domainLimits: Checker = {
  name: 'domain-limits',
  text: 'What a radio sends keeps the power, the width, the place and the bar on first use that the country sets for every part of its channel.',
  start({ limits, isIndoor }) {
    let checked = 0;
    const broken: Breach[] = [];
    return {
      onRadio({ tUs, address, channel, eirpDbm, silent }) {
        if (channel === null || silent) return;
        checked += 1;
        const indoor = isIndoor(address);
        const mostDbm = limits.maxEirpDbm(channel, { indoor });
        if (mostDbm !== null && eirpDbm <= mostDbm + ROUNDING_DB) return;
        const limit = mostDbm === null ? 'nothing to be sent there' : `at most ${mostDbm} dBm`;
        broken.push({
          tUs,
          address,
          what: `sends ${eirpDbm} dBm EIRP on ${describeChannel(channel)} ${indoor ? 'indoors' : 'outdoors'}: expected ${limit}`,
        });
      },
      finish: () => ({ checked, broken }),
    };
  },
};
