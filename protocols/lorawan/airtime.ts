/**
 * How long a LoRa frame is on the air.
 *
 * @see Semtech SX1276/77/78/79 datasheet, rev. 7, §4.1.1.6 (low data rate optimisation) and §4.1.1.7
 * (time on air); the same in Semtech AN1200.13.
 */

export interface LoraRate {
  readonly spreadingFactor: 6 | 7 | 8 | 9 | 10 | 11 | 12;
  readonly bandwidthHz: 125_000 | 250_000 | 500_000;
}

export interface LoraFrameShape extends LoraRate {
  /** The whole payload of the radio frame, LoRaWAN's own bytes included. */
  readonly bytes: number;
  /** The redundancy 4/(4 + n); LoRaWAN sends with 1. */
  readonly codingRate?: 1 | 2 | 3 | 4;
  readonly preambleSymbols?: number;
  readonly hasHeader?: boolean;
  readonly hasCrc?: boolean;
}

/**
 * What LoRaWAN 1.0.4 puts around an application payload in a data frame without options: MHDR 1,
 * DevAddr 4, FCtrl 1, FCnt 2, FPort 1, MIC 4 (§4).
 */
export const LORAWAN_OVERHEAD_BYTES = 13;

/** A join request: MHDR 1, JoinEUI 8, DevEUI 8, DevNonce 2, MIC 4 (LoRaWAN 1.0.4 §6.2.4). */
export const JOIN_REQUEST_BYTES = 23;

/** Symbols longer than this need the low data rate optimisation. */
const LONG_SYMBOL_US = 16_000;

export function symbolUs({ spreadingFactor, bandwidthHz }: LoraRate): number {
  return ((1 << spreadingFactor) * 1_000_000) / bandwidthHz;
}

/** Time on air in microseconds; a whole number for every rate there is. */
export function airtimeUs(shape: LoraFrameShape): number {
  const { spreadingFactor, bytes } = shape;
  const { codingRate = 1, preambleSymbols = 8, hasHeader = true, hasCrc = true } = shape;
  const symbol = symbolUs(shape);
  const optimised = symbol > LONG_SYMBOL_US ? 1 : 0;
  const bits = 8 * bytes - 4 * spreadingFactor + 28 + (hasCrc ? 16 : 0) - (hasHeader ? 0 : 20);
  const blocks = Math.max(0, Math.ceil(bits / (4 * (spreadingFactor - 2 * optimised))));
  const payloadSymbols = 8 + blocks * (codingRate + 4);
  return (preambleSymbols + 4.25 + payloadSymbols) * symbol;
}

/** Of a LoRaWAN data frame with that much application payload. */
export function dataFrameUs(rate: LoraRate, payloadBytes: number): number {
  return airtimeUs({ ...rate, bytes: payloadBytes + LORAWAN_OVERHEAD_BYTES });
}
