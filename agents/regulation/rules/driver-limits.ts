import type { Rule } from './rule.ts';

export const driverLimits: Rule = {
  id: 'driver-limits',
  source: "the radio's driver, as `iw phy` reports it",
  text: 'Band, width and power keep to what the driver says the radio can do.',
  confirmed: true,
  holds({ transmission, state: { bands, maxWidthMhz, minEirpDbm, maxEirpDbm } }) {
    if (transmission === null) return true;
    const { channel, eirpDbm } = transmission;
    if (channel !== null && !bands.includes(channel.band)) {
      return `The radio has ${bands.join(', ')} GHz, not ${channel.band} GHz.`;
    }
    if (channel !== null && channel.widthMhz > maxWidthMhz) {
      return `The radio reaches ${maxWidthMhz} MHz of width, not ${channel.widthMhz} MHz.`;
    }
    if (eirpDbm >= minEirpDbm && eirpDbm <= maxEirpDbm) return true;
    return `The radio sends ${minEirpDbm} to ${maxEirpDbm} dBm EIRP, not ${eirpDbm} dBm.`;
  },
};
