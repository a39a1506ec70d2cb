/** What a report can say at all. Beyond these its sender is broken, or lies. */

/** A quantity that a report holds, and the span of what can be. */
export interface Plausible {
  readonly least: number;
  readonly most: number;
  readonly unit: string;
  /** Where the span comes from. */
  readonly source: string;
}

export const plausible = {
  level: {
    least: -110,
    most: 0,
    unit: 'dBm',
    source:
      'IEEE 802.11-2020, 9.4.2.37, table 9-176: received channel power is told from -110 to 0 dBm',
  },
  noise: {
    least: -110,
    most: 0,
    unit: 'dBm',
    source: 'IEEE 802.11-2020, 11.10.9.4: average noise power is told like received channel power',
  },
  share: { least: 0, most: 1, unit: '', source: 'a share of the time' },
  windowMs: {
    least: 0,
    most: 86_400_000,
    unit: 'ms',
    source: 'surveys are told every few seconds, and once a node is back after a day at the latest',
  },
  throughput: {
    least: 0,
    most: 46_120,
    unit: 'Mb/s',
    source: 'IEEE 802.11be: 16 streams over 320 MHz, 4096-QAM 5/6, guard interval of 0.8 µs',
  },
} as const satisfies Record<string, Plausible>;

/** Clocks of two hosts that trust each other differ by up to this. */
export const AHEAD_MS_MAX = 60_000;
/** A metric is sent once and not stored: one this old was written by a clock that is wrong. */
export const METRIC_AGE_MS_MAX = 3_600_000;
