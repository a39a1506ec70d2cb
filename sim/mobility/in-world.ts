/** Movement in a world: as `startMobility` has it, traced and counted. */
import type { Air } from '#protocols/air.ts';
import type { Clock } from '#protocols/clock.ts';
import { address } from '#protocols/ids.ts';
import type { LegalLimits } from '../checkers/checker.ts';
import type { Layout } from '../layout.ts';
import type { Scenario } from '../scenario.ts';
import type { Trace } from '../trace/trace.ts';
import { type Mobility, type MobilityTotals, startMobility } from './mobility.ts';
import type { RoamEvent } from './roaming.ts';

export interface MobilityResult extends MobilityTotals {
  /** Also of clients that lost every radio, and that came back to theirs. */
  readonly roams: readonly RoamEvent[];
}

export interface WorldMobility extends Pick<Mobility, 'placeOf'> {
  result(): MobilityResult | undefined;
}

export function runMobility(parts: {
  readonly scenario: Scenario;
  readonly layout: Layout;
  readonly air: Air;
  readonly clock: Clock;
  readonly trace: Trace;
  readonly limits: LegalLimits;
}): WorldMobility {
  const { scenario, layout, air, clock, trace, limits } = parts;
  const actor = address(layout.site.site, 'world', 'clients');
  const roams: RoamEvent[] = [];
  const { placeOf, totals } = startMobility({
    layout,
    roaming: scenario.roaming,
    air,
    clock,
    isPassive: (channel) => limits.clearMs(channel) > 0,
    onEvent(event) {
      const { tUs: _, ...payload } = event;
      roams.push(event);
      trace.chain(actor).record('world', payload, null, '');
    },
  });
  return {
    placeOf,
    result() {
      const counted = totals();
      return counted && { ...counted, roams };
    },
  };
}
