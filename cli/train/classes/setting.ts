/** What a radio that scans is in the data that is made: its chip's format, its span, its pace. */
import { windowSweeps } from '#edge/detector/classes/features.ts';
import { type Channel, channelFromNumber } from '#protocols/channels.ts';
import type { Random } from '#protocols/random.ts';

export type Format = 'ath11k' | 'ath10k' | 'ath9k-20' | 'ath9k-40';

export interface Ear {
  readonly format: Format;
  readonly channel: Channel;
  readonly bins: number;
  readonly sweeps: number;
  /** From one sweep to the next, and by how much more at most where it is not even. */
  readonly gapUs: number;
  readonly jitterUs: number;
  /** How far the chip's level is off. */
  readonly gainDb: number;
  readonly noiseFigureDb: number;
  /** What a strong carrier leaves in other bins: 1 for a transform without a window. */
  readonly leakage: number;
  /** The chip's own carriers, against thermal noise of the span: the middle's residue, harmonics of clocks. */
  readonly spurs: readonly { readonly mhz: number; readonly db: number }[];
  /** How much of what always sends its calibration takes for noise, 0 to 1. */
  readonly noiseFollows: number;
}

export function pick<Item>(items: readonly Item[], random: Random): Item {
  return items[random.below(items.length)]!;
}

export function between(low: number, high: number, random: Random): number {
  return low + random.uniform() * (high - low);
}

const channels2 = Array.from({ length: 13 }, (_, index) => index + 1);
const channels5 = [
  36, 40, 44, 48, 52, 56, 60, 64, 100, 104, 108, 112, 116, 120, 124, 128, 132, 136,
];
const upper5 = [149, 153, 157, 161];

export interface EarWish {
  readonly band?: '2.4' | '5';
  /** Where a radar may be: 5,250 to 5,725 MHz. */
  readonly radar?: boolean;
}

/** Four fifths at full pace as ath11k gives it; the rest as older chips do, some of it sparse. */
export function drawEar(wish: EarWish, random: Random): Ear {
  const kind = random.uniform();
  const format: Format =
    kind < 0.78 ? 'ath11k' : kind < 0.86 ? 'ath10k' : kind < 0.94 ? 'ath9k-20' : 'ath9k-40';
  const band = wish.band ?? (random.uniform() < 0.6 ? '2.4' : '5');
  const widthMhz = widthOf(format, band, random);
  const channel = channelIn(band, widthMhz, wish.radar === true, random);
  const bins = binsOf(format, widthMhz, random);
  const isSparse = format.startsWith('ath9k') && random.uniform() < 0.7;
  const isShort = isSparse || random.uniform() < 0.05;
  return {
    format,
    channel,
    bins,
    sweeps: isShort ? pick([8, 9, 12, 16, 32, 64, 100], random) : windowSweeps,
    gapUs: isSparse ? 1_497 : format === 'ath10k' ? 212 : 233,
    jitterUs: isSparse ? pick([0, 0, 6_000, 40_000], random) : pick([2, 14, 14, 300], random),
    gainDb: between(-3, 5, random),
    noiseFigureDb: between(5, 9, random),
    leakage: format.startsWith('ath9k')
      ? between(0.5, 1, random)
      : pick([0, 0, 0.02, 0.08], random),
    spurs: spursOf(channel, random),
    noiseFollows: random.uniform() < 0.25 ? random.uniform() : 0,
  };
}

function spursOf({ centerMhz, widthMhz }: Channel, random: Random): Ear['spurs'] {
  const middle = random.uniform() < 0.4 ? [{ mhz: centerMhz, db: between(-34, -8, random) }] : [];
  const count = random.uniform() < 0.3 ? 1 + random.below(2) : 0;
  const others = Array.from({ length: count }, () => {
    return { mhz: centerMhz + between(-0.5, 0.5, random) * widthMhz, db: between(-24, -3, random) };
  });
  return [...middle, ...others];
}

function widthOf(format: Format, band: '2.4' | '5', random: Random): 20 | 40 | 80 {
  if (format === 'ath9k-20') return 20;
  if (format === 'ath9k-40') return 40;
  return band === '2.4' ? pick([20, 20, 20, 40], random) : pick([20, 40, 80, 80], random);
}

function binsOf(format: Format, widthMhz: number, random: Random): number {
  if (format === 'ath9k-20') return 56;
  if (format === 'ath9k-40') return 128;
  // The driver never gives 64 bins of 80 MHz in type 3.
  if (format === 'ath10k') return pick(widthMhz === 80 ? [128, 256] : [64, 128, 256], random);
  return pick([64, 64, 64, 128, 128, 128, 128, 256, 256, 512], random);
}

function channelIn(
  band: '2.4' | '5',
  widthMhz: 20 | 40 | 80,
  radar: boolean,
  random: Random,
): Channel {
  for (;;) {
    const numbers =
      band === '2.4' ? channels2 : radar ? channels5.slice(4) : [...channels5, ...upper5];
    const number = pick(numbers, random);
    const channel = channelFromNumber({ band, number, widthMhz });
    if (channel !== undefined) return channel;
  }
}
