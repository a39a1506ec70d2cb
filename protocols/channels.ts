/**
 * Channels, as IEEE 802.11-2020 Annex E numbers them (table E-4, global operating classes) and
 * IEEE 802.11be adds 320 MHz: number ↔ centre ↔ span.
 */
import * as z from 'zod';
import { Mhz } from './units.ts';

export const Band = z.literal(['2.4', '5', '6']).describe('Band in GHz');
export type Band = z.infer<typeof Band>;

export const WidthMhz = z.literal([20, 40, 80, 160, 320]).describe('Occupied width in MHz');
export type WidthMhz = z.infer<typeof WidthMhz>;

/** A channel as a radio occupies it: where its primary 20 MHz lie and which block it fills. */
export const Channel = z.strictObject({
  band: Band,
  primaryMhz: Mhz.describe('Centre of the primary 20 MHz channel'),
  centerMhz: Mhz.describe('Centre of the occupied block'),
  widthMhz: WidthMhz,
});
export type Channel = z.infer<typeof Channel>;

/** A stretch of spectrum, [lowMhz, highMhz). */
export interface Span {
  readonly lowMhz: number;
  readonly highMhz: number;
}

export function span(channel: Pick<Channel, 'centerMhz' | 'widthMhz'>): Span {
  const half = channel.widthMhz / 2;
  return { lowMhz: channel.centerMhz - half, highMhz: channel.centerMhz + half };
}

/** How many megahertz two stretches share. */
export function overlapMhz(a: Span, b: Span): number {
  return Math.max(0, Math.min(a.highMhz, b.highMhz) - Math.max(a.lowMhz, b.lowMhz));
}

export function sameChannel(a: Channel, b: Channel): boolean {
  return (
    a.band === b.band &&
    a.primaryMhz === b.primaryMhz &&
    a.centerMhz === b.centerMhz &&
    a.widthMhz === b.widthMhz
  );
}

/** Which share of `a` is covered by `b`, 0 to 1. */
export function overlapShare(a: Span, b: Span): number {
  return overlapMhz(a, b) / (a.highMhz - a.lowMhz);
}

/** Lowest first: where a number is given without its band, the first that has it is meant. */
const bands: readonly Band[] = ['2.4', '5', '6'];

/** Where each band's numbering starts; a number is 5 MHz (802.11-2020 table E-4). */
const startMhz: Readonly<Record<Band, number>> = { '2.4': 2407, '5': 5000, '6': 5950 };

/** Channel 14 of operating class 82, and channel 2 of class 136, stand outside their band's lattice. */
const CHANNEL_14_MHZ = 2484;
const CHANNEL_2_OF_6_GHZ_MHZ = 5935;

function centerOf(band: Band, number: number): number {
  if (band === '2.4' && number === 14) return CHANNEL_14_MHZ;
  if (band === '6' && number === 2) return CHANNEL_2_OF_6_GHZ_MHZ;
  return startMhz[band] + 5 * number;
}

function numberOf(band: Band, mhz: number): number {
  if (band === '2.4' && mhz === CHANNEL_14_MHZ) return 14;
  if (band === '6' && mhz === CHANNEL_2_OF_6_GHZ_MHZ) return 2;
  return (mhz - startMhz[band]) / 5;
}

function numbers(first: number, last: number, step: number): number[] {
  return Array.from({ length: (last - first) / step + 1 }, (_, index) => first + index * step);
}

/**
 * Numbers of the block centres, by band and width. The classes are those of 802.11-2020 table E-4,
 * that of 320 MHz is 137 of 802.11be: its blocks 31, 95, 159 (320 MHz-1) overlap 63, 127, 191
 * (320 MHz-2), and the first come first here.
 */
const centres: Readonly<Record<Band, Readonly<Record<WidthMhz, readonly number[]>>>> = {
  '2.4': {
    20: numbers(1, 14, 1), // 81, 82
    40: numbers(3, 11, 1), // 83, 84
    80: [],
    160: [],
    320: [],
  },
  '5': {
    20: [...numbers(36, 64, 4), ...numbers(100, 144, 4), ...numbers(149, 177, 4)], // 115, 118, 121, 125
    40: [38, 46, 54, 62, 102, 110, 118, 126, 134, 142, 151, 159, 167, 175], // 116, 117, 119, 120, 122, 123, 126, 127
    80: [42, 58, 106, 122, 138, 155, 171], // 128
    160: [50, 114, 163], // 129
    320: [],
  },
  '6': {
    20: [...numbers(1, 233, 4), 2], // 131, 136
    40: numbers(3, 227, 8), // 132
    80: numbers(7, 215, 16), // 133
    160: numbers(15, 207, 32), // 134
    320: [31, 95, 159, 63, 127, 191], // 137
  },
};

/**
 * Every channel by its key. A block of one width has several, one for each primary in it; a primary
 * may have two blocks, below and above it in 2.4 GHz (HT40−, HT40+), and of 320 MHz in 6 GHz.
 */
const channels: ReadonlyMap<string, Channel> = new Map(
  bands.flatMap((band) =>
    WidthMhz.values
      .values()
      .flatMap((widthMhz) => listChannels(band, widthMhz))
      .map((channel) => [channelKey(channel), channel] as const)
      .toArray(),
  ),
);

function listChannels(band: Band, widthMhz: WidthMhz): Channel[] {
  return centres[band][widthMhz].flatMap((centre) => {
    const centerMhz = centerOf(band, centre);
    return primariesOf({ centerMhz, widthMhz }).map((primaryMhz) => ({
      band,
      primaryMhz,
      centerMhz,
      widthMhz,
    }));
  });
}

/** Centres of the 20 MHz pieces of a block, lowest first. */
function primariesOf(block: Pick<Channel, 'centerMhz' | 'widthMhz'>): number[] {
  const lowest = block.centerMhz - block.widthMhz / 2 + 10;
  return Array.from({ length: block.widthMhz / 20 }, (_, index) => lowest + 20 * index);
}

/** All channels of a band and width, by block and then by primary; none where the width is unknown. */
export function allChannels(band: Band, widthMhz: WidthMhz): readonly Channel[] {
  return byBandAndWidth[band][widthMhz];
}

const byBandAndWidth = Object.fromEntries(
  bands.map((band) => [
    band,
    Object.fromEntries(
      [...WidthMhz.values].map((widthMhz) => [widthMhz, listChannels(band, widthMhz)]),
    ),
  ]),
  // The entries are those of all bands and widths.
) as unknown as Readonly<Record<Band, Readonly<Record<WidthMhz, readonly Channel[]>>>>;

/** Whether the standard knows the channel: its block at that place, its primary in that block. */
export function isValidChannel(channel: Channel): boolean {
  const known = channels.get(channelKey(channel));
  return known !== undefined && sameChannel(known, channel);
}

export const ValidChannel = Channel.refine(isValidChannel, {
  error: ({ input }) =>
    `expected a channel of IEEE 802.11, came ${describeChannel(input as Channel)}; ` +
    'primary, centre and width have to fit each other',
});

/**
 * The channel with that primary's number and width, in the lowest band that has it unless `band` is
 * given. Of two blocks with that primary, 2.4 GHz takes the upper (HT40+) and 6 GHz that of
 * 320 MHz-1, unless `centre` gives the number of the block's centre. Undefined where there is none.
 */
export function channelFromNumber(wanted: {
  readonly band?: Band | undefined;
  readonly number: number;
  readonly widthMhz: WidthMhz;
  readonly centre?: number | undefined;
}): Channel | undefined {
  for (const band of wanted.band === undefined ? bands : [wanted.band]) {
    const primaryMhz = centerOf(band, wanted.number);
    const found = byBandAndWidth[band][wanted.widthMhz].filter(
      (channel) =>
        channel.primaryMhz === primaryMhz &&
        (wanted.centre === undefined || centreNumber(channel) === wanted.centre),
    );
    const channel = band === '2.4' ? found.at(-1) : found[0];
    if (channel !== undefined) return channel;
  }
  return undefined;
}

/** The number of the primary 20 MHz channel, which people call the channel. */
export function channelNumber(channel: Pick<Channel, 'band' | 'primaryMhz'>): number {
  return numberOf(channel.band, channel.primaryMhz);
}

/** The number of the centre of the whole block. */
export function centreNumber(channel: Pick<Channel, 'band' | 'centerMhz'>): number {
  return numberOf(channel.band, channel.centerMhz);
}

/** The 20 MHz channels that a channel fills, lowest first. */
export function subchannels(channel: Channel): Channel[] {
  return primariesOf(channel).map((mhz) => ({
    band: channel.band,
    primaryMhz: mhz,
    centerMhz: mhz,
    widthMhz: 20,
  }));
}

/** For a person: `5 GHz channel 36 (80 MHz, 5170–5250)`. */
export function describeChannel(channel: Channel): string {
  const { lowMhz, highMhz } = span(channel);
  return `${channel.band} GHz channel ${channelNumber(channel)} (${channel.widthMhz} MHz, ${lowMhz}–${highMhz})`;
}

/** For tables and files, one token: `<band>-<primary>-<width>-<centre>` in numbers, `5-36-80-42`. */
export function channelKey(channel: Channel): string {
  const band = channel.band === '2.4' ? '2' : channel.band;
  return `${band}-${channelNumber(channel)}-${channel.widthMhz}-${centreNumber(channel)}`;
}

/** The channel of a key; undefined for any other text. */
export function parseChannelKey(key: string): Channel | undefined {
  return channels.get(key);
}
