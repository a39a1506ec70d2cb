/** How everybody on a site fares in one air: our clients, and networks that are not ours. */
import type { Air } from '#protocols/air.ts';
import type { ClientFare } from '#protocols/fare.ts';

/** The fluid air is the same at every moment: how long it is looked at changes nothing. */
const moment = { fromUs: 0, untilUs: 1 } as const;

export interface SiteFares {
  /** By radio, in the order of the reports. */
  readonly byRadio: readonly (readonly ClientFare[])[];
  /** What each network that is not ours carries, Mb/s. */
  readonly foreignMbps: readonly number[];
}

export function faresIn(
  air: Air,
  { ours, foreign }: { readonly ours: readonly string[]; readonly foreign: readonly string[] },
): SiteFares {
  return {
    byRadio: ours.map((id) => air.observe(id, 'clients', moment)),
    foreignMbps: foreign.map((id) =>
      air.observe(id, 'clients', moment).reduce((sum, one) => sum + one.throughputMbps, 0),
    ),
  };
}
