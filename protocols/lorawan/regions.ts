/**
 * What a node may send in a region: data rates, the application payload of each, duty cycles.
 *
 * The figures are those of LoRaWAN Regional Parameters RP002-1.0.4 (maximum payload N without frame
 * options) as the band tables of The Things Stack (`pkg/band/*_rp2_v1_0_4.go`) hold them; N above 222
 * is held at 222 where the document gives that for networks with repeaters. A row is `confirmed` where
 * a second implementation, written by others, has the same number; the text of the standard itself was
 * not at hand. Only the LoRa rates of uplinks stand here.
 */

import { InputError } from '../errors.ts';
import { nearest } from '../nearest.ts';
import { dataFrameUs, type LoraRate } from './airtime.ts';

export interface DataRate extends LoraRate {
  readonly dr: number;
  /** Application payload, bytes. Frame options of the network take away from it. */
  readonly payloadBytes: number;
  readonly confirmed: boolean;
}

export interface SubBand {
  readonly name: string;
  readonly lowHz: number;
  readonly highHz: number;
  /** Share of any hour in which a sender may send by law; 1 where the law sets none. */
  readonly duty: number;
}

export interface LoraRegion {
  readonly name: string;
  readonly rates: readonly DataRate[];
  /** Channels that every device has before the network gives it others. */
  readonly channelsHz: readonly number[];
  readonly subBands: readonly SubBand[];
  /** The longest that one frame may last. */
  readonly dwellUs: number | null;
  /** What the maximum power is by default, EIRP. */
  readonly maxEirpDbm: number;
  readonly source: string;
}

/** Share of an hour that a device keeps where the law allows more: a free channel is still shared. */
const COURTESY_DUTY = 0.01;
/** FCC 47 CFR 15.247(a)(1)(i), and the dwell time of AS923 and AU915 before the network lifts it. */
const DWELL_US = 400_000;

function rate(
  dr: number,
  spreadingFactor: DataRate['spreadingFactor'],
  kHz: 125 | 250 | 500,
  payloadBytes: number,
  confirmed = true,
): DataRate {
  const bandwidthHz = (kHz * 1_000) as DataRate['bandwidthHz'];
  return { dr, spreadingFactor, bandwidthHz, payloadBytes, confirmed };
}

/** EU868, and the same in KR920 and IN865 as far as they have the rate. */
const european = [
  rate(0, 12, 125, 51),
  rate(1, 11, 125, 51),
  rate(2, 10, 125, 51),
  rate(3, 9, 125, 115),
  rate(4, 8, 125, 222),
  rate(5, 7, 125, 222),
];

/** Under a dwell time of 400 ms, the slowest two cannot be used at all. */
const dwelling = (confirmed: boolean) => [
  rate(2, 10, 125, 11, confirmed),
  rate(3, 9, 125, 53, confirmed),
  rate(4, 8, 125, 125, confirmed),
  rate(5, 7, 125, 222, confirmed),
];

function evenly(firstHz: number, stepHz: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => firstHz + index * stepHz);
}

const wide = (name: string, lowHz: number, highHz: number): SubBand => ({
  name,
  lowHz,
  highHz,
  duty: 1,
});

export const regions: readonly LoraRegion[] = [
  {
    name: 'EU868',
    rates: [...european, rate(6, 7, 250, 222)],
    channelsHz: [868_100_000, 868_300_000, 868_500_000],
    subBands: [
      { name: 'K', lowHz: 863_000_000, highHz: 865_000_000, duty: 0.001 },
      { name: 'L', lowHz: 865_000_000, highHz: 868_000_000, duty: 0.01 },
      { name: 'M', lowHz: 868_000_000, highHz: 868_600_000, duty: 0.01 },
      { name: 'N', lowHz: 868_700_000, highHz: 869_200_000, duty: 0.001 },
      { name: 'P', lowHz: 869_400_000, highHz: 869_650_000, duty: 0.1 },
      { name: 'R', lowHz: 869_700_000, highHz: 870_000_000, duty: 0.01 },
    ],
    dwellUs: null,
    maxEirpDbm: 16,
    source: 'ETSI EN 300 220-2 V3.1.1, annex B, bands K to R',
  },
  {
    name: 'US915',
    rates: [
      rate(0, 10, 125, 11),
      rate(1, 9, 125, 53),
      rate(2, 8, 125, 125),
      rate(3, 7, 125, 242),
      rate(4, 8, 500, 242),
    ],
    channelsHz: evenly(902_300_000, 200_000, 64),
    subBands: [wide('902–928', 902_000_000, 928_000_000)],
    dwellUs: DWELL_US,
    maxEirpDbm: 30,
    source: 'FCC 47 CFR 15.247; no duty cycle by law, 1 % by courtesy',
  },
  {
    name: 'AU915',
    rates: [...dwelling(false), rate(6, 8, 500, 222)],
    channelsHz: evenly(915_200_000, 200_000, 64),
    subBands: [wide('915–928', 915_000_000, 928_000_000)],
    dwellUs: DWELL_US,
    maxEirpDbm: 30,
    source: 'RP002-1.0.4, dwell time as at start; no duty cycle by law, 1 % by courtesy',
  },
  {
    name: 'AS923',
    rates: [...dwelling(true), rate(6, 7, 250, 222)],
    channelsHz: [923_200_000, 923_400_000],
    subBands: [{ ...wide('923–928', 915_000_000, 928_000_000), duty: 0.01 }],
    dwellUs: DWELL_US,
    maxEirpDbm: 16,
    source: 'RP002-1.0.4, dwell time as at start; 1 %',
  },
  {
    name: 'IN865',
    rates: european,
    channelsHz: [865_062_500, 865_402_500, 865_985_000],
    subBands: [wide('865–867', 865_000_000, 867_000_000)],
    dwellUs: null,
    maxEirpDbm: 30,
    source: 'RP002-1.0.4; no duty cycle by law, 1 % by courtesy',
  },
  {
    name: 'KR920',
    rates: european,
    channelsHz: [922_100_000, 922_300_000, 922_500_000],
    subBands: [wide('920–923', 920_000_000, 923_000_000)],
    dwellUs: null,
    maxEirpDbm: 14,
    source: 'RP002-1.0.4; listens before it talks, 1 % by courtesy',
  },
];

export function regionNamed(name: string): LoraRegion {
  const found = regions.find((region) => region.name === name.toUpperCase());
  if (found !== undefined) return found;
  const names = regions.map((region) => region.name);
  const guess = nearest(name.toUpperCase(), names);
  const hint = guess === undefined ? '' : ` (did you mean '${guess}'?)`;
  throw new InputError(`unknown region '${name}'${hint}: expected ${names.join(', ')}`);
}

export function rateOf(region: LoraRegion, dr: number): DataRate {
  const found = region.rates.find((each) => each.dr === dr);
  if (found !== undefined) return found;
  const known = region.rates.map((each) => each.dr).join(', ');
  throw new InputError(`data rate ${dr} of ${region.name}: expected one of ${known}`);
}

/** The sub-band that a frequency lies in. */
export function subBandOf(region: LoraRegion, hz: number): SubBand {
  const found = region.subBands.find(({ lowHz, highHz }) => hz >= lowHz && hz < highHz);
  if (found !== undefined) return found;
  throw new InputError(`${hz / 1e6} MHz: expected a frequency of ${region.name}`);
}

/** The strictest share among the channels a device may choose from by itself, and our own. */
export function dutyOf(region: LoraRegion): number {
  return Math.min(COURTESY_DUTY, ...region.channelsHz.map((hz) => subBandOf(region, hz).duty));
}

/** Why a payload may not be sent at that rate; undefined where it may. */
export function payloadFault(
  region: LoraRegion,
  rate: DataRate,
  bytes: number,
): string | undefined {
  if (bytes > rate.payloadBytes) {
    return `a payload of ${bytes} bytes: ${region.name} DR${rate.dr} carries at most ${rate.payloadBytes}`;
  }
  const lastsUs = dataFrameUs(rate, bytes);
  if (region.dwellUs === null || lastsUs <= region.dwellUs) return undefined;
  return `a payload of ${bytes} bytes would last ${lastsUs / 1_000} ms: ${region.name} allows ${region.dwellUs / 1_000} ms`;
}
