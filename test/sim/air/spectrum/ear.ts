/** A radio that only listens, and what it reports of emitters that arrive with a level of their own. */
import { createRandom } from '#agents/random/philox.ts';
import { readSweeps, type Sweep } from '#edge/capture/tlv.ts';
import type { AirChange, Emission } from '#protocols/air.ts';
import { type Band, type Channel, channelFromNumber } from '#protocols/channels.ts';
import { createFluidAir, type FluidAir } from '#sim/air/fluid-air.ts';
import { SWEEP_US } from '#sim/air/spectrum/painter.ts';

export const EAR = 'ear/radio-0';

export function channelOf(band: Band, number: number, widthMhz: 20 | 40 | 80 | 160 = 20): Channel {
  const channel = channelFromNumber({ band, number, widthMhz });
  if (channel === undefined) throw new Error(`no channel ${number} of ${widthMhz} MHz`);
  return channel;
}

export function emitter(emission: Emission, more: Partial<AirChange> = {}): AirChange {
  return { kind: 'emitter', id: emission, emission, eirpDbm: -50, ...more } as AirChange;
}

export function airWith(channel: Channel, changes: readonly AirChange[], seed = 1): FluidAir {
  const air = createFluidAir({ random: createRandom(seed) });
  air.apply({ kind: 'radio', id: EAR, at: { x: 0, y: 0, z: 0 }, channel, silent: true });
  for (const change of changes) air.apply(change);
  return air;
}

export interface Listening {
  readonly channel?: Channel;
  readonly bins?: number;
  readonly sweeps?: number;
  readonly seed?: number;
  readonly nowUs?: number;
}

/** The newest sweeps, decoded. */
export function heard(
  changes: readonly AirChange[],
  { channel = channelOf('2.4', 6), bins = 128, sweeps = 512, seed = 1, nowUs }: Listening = {},
): Sweep[] {
  const air = airWith(channel, changes, seed);
  air.advance(nowUs ?? (sweeps + 1) * SWEEP_US);
  return readSweeps(air.spectrum(EAR, { bins, sweeps })).sweeps;
}
