/** From signal to noise to megabits per second: the HE rates of 802.11ax. */
import type { WidthMhz } from './channels.ts';
import { dbToRatio, ratioToDb } from './math.ts';

/**
 * Bits a subcarrier carries, coding included, for HE-MCS 0 to 11.
 *
 * @see IEEE 802.11ax-2021, 27.5
 */
export const bitsPerSubcarrier = [0.5, 1, 1.5, 2, 3, 4, 4.5, 5, 6, 20 / 3, 7.5, 25 / 3];

/**
 * Weakest 20 MHz signal that must be received at each HE-MCS, dBm.
 *
 * @see IEEE 802.11ax-2021, table 27-51
 */
const sensitivityDbm = [-82, -79, -77, -74, -70, -66, -65, -64, -59, -57, -54, -52];

/**
 * What those levels leave above thermal noise in 20 MHz (−101 dBm), once the 10 dB of noise figure
 * and 5 dB of margin that the standard assumes are taken off.
 *
 * @see IEEE 802.11-2020, 17.3.10.2
 */
const sinrDbMin = sensitivityDbm.map((dbm) => dbm + 101 - 15);

/** Data subcarriers: IEEE 802.11ax-2021, 27.3.7; 320 MHz as twice 160 MHz. */
export const dataSubcarriers: Readonly<Record<WidthMhz, number>> = {
  20: 234,
  40: 468,
  80: 980,
  160: 1960,
  320: 3920,
};

/** Guard interval, and a symbol of 12.8 µs with it. */
export const GUARD_US = 0.8;
const SYMBOL_US = 13.6;
const STREAMS_MAX = 2;

/** An A-MPDU holds so much at most, and its frame lasts no longer: IEEE 802.11ax-2021, 9.7.1 and 27.3.13. */
const AMPDU_BITS = 8 * 65_535;
const FRAME_US = 5_484;
/** L-STF to HE-SIG-A, HE-STF and one HE-LTF: 27.3.4. */
const HEADER_US = 44;
/** SIFS, block acknowledgement at 24 Mb/s, SIFS and three slots: 10.3.2.3, in 5 GHz. */
export const GAPS_US = 16 + 32 + 16 + 27;
/** Payload of 1,500 bytes in what an A-MPDU spends on it: LLC 8, MAC 30, delimiter and padding 6. */
const PAYLOAD_PART = 1_500 / 1_544;

/** HE-MCS and spatial streams. */
export interface Modulation {
  readonly mcs: number;
  readonly streams: number;
}

interface Ladder {
  readonly sinrMin: Float64Array;
  /** While it sends, with all but back-off. */
  readonly mbps: Float64Array;
  /** From the beginning of a frame until the next back-off. */
  readonly exchangeUs: Float64Array;
  readonly modulation: readonly Modulation[];
}

/** Each rung needs more than the one before and gives more. */
const ladders: Readonly<Record<WidthMhz, Ladder>> = {
  20: ladder(dataSubcarriers[20]),
  40: ladder(dataSubcarriers[40]),
  80: ladder(dataSubcarriers[80]),
  160: ladder(dataSubcarriers[160]),
  320: ladder(dataSubcarriers[320]),
};

/** The power is shared by the streams, so each needs its signal to noise on its own. */
function ladder(subcarriers: number): Ladder {
  const rungs: { sinrMin: number; mbps: number; exchangeUs: number; modulation: Modulation }[] = [];
  for (let streams = 1; streams <= STREAMS_MAX; streams += 1) {
    bitsPerSubcarrier.forEach((bits, mcs) => {
      const bitRate = (streams * subcarriers * bits) / SYMBOL_US;
      const dataUs = Math.min(AMPDU_BITS / bitRate, FRAME_US - HEADER_US);
      const exchangeUs = HEADER_US + dataUs + GAPS_US;
      rungs.push({
        sinrMin: dbToRatio(sinrDbMin[mcs]!) * streams,
        mbps: (dataUs * bitRate * PAYLOAD_PART) / exchangeUs,
        exchangeUs,
        modulation: { mcs, streams },
      });
    });
  }
  rungs.sort((a, b) => a.sinrMin - b.sinrMin || a.mbps - b.mbps);
  const kept = rungs.filter((rung, at) =>
    rungs.every((other, place) => place >= at || other.mbps < rung.mbps),
  );
  return {
    sinrMin: Float64Array.from(kept, ({ sinrMin }) => sinrMin),
    mbps: Float64Array.from(kept, ({ mbps }) => mbps),
    exchangeUs: Float64Array.from(kept, ({ exchangeUs }) => exchangeUs),
    modulation: kept.map(({ modulation }) => modulation),
  };
}

/** What a client gets while its radio sends to it, by the ratio of signal to noise. */
export function throughputMbps(widthMhz: WidthMhz, sinr: number): number {
  return ladders[widthMhz].mbps[rungOf(ladders[widthMhz], sinr)] ?? 0;
}

/** How long an exchange with a client takes, in µs. */
export function exchangeUs(widthMhz: WidthMhz, sinr: number): number {
  return ladders[widthMhz].exchangeUs[Math.max(0, rungOf(ladders[widthMhz], sinr))]!;
}

/** The ratio that the rate for this one needs; 0 when it is out of reach. */
export function ratioNeeded(widthMhz: WidthMhz, sinr: number): number {
  return ladders[widthMhz].sinrMin[rungOf(ladders[widthMhz], sinr)] ?? 0;
}

/** What a radio sends to it with; undefined when it is out of reach. */
export function modulationAt(widthMhz: WidthMhz, sinr: number): Modulation | undefined {
  return ladders[widthMhz].modulation[rungOf(ladders[widthMhz], sinr)];
}

/** −1: too weak for any. */
function rungOf({ sinrMin }: Ladder, sinr: number): number {
  let rung = sinrMin.length - 1;
  while (rung >= 0 && sinrMin[rung]! > sinr) rung -= 1;
  return rung;
}

/** Of receivers: what ns-3 takes, and chips of today reach. */
export const NOISE_FIGURE_DB = 7;

/** Thermal noise of 290 K, −173.98 dBm in 1 Hz, and the receiver's own. */
export function noiseDbm(widthMhz: number, noiseFigureDb: number): number {
  return -173.98 + 60 + ratioToDb(widthMhz) + noiseFigureDb;
}
