/** From signal to noise to megabits per second: the HE rates of 802.11ax. */
import type { WidthMhz } from '#protocols/channels.ts';
import { dbToRatio, ratioToDb } from '#protocols/math.ts';

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

/**
 * What is left of the bit rate after preambles, gaps, back-off and acknowledgements, for one sender
 * with aggregates of 64 KiB: 265.5 of 306.3 Mb/s, measured with ns-3.37 on HE-MCS 7 in 80 MHz.
 * What is lost to collisions is not in it.
 */
const MAC_EFFICIENCY = 0.867;

/** HE-MCS and spatial streams. */
export interface Modulation {
  readonly mcs: number;
  readonly streams: number;
}

interface Ladder {
  readonly sinrMin: Float64Array;
  readonly mbps: Float64Array;
  readonly modulation: readonly Modulation[];
}

/** Each rung needs more than the one before and gives more. */
const ladders = Object.fromEntries(
  Object.entries(dataSubcarriers).map(([widthMhz, subcarriers]) => [widthMhz, ladder(subcarriers)]),
) as unknown as Readonly<Record<WidthMhz, Ladder>>;

/** The power is shared by the streams, so each needs its signal to noise on its own. */
function ladder(subcarriers: number): Ladder {
  const rungs: { sinrMin: number; mbps: number; modulation: Modulation }[] = [];
  for (let streams = 1; streams <= STREAMS_MAX; streams += 1) {
    bitsPerSubcarrier.forEach((bits, mcs) => {
      rungs.push({
        sinrMin: dbToRatio(sinrDbMin[mcs]!) * streams,
        mbps: ((streams * subcarriers * bits) / SYMBOL_US) * MAC_EFFICIENCY,
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
    modulation: kept.map(({ modulation }) => modulation),
  };
}

/** What a client gets while its radio sends to it alone, by the ratio of signal to noise. */
export function throughputMbps(widthMhz: WidthMhz, sinr: number): number {
  const rung = rungOf(ladders[widthMhz], sinr);
  return rung < 0 ? 0 : ladders[widthMhz].mbps[rung]!;
}

/** What a radio sends to it with; undefined when it is out of reach. */
export function modulationAt(widthMhz: WidthMhz, sinr: number): Modulation | undefined {
  return ladders[widthMhz].modulation[rungOf(ladders[widthMhz], sinr)];
}

function rungOf({ sinrMin }: Ladder, sinr: number): number {
  let rung = sinrMin.length - 1;
  while (rung >= 0 && sinrMin[rung]! > sinr) rung -= 1;
  return rung;
}

/** Thermal noise of 290 K, −173.98 dBm in 1 Hz, and the receiver's own. */
export function noiseDbm(widthMhz: number, noiseFigureDb: number): number {
  return -173.98 + 60 + ratioToDb(widthMhz) + noiseFigureDb;
}
