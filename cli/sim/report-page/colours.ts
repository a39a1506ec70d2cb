/** A colour for each channel of a run. Its number stands beside it wherever there is room. */
import { parseChannelKey } from '#protocols/channels.ts';
import { okabeIto } from '../../svg.ts';
import { channelText } from './format.ts';
import type { ReportData } from './report-data.ts';

export interface ChannelColour {
  readonly colour: string;
  /** Only an outline: the colour has been given once already. */
  readonly hollow: boolean;
  readonly label: string;
}

export type ChannelColours = ReadonlyMap<string, ChannelColour>;

/** Colours are given band by band, from the lowest channel on. */
export function coloursOf({ radios, neighbours, samples }: ReportData): ChannelColours {
  const keys = new Set([
    ...radios.flatMap(({ before, after }) => [before?.channel, after?.channel]),
    ...neighbours.map(({ channel }) => channel),
    ...(samples.radioChannel?.flat() ?? []),
  ]);
  const channels = [...keys]
    .flatMap((key) => {
      const channel = key == null ? undefined : parseChannelKey(key);
      return channel === undefined ? [] : [{ key: key as string, ...channel }];
    })
    .sort(
      (a, b) => a.centerMhz - b.centerMhz || a.widthMhz - b.widthMhz || a.primaryMhz - b.primaryMhz,
    );
  const seen = new Map<string, number>();
  return new Map(
    channels.map(({ key, band }) => {
      const index = seen.get(band) ?? 0;
      seen.set(band, index + 1);
      const round = Math.floor(index / okabeIto.length);
      const colour = okabeIto[index % okabeIto.length]!;
      return [key, { colour, hollow: round % 2 === 1, label: channelText(key) }];
    }),
  );
}

/** Black or white, whichever reads better on one of the colours. */
export function inkOn({ colour, hollow }: ChannelColour): string {
  return hollow ? 'var(--ink)' : colour === okabeIto[0] ? '#fff' : '#111';
}

export const silentColour: ChannelColour = { colour: 'var(--soft)', hollow: true, label: '–' };
