/**
 * The test signals of the radar rules, as data. What is drawn lies between two bounds, both
 * included.
 *
 * The FCC's are those of KDB 905462 D02 v02, tables 5 and 6, and Japan's those of the MIC, as the help
 * of Keysight's N7607C quotes both and, the FCC's type 1, as test reports filed with the FCC list them;
 * ETSI's those of EN 301 893 V1.5.1 and later, table D.4, as the pattern table of the Linux ath drivers
 * has them. None of the standards' texts was at hand: not confirmed.
 */
import type { RadarPattern } from '#protocols/air.ts';

type Range = readonly [least: number, most: number];

export interface RadarSignal {
  readonly widthUs: Range;
  /** Time between pulses, whole microseconds; or how many come a second. */
  readonly intervalUs?: Range;
  readonly perSecond?: Range;
  /** One of two rates, nothing between. */
  readonly eitherPerSecond?: Range;
  /** Several values of the interval that take turns, and how far apart their rates are. */
  readonly staggered?: { readonly count: Range; readonly apartPerSecond: Range };
  /** Pulses in a burst, for each value of the interval. */
  readonly pulses?: Range;
  /** Instead: as many as the beam stays for, rounded up. */
  readonly dwellUs?: number;
  /** How far a pulse sweeps, MHz. */
  readonly chirpMhz?: Range;
  /** Each pulse is followed by a long one after a blank. */
  readonly long?: { readonly blankUs: Range; readonly widthUs: Range; readonly chirpMhz: Range };
  /** So many bursts in a cycle of that length, each drawn anew. */
  readonly bursts?: { readonly count: Range; readonly cycleUs: number };
  /** Pulses on a frequency, then on the next of a drawn order without repetition. */
  readonly hops?: { readonly pulses: number; readonly count: number; readonly mhz: Range };
}

const long: RadarSignal = {
  widthUs: [50, 100],
  intervalUs: [1_000, 2_000],
  pulses: [1, 3],
  chirpMhz: [5, 20],
  bursts: { count: [8, 20], cycleUs: 12_000_000 },
};
const hopping = { widthUs: [1, 1], intervalUs: [333, 333] } as const;

/** A weather radar of Japan with a short and a long pulse. */
function pair(widthUs: Range, blankUs: Range, longUs: Range, perSecond: Range, pulses: Range) {
  return {
    widthUs,
    perSecond,
    pulses,
    long: { blankUs, widthUs: longUs, chirpMhz: [1, 2] },
  } as const;
}

export const radarSignals: Readonly<Record<RadarPattern, RadarSignal>> = {
  'fcc-0': { widthUs: [1, 1], intervalUs: [1_428, 1_428], pulses: [18, 18] },
  // Pulses for a beam of 1/360 of a turn of 19 s. Test B draws the interval so.
  'fcc-1': { widthUs: [1, 1], intervalUs: [518, 3_066], dwellUs: 19_000_000 / 360 },
  'fcc-2': { widthUs: [1, 5], intervalUs: [150, 230], pulses: [23, 29] },
  'fcc-3': { widthUs: [6, 10], intervalUs: [200, 500], pulses: [16, 18] },
  'fcc-4': { widthUs: [11, 20], intervalUs: [200, 500], pulses: [12, 16] },
  'fcc-5': long,
  'fcc-6': { ...hopping, hops: { pulses: 9, count: 100, mhz: [5_250, 5_724] } },

  'etsi-reference': { widthUs: [1, 1], perSecond: [700, 700], pulses: [18, 18] },
  'etsi-1': { widthUs: [0.5, 5], perSecond: [200, 1_000], pulses: [10, 10] },
  'etsi-2': { widthUs: [0.5, 15], perSecond: [200, 1_600], pulses: [15, 15] },
  'etsi-3': { widthUs: [0.5, 15], perSecond: [2_300, 4_000], pulses: [25, 25] },
  'etsi-4': { widthUs: [20, 30], perSecond: [2_000, 4_000], pulses: [20, 20], chirpMhz: [5, 5] },
  'etsi-5': {
    widthUs: [0.5, 2],
    perSecond: [300, 400],
    pulses: [10, 10],
    staggered: { count: [2, 3], apartPerSecond: [20, 50] },
  },
  'etsi-6': {
    widthUs: [0.5, 2],
    perSecond: [400, 1_200],
    pulses: [15, 15],
    staggered: { count: [2, 3], apartPerSecond: [80, 400] },
  },

  'w53-1': { widthUs: [1, 1], eitherPerSecond: [840, 1_120], pulses: [18, 18] },
  'w53-2': { widthUs: [2.7, 2.7], perSecond: [260, 260], pulses: [18, 18] },
  'w53-3': { widthUs: [0.5, 5], perSecond: [200, 1_000], pulses: [10, 40] },
  'w53-4': { widthUs: [0.5, 15], perSecond: [200, 1_600], pulses: [15, 40] },
  'w53-5': pair([0.5, 5], [70, 120], [20, 110], [200, 1_000], [22, 40]),
  'w53-6': pair([0.5, 15], [70, 120], [20, 110], [200, 1_600], [22, 40]),
  'w53-7': pair([0.5, 1.5], [50, 240], [30, 32], [1_114, 1_118], [30, 40]),
  'w53-8': pair([0.5, 1.5], [50, 240], [30, 32], [928, 932], [25, 40]),
  'w53-9': pair([0.5, 1.5], [50, 240], [30, 32], [886, 890], [24, 40]),
  'w53-10': pair([0.5, 1.5], [50, 240], [30, 32], [738, 742], [20, 40]),

  'w56-1': { widthUs: [0.5, 0.5], perSecond: [720, 720], pulses: [18, 18] },
  'w56-2': { widthUs: [1, 1], perSecond: [700, 700], pulses: [18, 18] },
  'w56-3': { widthUs: [2, 2], perSecond: [250, 250], pulses: [18, 18] },
  'w56-4': { widthUs: [1, 5], perSecond: [4_347, 6_667], pulses: [23, 29] },
  'w56-5': { widthUs: [6, 10], perSecond: [2_000, 5_000], pulses: [16, 18] },
  'w56-6': { widthUs: [11, 20], perSecond: [2_000, 5_000], pulses: [12, 16] },
  'w56-7': long,
  'w56-8': { ...hopping, hops: { pulses: 9, count: 100, mhz: [5_470, 5_724] } },
};
