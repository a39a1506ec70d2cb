/**
 * What the detector knows of the test signals of the radar rules: one row a signal. Widths and
 * intervals are those the rules name; what a chip measures beside them is the detector's matter.
 *
 * FCC: KDB 905462 D02 v02, tables 5 to 7, as the help of Keysight's N7607C quotes them. ETSI: EN 301 893
 * V1.5.1 and later, table D.4, as the pattern table of the Linux ath drivers has it; 5,600 to 5,650 MHz asks
 * more during the silence before use. Japan: the notices of the MIC on W53 and W56, from the same help.
 * None of the standards' texts was at hand, so neither signals nor required shares are confirmed.
 */
import type { RadarPattern } from '#protocols/air.ts';

type Range = readonly [least: number, most: number];

interface Asked {
  /** Share of the trials in which it has to be found, while the channel carries traffic. */
  readonly required: number;
}

/** Pulses that come evenly, or whose interval takes turns among a few values. */
export interface TrainSignal extends Asked {
  readonly kind: 'train';
  readonly widthUs: Range;
  readonly intervalUs: Range;
  /** The fewest pulses that one interval has. */
  readonly pulses: number;
  readonly chirp: boolean;
  /** How many values of the interval take turns. */
  readonly turns: Range;
}

/** Long chirped pulses, one to three together, with most of a second between such bursts. */
export interface BurstSignal extends Asked {
  readonly kind: 'bursts';
  readonly widthUs: Range;
  readonly intervalUs: Range;
  readonly pulsesMost: number;
  readonly cycleUs: number;
}

export type PulseSignal = TrainSignal | BurstSignal;

const plain = { kind: 'train', chirp: false, turns: [1, 1] } as const;

function train(
  widthUs: Range,
  intervalUs: Range,
  pulses: number,
  required = 0.6,
  more: { readonly chirp?: boolean; readonly turns?: Range } = {},
): TrainSignal {
  return { ...plain, widthUs, intervalUs, pulses, required, ...more };
}

/** The intervals that go with so many pulses a second. */
function every(least: number, most: number): Range {
  return [1e6 / most, 1e6 / least];
}

const longPulse: BurstSignal = {
  kind: 'bursts',
  widthUs: [50, 100],
  intervalUs: [1_000, 2_000],
  pulsesMost: 3,
  cycleUs: 12_000_000,
  required: 0.8,
};
/** A radio hears those of the hops that fall into its channel; each is a short train. */
const hop = train([1, 1], [333, 333], 9, 0.7);

export const pulseSignals: Readonly<Record<RadarPattern, PulseSignal>> = {
  'fcc-0': train([1, 1], [1_428, 1_428], 18),
  'fcc-1': train([1, 1], [518, 3_066], 18),
  'fcc-2': train([1, 5], [150, 230], 23),
  'fcc-3': train([6, 10], [200, 500], 16),
  'fcc-4': train([11, 20], [200, 500], 12),
  'fcc-5': longPulse,
  'fcc-6': hop,

  'etsi-reference': train([1, 1], every(700, 700), 18),
  'etsi-1': train([0.5, 5], every(200, 1_000), 10),
  'etsi-2': train([0.5, 15], every(200, 1_600), 15),
  'etsi-3': train([0.5, 15], every(2_300, 4_000), 25),
  'etsi-4': train([20, 30], every(2_000, 4_000), 20, 0.6, { chirp: true }),
  'etsi-5': train([0.5, 2], every(300, 400), 10, 0.6, { turns: [2, 3] }),
  'etsi-6': train([0.5, 2], every(400, 1_200), 15, 0.6, { turns: [2, 3] }),

  'w53-1': train([1, 1], every(840, 1_120), 18),
  'w53-2': train([2.7, 2.7], every(260, 260), 18),
  'w53-3': train([0.5, 5], every(200, 1_000), 10),
  'w53-4': train([0.5, 15], every(200, 1_600), 15),
  // Each short pulse of these is followed by a long one; the short ones alone are a train.
  'w53-5': train([0.5, 5], every(200, 1_000), 22),
  'w53-6': train([0.5, 15], every(200, 1_600), 22),
  'w53-7': train([0.5, 1.5], every(1_114, 1_118), 30),
  'w53-8': train([0.5, 1.5], every(928, 932), 25),
  'w53-9': train([0.5, 1.5], every(886, 890), 24),
  'w53-10': train([0.5, 1.5], every(738, 742), 20),

  'w56-1': train([0.5, 0.5], every(720, 720), 18),
  'w56-2': train([1, 1], every(700, 700), 18),
  'w56-3': train([2, 2], every(250, 250), 18),
  'w56-4': train([1, 5], every(4_347, 6_667), 23),
  'w56-5': train([6, 10], every(2_000, 5_000), 16),
  'w56-6': train([11, 20], every(2_000, 5_000), 12),
  'w56-7': longPulse,
  'w56-8': hop,
};
