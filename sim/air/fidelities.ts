/** The airs that a world can be run on, by fidelity. */
import type { Air } from '#protocols/air.ts';
import type { Random } from '#protocols/random.ts';
import { createFluidAir } from './fluid-air.ts';
import { createPacketAir } from './packet-air.ts';

export type MakeAir = (options: { readonly random: Random; readonly shadowingDb?: number }) => Air;

export const airs = { fluid: createFluidAir, packet: createPacketAir } as const satisfies Readonly<
  Record<string, MakeAir>
>;
export type AirName = keyof typeof airs;

export const airNames = Object.keys(airs) as readonly AirName[];

export function isAirName(name: string): name is AirName {
  return Object.hasOwn(airs, name);
}
