/** Surroundings that are made rather than heard, for what is computed from them. */
import type { OwnRadio, Sound, Surroundings } from '#edge/coordination/surroundings.ts';
import { type Band, type Channel, channelFromNumber, type WidthMhz } from '#protocols/channels.ts';

export function channel(number: number, widthMhz: WidthMhz = 20, band?: Band): Channel {
  const found = channelFromNumber({ number, widthMhz, band });
  if (found === undefined) throw new Error(`no channel ${number} of ${widthMhz} MHz`);
  return found;
}

export function radio(
  name: string,
  at: Channel | null,
  more: Partial<OwnRadio> & { readonly silent?: boolean } = {},
): OwnRadio {
  const { silent = at === null, ...rest } = more;
  const state = { channel: at, eirpDbm: 20, silent };
  return { name, state, antennaGainDbi: 3, cableLossDb: 1, noiseDbm: [], ...rest };
}

/** Heard with these levels in rounds 0, 1, 2, …. */
export function sound(
  at: Channel,
  levels: number | readonly number[],
  more: Partial<Sound> = {},
): Sound {
  const levelsDbm = new Map([levels].flat().map((level, round) => [round, level]));
  return {
    channel: at,
    isOurs: false,
    levelsDbm,
    overEirpDb: undefined,
    changeDb: undefined,
    ...more,
  };
}

export function surroundings(
  radios: readonly OwnRadio[],
  heard: Readonly<Record<string, Readonly<Record<string, Sound>>>> = {},
): Surroundings {
  const of = (name: string) => new Map(Object.entries(heard[name] ?? {}));
  return {
    windowMs: 600_000,
    radios,
    heard: new Map(radios.map(({ name }) => [name, of(name)])),
  };
}
