/** How an emitter is set up, where a file or a change leaves that to what it is. */
import * as z from 'zod';
import { Emission as EmissionName } from '#protocols/air.ts';
import { InputError } from '#protocols/errors.ts';
import { Dbm, Share } from '#protocols/units.ts';
import type { Emission, Setting } from './emission.ts';
import { block } from './emissions/block.ts';
import { emissions } from './emissions/index.ts';

/** What a file says of an emitter, besides its name and place. */
export const emitterFields = {
  emission: EmissionName.optional().describe(
    'What it is; what is left out below is then as usual for it. A block of flat noise when left out',
  ),
  centerMhz: z.number().optional(),
  widthMhz: z.number().positive().optional(),
  eirpDbm: Dbm.describe('While it sends'),
  duty: Share.optional().describe('Share of the time it sends'),
};

export interface PartialSetting {
  readonly emission?: EmissionName | undefined;
  readonly centerMhz?: number | undefined;
  readonly widthMhz?: number | undefined;
  readonly duty?: number | undefined;
}

/** True when all is said that no emission says. */
export function isSettled({ emission, centerMhz, widthMhz, duty }: PartialSetting): boolean {
  if (emission !== undefined) return true;
  return centerMhz !== undefined && widthMhz !== undefined && duty !== undefined;
}

/** What to expect where `isSettled` is false. */
export const unsettled =
  'expected `centerMhz`, `widthMhz` and `duty`, or an `emission` that has them as usual';

export function settingOf(id: string, partial: PartialSetting): Setting {
  if (!isSettled(partial)) throw new InputError(`emitter '${id}': ${unsettled}`);
  const { usual } = emissionOf(partial.emission);
  return {
    centerMhz: partial.centerMhz ?? usual.centerMhz,
    widthMhz: partial.widthMhz ?? usual.widthMhz,
    duty: partial.duty ?? usual.duty,
  };
}

export function emissionOf(name: EmissionName | null | undefined): Emission {
  return name == null ? block : emissions[name];
}
