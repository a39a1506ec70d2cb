/** The radios of a live node, each with the driver that the scenario gives it. */
import { setTimeout as pause } from 'node:timers/promises';
import { RemoteAir } from '#edge/drivers/remote-air.ts';
import { createSimDriver } from '#edge/drivers/sim.ts';
import { US_PER_MS } from '#protocols/clock.ts';
import type { NodePlan, RadioPlan } from '#sim/scenario.ts';
import type { NodeParts, RadioPart } from '../fleet/parts.ts';
import { openRecorded } from '../fleet/recorded.ts';

export interface RadiosOptions {
  readonly node: NodePlan;
  readonly country: string;
  /** How many times as early recordings begin. */
  readonly pace: number;
  /** When the scenario began, by the wall: recordings begin at their time of that, not of this start. */
  readonly beganMs: number;
}

export interface LiveRadios {
  readonly radios: readonly RadioPart[];
  /** Waits until the air answers, as one waits for hardware; false when it is to end before. */
  found(stop: AbortSignal): Promise<boolean>;
  close(): void;
}

const ASK_AGAIN_MS = 250;

export function openRadios(
  { site, bus, clock, random }: Pick<NodeParts, 'site' | 'bus' | 'clock' | 'random'>,
  { node, country, pace, beganMs }: RadiosOptions,
): LiveRadios {
  const air = new RemoteAir({ bus, site, clock });
  const radios = node.radios.map((plan): RadioPart => {
    const { id, channel, eirpDbm, antennaGainDbi } = plan;
    const inner = createSimDriver({
      address: `sim:${node.id}/${id}`,
      id: `${node.id}/${id}`,
      air,
      clock,
      random: random.fork(`hardware/${id}`),
      antennaGainDbi,
      capabilities: capabilitiesOf(plan),
    });
    const driver = plan.driver.startsWith('capture:')
      ? openRecorded(plan.driver, clock, leftMs)(inner)
      : inner;
    return {
      actor: id,
      home: channel,
      eirpDbm,
      country,
      indoor: node.indoor,
      antennaGainDbi,
      driver,
    };
  });
  return { radios, found, close: () => air.close() };

  async function found(stop: AbortSignal): Promise<boolean> {
    const [first] = radios;
    while (first !== undefined && !stop.aborted) {
      const isThere = await new Promise<boolean>((resolve) =>
        air.tuned(`${node.id}/${first.actor}`, ({ ok }) => resolve(ok)),
      );
      if (isThere) return true;
      await pause(ASK_AGAIN_MS);
    }
    return !stop.aborted;
  }

  function leftMs(fromMs: number): number {
    const sinceMs = clock.now() / US_PER_MS - beganMs;
    return Math.max(0, Math.round(fromMs / pace - sinceMs));
  }
}

function capabilitiesOf({ bands, maxWidthMhz, minEirpDbm, maxEirpDbm }: RadioPlan) {
  return { spectral: true, pulses: true, bands, maxWidthMhz, minEirpDbm, maxEirpDbm };
}
