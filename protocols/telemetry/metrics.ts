/** How a node and its radios fared over a while. What a radio cannot tell is left out. */
import * as z from 'zod';
import { Dbm, Mhz, Ms } from '../units.ts';
import { at, Count, FloatMatrix, Floats, Word } from './fields.ts';

/** What listening on all frames has come to since the process began. */
const MonitorStatistics = z.strictObject({
  sweeps: at(1, Count),
  /** Sweeps that never came, by the gaps between those that did. */
  lostSweeps: at(2, Count.optional()),
  skippedBytes: at(3, Count.optional()),
  frames: at(4, Count.optional()),
  droppedFrames: at(5, Count.optional()),
});

const Dwell = z.strictObject({
  centerMhz: at(1, Mhz),
  widthMhz: at(2, z.number().positive().max(320)),
  dwellMs: at(3, Ms),
  visits: at(4, Count),
});

export const Metrics = z
  .strictObject({
    windowMs: at(1, Ms),
    framesPerSecond: at(2, z.number().min(0).optional()),
    monitor: at(3, z.literal(['off', 'starting', 'on', 'failed']).optional()),
    monitorStatistics: at(4, MonitorStatistics.optional()),
    dwells: at(5, z.array(Dwell).max(256).optional()),
    /** What the chip says it could do. No part of Airguard does it. */
    canInject: at(6, z.boolean().optional()),
    /** The chip's own number for the time between sweeps (`spectral_fft_period`). */
    fftPeriod: at(7, z.number().int().min(0).max(255).optional()),
    /** The chip's own number for how a sweep ranks beside traffic. */
    scanPriority: at(8, z.number().int().min(0).max(255).optional()),
    noiseFloorOverrideDbm: at(9, Dbm.optional()),
    /** True while the chip leaves the bins out and tells the summary alone. */
    shortReport: at(10, z.boolean().optional()),
    dfsFalseAlarmsPerDay: at(11, z.number().min(0).optional()),
    /** °C, a row for each of `zones`: now, least, mean and most over the window. */
    thermal: at(12, FloatMatrix.optional()),
    zones: at(13, z.array(Word).max(64).optional()),
    /** W, one for each of `rails`. */
    power: at(14, Floats.optional()),
    rails: at(15, z.array(Word).max(64).optional()),
  })
  .refine(
    ({ thermal, zones }) => thermal?.rows === zones?.length && (thermal?.columns ?? 4) === 4,
    {
      message: 'thermal: a row of four for each of zones',
    },
  )
  .refine(({ power, rails }) => power?.length === rails?.length, {
    message: 'power: one for each of rails',
  });
export type Metrics = z.infer<typeof Metrics>;
