/** Small airs for tests. */
import { createRandom } from '#agents/random/philox.ts';
import type { Air } from '#protocols/air.ts';
import type { Channel } from '#protocols/channels.ts';
import { createFluidAir, type FluidAir } from '#sim/air/fluid-air.ts';

export const second = { fromUs: 0, untilUs: 1_000_000 };

export function on(primaryMhz: number, widthMhz: Channel['widthMhz'] = 20): Channel {
  const band = primaryMhz < 3_000 ? '2.4' : primaryMhz < 5_925 ? '5' : '6';
  const centerMhz = primaryMhz + (widthMhz - 20) / 2;
  return { band, primaryMhz, centerMhz, widthMhz };
}

export function emptyAir(shadowingDb = 0): FluidAir {
  return createFluidAir({ random: createRandom(1).fork('air'), shadowingDb });
}

export interface SmallRadio {
  readonly id: string;
  readonly x: number;
  readonly y?: number;
  readonly channel?: Channel | null;
  readonly eirpDbm?: number;
  readonly silent?: boolean;
}

/** A radio with one client 3 m away that wants `offeredMbps`. */
export function place(
  air: Air,
  { id, x, y = 0, channel = on(2412), eirpDbm = 20, silent = false }: SmallRadio,
  offeredMbps = 1_000,
): void {
  air.apply({ kind: 'radio', id, at: { x, y, z: 0 }, channel, eirpDbm, silent });
  const at = { x, y: y + 3, z: 0 };
  air.apply({ kind: 'client', id: `${id}-client`, at, radio: id, offeredMbps });
}

export function throughput(air: Air, radio: string): number {
  return air.observe(radio, 'clients', second).reduce((sum, one) => sum + one.throughputMbps, 0);
}

/** Share of the time a radio sends. */
export function airtime(air: Air, radio: string): number {
  const [survey] = air.observe(radio, 'survey', second);
  return (survey?.txUs ?? 0) / 1_000_000;
}
