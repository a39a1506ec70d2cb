/** What sends without being Wi-Fi: where, in which block, how much of the time. */
import type { AirChange, Emission, Point } from '#protocols/air.ts';
import type { Span } from '#protocols/channels.ts';
import { type Fingerprint, fingerprint } from './path-loss.ts';
import { settingOf } from './spectrum/setting.ts';

export interface Emitter {
  readonly index: number;
  readonly id: string;
  readonly fingerprint: Fingerprint;
  /** Null: heard everywhere at the power it is given with. */
  at: Point | null;
  /** Null: a flat block. */
  emission: Emission | null;
  centerMhz: number;
  widthMhz: number;
  eirpDbm: number;
  duty: number;
}

/** What a change leaves out stays as it was, or is as usual for what the emitter is now. */
export function emitterAfter(
  change: Extract<AirChange, { kind: 'emitter' }>,
  before: Emitter | undefined,
  index: number,
): Emitter {
  const { id, eirpDbm } = change;
  const isAnother = change.emission !== undefined && change.emission !== before?.emission;
  const kept = isAnother || before === undefined ? {} : before;
  const emission = change.emission ?? before?.emission ?? undefined;
  return {
    index,
    id,
    fingerprint: fingerprint(id),
    at: change.at ?? before?.at ?? null,
    emission: emission ?? null,
    ...settingOf(id, { ...kept, ...change, emission }),
    eirpDbm,
  };
}

export function spanOf(block: { readonly centerMhz: number; readonly widthMhz: number }): Span {
  return {
    lowMhz: block.centerMhz - block.widthMhz / 2,
    highMhz: block.centerMhz + block.widthMhz / 2,
  };
}
