/** What each radio may be told, in the numbers of a model, and what it costs to tell it. */
import { sameChannel, type WidthMhz } from '#protocols/channels.ts';
import type { AirModel } from '../model/model.ts';
import type { Choice, Site } from '../site.ts';

/** A channel and a power, as a model knows them. */
export interface Told {
  readonly channel: number;
  readonly eirpDbm: number;
}

export interface Option {
  readonly channel: number;
  readonly maxEirpDbm: number;
  readonly clearMs: number;
}

export interface RadioOptions {
  readonly station: number;
  /** Where it is now; null while it is off. */
  readonly now: Told | null;
  readonly options: readonly Option[];
  readonly minEirpDbm: number;
}

/** Those that have anywhere to be, by number of their station. */
export function optionsOf(site: Site, model: AirModel): RadioOptions[] {
  const { stations, ours, effects } = model.ground;
  return stations.slice(0, ours).flatMap((station, number): RadioOptions[] => {
    const choices = site.choices.get(station.id) ?? [];
    if (choices.length === 0) return [];
    const isOn = model.channelOf(number) >= 0;
    const now = isOn ? { channel: model.channelOf(number), eirpDbm: model.eirpOf(number) } : null;
    const options = choices.map(
      ({ channel, maxEirpDbm, clearMs }: Choice): Option => ({
        channel: effects.numberOf(channel),
        maxEirpDbm,
        // Where it is, no silence is owed.
        clearMs: station.channel !== null && sameChannel(channel, station.channel) ? 0 : clearMs,
      }),
    );
    const minEirpDbm = site.minEirpDbm.get(station.id) ?? station.eirpDbm;
    return [{ station: number, now, options, minEirpDbm }];
  });
}

/** Of all that radios may be told, narrow ones first. */
export function widthsOf(
  { ground: { effects } }: AirModel,
  radios: readonly RadioOptions[],
): WidthMhz[] {
  const found = new Set(
    radios.flatMap(({ options }) => options.map(({ channel }) => effects.widthMhz[channel]!)),
  );
  return [...found].sort((a, b) => a - b);
}
