/**
 * The generated air that the autoencoder learns from and is judged on. Normal is what a radio of
 * Wi-Fi meets all the time: thermal noise, a receiver that is not quite calibrated, and frames of
 * neighbours of any width, level and load. Everything else that sends is foreign, Bluetooth too.
 */
import type { RadarPattern } from '#protocols/air.ts';
import type { Channel } from '#protocols/channels.ts';
import { dbmToMw, exp, log } from '#protocols/math.ts';
import type { Random } from '#protocols/random.ts';
import { noiseDbm } from '#protocols/rates.ts';
import { radarSignals } from '#sim/air/radar-signals.ts';
import { Chance } from '#sim/air/spectrum/chance.ts';
import { narrowJammer } from '#sim/air/spectrum/emissions/narrow-jammer.ts';
import type { Neighbour, Sender } from '#sim/air/spectrum/painter.ts';

export type WidthMhz = 20 | 40 | 80 | 160;

export const NOISE_FIGURE_DB = 7;

/** How a radio scans, and what it hears of Wi-Fi. */
export interface Scene {
  readonly channel: Channel;
  /** 56 is what ath9k gives of 64. */
  readonly bins: 56 | 64 | 128 | 256 | 512;
  readonly sweeps: number;
  /** How far the levels that the chip reports are off. */
  readonly offsetDb: number;
  readonly neighbours: readonly Neighbour[];
  /** Weak carriers of the receiver itself, which stay where they are. */
  readonly spurs: readonly Sender[];
}

/** Lower ends of stretches of 160 MHz that frames and radios are placed in. */
const blocks = { '5': [5_170, 5_490], '6': [5_945, 6_105, 6_265] } as const;
/** 2.4 GHz: channels 1 to 13. */
const firstMhz = 2_412;

export type Band = '2.4' | '5' | '6';

export function normalScene(random: Random, band = drawBand(random)): Scene {
  const channel = earOf(random, band);
  const isAth9k = channel.widthMhz === 20 && chance(random, 0.25);
  const bins = isAth9k ? 56 : pick(random, [64, 128, 256, 512, 512] as const);
  const sweeps = isAth9k || chance(random, 0.1) ? 6 + random.below(11) : 16;
  // Levels of ath9k have been seen to lie 8 dB to either side; those of ath11k are taken as calibrated.
  const offsetDb = isAth9k ? random.uniform() * 17 - 8.5 : random.normal() * 1.5;
  const neighbours = chance(random, 0.2) ? [] : neighboursOf(random, channel);
  const spurs = isAth9k ? spursOf(random, channel) : [];
  return { channel, bins, sweeps, offsetDb, neighbours, spurs };
}

function drawBand(random: Random): Band {
  return pick(random, ['2.4', '2.4', '5', '5', '6'] as const);
}

function earOf(random: Random, band: Band): Channel {
  const widthMhz =
    band === '2.4'
      ? pick(random, [20, 20, 20, 40] as const)
      : pick(random, [20, 20, 40, 80, 80, 160] as const);
  return channelOf(random, band, widthMhz, blockOf(random, band));
}

function blockOf(random: Random, band: Band): number {
  return band === '2.4' ? firstMhz : pick<number>(random, blocks[band]);
}

function channelOf(random: Random, band: Band, widthMhz: WidthMhz, block: number): Channel {
  const centerMhz =
    band === '2.4'
      ? firstMhz + (widthMhz === 40 ? 10 : 0) + 5 * random.below(widthMhz === 40 ? 9 : 13)
      : block + widthMhz * (random.below(160 / widthMhz) + 0.5);
  return { band, primaryMhz: centerMhz - widthMhz / 2 + 10, centerMhz, widthMhz } as Channel;
}

/**
 * One to four, who share a load between them; levels from the noise of 20 MHz up to 50 dB over it,
 * some of them from close by.
 */
function neighboursOf(random: Random, ear: Channel): Neighbour[] {
  const count = 1 + random.below(4);
  const load = 0.95 * random.uniform();
  const weights = Array.from({ length: count }, () => -log(1 - random.uniform()));
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => {
    const { band } = ear;
    const widthMhz =
      band === '2.4'
        ? pick(random, [20, 20, 20, 40] as const)
        : pick(random, [20, 40, 80, 80, 160] as const);
    const near = band === '2.4' ? firstMhz : blocks[band].findLast((low) => low < ear.centerMhz)!;
    const channel = channelOf(random, band, widthMhz, near);
    const isClose = chance(random, 0.15);
    const overDb = isClose ? 50 + 15 * random.uniform() : 50 * random.uniform();
    const dbm = noiseDbm(20, NOISE_FIGURE_DB) + overDb;
    // Logarithmic, from a short frame to the longest of 20 MHz.
    const frameUs = 200 * exp(random.uniform() * log(4_571 / 200));
    return { channel, mw: dbmToMw(dbm), share: (load * weight) / whole, frameUs };
  });
}

/** Up to two, at most as strong as the noise of the channel. */
function spursOf(random: Random, { centerMhz, widthMhz }: Channel): Sender[] {
  return Array.from({ length: random.below(3) }, (_, place) => ({
    emission: narrowJammer,
    centerMhz: centerMhz + (random.uniform() - 0.5) * widthMhz,
    widthMhz: 0.01,
    duty: 1,
    mw: dbmToMw(noiseDbm(widthMhz, NOISE_FIGURE_DB) - 15 * random.uniform()),
    chance: new Chance(random.fork(`spur/${place}`)),
  }));
}

export function chance(random: Random, share: number): boolean {
  return random.uniform() < share;
}

export function pick<Value>(random: Random, values: readonly Value[]): Value {
  return values[random.below(values.length)]!;
}

export const radarPatterns = Object.keys(radarSignals) as RadarPattern[];
