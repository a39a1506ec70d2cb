/** Small sites at random in the fluid air, as a coordinator gets to know them. */
import type { Site } from '#cloud/coordinator/site.ts';
import { allChannels } from '#protocols/channels.ts';
import type { Random } from '#protocols/random.ts';
import { createFluidAir, type FluidAir } from '#sim/air/fluid-air.ts';
import { measureSite } from '#sim/sites/measure.ts';

export const channels = allChannels('5', 20).slice(0, 3);
export const EIRP_DBM = 20;

interface Wish {
  readonly random: Random;
  readonly aps: number;
  readonly sideM: number;
  readonly clients: number;
}

export function drawnAir({ random, aps, sideM, clients }: Wish) {
  const air = createFluidAir({ random: random.fork('air') });
  const radios = Array.from({ length: aps }, (_, index) => `ap${index}/radio-0`);
  radios.forEach((id, index) => {
    const at = { x: sideM * random.uniform(), y: sideM * random.uniform(), z: 0 };
    const channel = channels[random.below(channels.length)]!;
    air.apply({ kind: 'radio', id, at, channel, eirpDbm: EIRP_DBM });
    for (let client = 0; client < clients; client += 1) {
      air.apply({
        kind: 'client',
        id: `${index}-${client}`,
        at: { x: at.x + 1 + 4 * random.uniform(), y: at.y, z: 0 },
        radio: id,
        offeredMbps: 10 + 40 * random.uniform(),
      });
    }
  });
  return { air, radios };
}

export function siteOf(air: FluidAir, radios: readonly string[]): Site {
  const reports = measureSite(air, radios, 10_000_000);
  const choices = channels.map((channel) => ({ channel, maxEirpDbm: EIRP_DBM, clearMs: 0 }));
  return {
    nowMs: 0,
    reports,
    choices: new Map(radios.map((id) => [id, choices])),
    minEirpDbm: new Map(radios.map((id) => [id, 8])),
  };
}

export function sharesOf(air: FluidAir, radios: readonly string[]): number[] {
  const window = { fromUs: 0, untilUs: 1_000_000 };
  return radios.flatMap((id) =>
    air.observe(id, 'clients', window).map(({ throughputMbps }) => throughputMbps),
  );
}
