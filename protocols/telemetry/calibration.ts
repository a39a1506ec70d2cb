/** What a radio was measured to be off by, and where. */
import * as z from 'zod';
import { Db, Dbm, Mhz } from '../units.ts';
import { at, FloatMatrix, Floats, Word } from './fields.ts';

const Environment = z.strictObject({
  /** Of the radio's chip. */
  temperatureC: at(1, z.number().min(-90).max(150).optional()),
  humidity: at(2, z.number().min(0).max(1).optional()),
  pressureHpa: at(3, z.number().min(100).max(1200).optional()),
});

export const Calibration = z.strictObject({
  centerMhz: at(1, Mhz),
  widthMhz: at(2, z.number().positive().max(320)),
  method: at(3, z.literal(['factory', 'reference', 'self', 'neighbour'])),
  noiseFloorDbm: at(4, Dbm.optional()),
  /** How much louder it hears; of the method `neighbour`, than at first. */
  gainDb: at(5, Db.optional()),
  /** dB a chain, or one for all; of the method `neighbour`, against the node's radios on the whole. */
  txDeltasDb: at(6, Floats.optional()),
  rxDeltasDb: at(7, Floats.optional()),
  /** Parts per million of the carrier. */
  frequencyOffsetPpm: at(8, z.number().min(-1000).max(1000).optional()),
  /** dB from the antenna of the row to that of the column. */
  coupling: at(9, FloatMatrix.optional()),
  antennas: at(10, z.array(Word).max(64).optional()),
  environment: at(11, Environment.optional()),
});
export type Calibration = z.infer<typeof Calibration>;
