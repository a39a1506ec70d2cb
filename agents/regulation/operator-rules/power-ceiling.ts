import type { OperatorRule } from './operator-rule.ts';

export const powerCeiling: OperatorRule = {
  id: 'operator-power',
  source: "the operator's policy, `power`",
  text: 'A radio sends with no more EIRP than the operator allows in its band.',
  confirmed: true,
  when: 'always',
  holds({ transmission, operator }) {
    const channel = transmission?.channel ?? null;
    if (channel === null || transmission === null) return true;
    for (const { band, maxEirpDbm } of operator?.policy.power ?? []) {
      if (band === channel.band && transmission.eirpDbm > maxEirpDbm) {
        return `The policy '${operator?.policy.name}' allows ${maxEirpDbm} dBm EIRP in ${band} GHz, not ${transmission.eirpDbm} dBm.`;
      }
    }
    return true;
  },
};
