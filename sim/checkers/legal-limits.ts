/** The law of a country, as the checkers ask for it. */
import { clearWaitMs, closingTransmissionMs, nonOccupancyMs } from '#agents/regulation/limits.ts';
import { limitsOfChannel } from '#agents/regulation/limits-of-channel.ts';
import { domainOf } from '#agents/regulation/regdb.ts';
import { InputError } from '#protocols/errors.ts';
import type { LegalLimits } from './checker.ts';

export function limitsOf(country: string): LegalLimits {
  const domain = domainOf(country);
  if (domain === undefined) {
    throw new InputError(
      `country '${country}': expected one of the regulatory database, by its two letters of ISO 3166-1`,
    );
  }
  return {
    clearMs: (channel) => clearWaitMs(channel, domain),
    nonOccupancyMs: nonOccupancyMs(domain),
    closingMs: closingTransmissionMs(domain),
    maxEirpDbm(channel, { indoor }) {
      const limits = limitsOfChannel(channel, domain);
      const isBarred =
        limits.uncoveredMhz !== null ||
        limits.noOfdm ||
        limits.noIr ||
        channel.widthMhz > limits.maxWidthMhz ||
        (limits.indoorOnly && !indoor);
      return isBarred ? null : Math.min(limits.maxEirpDbm, limits.densityEirpDbm);
    },
  };
}
