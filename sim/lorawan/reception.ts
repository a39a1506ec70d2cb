/** When a LoRa frame can be read: its strength against noise, and against others of its kind. */
import type { LoraRate } from '#protocols/lorawan/airtime.ts';
import { log10, pow10 } from '#protocols/math.ts';

/** Thermal noise at 290 K, dBm per hertz, and what a gateway's receiver adds to it. */
const NOISE_DBM_PER_HZ = -174;
const NOISE_FIGURE_DB = 6;

/** Lowest ratio at which the demodulator works, dB (Semtech SX1276 datasheet, rev. 7, table 13). */
const floorsDb: Readonly<Record<LoraRate['spreadingFactor'], number>> = {
  6: -5,
  7: -7.5,
  8: -10,
  9: -12.5,
  10: -15,
  11: -17.5,
  12: -20,
};

/**
 * What a frame has to be above the sum of others of its spreading factor, dB (Goursaud and Gorce,
 * "Dedicated networks for IoT", 2015; also in Bor et al., "Do LoRa low-power wide-area networks scale?",
 * MSWiM 2016).
 */
const CAPTURE_DB = 6;

export function noiseDbm({ bandwidthHz }: LoraRate): number {
  return NOISE_DBM_PER_HZ + 10 * log10(bandwidthHz) + NOISE_FIGURE_DB;
}

export function sensitivityDbm(rate: LoraRate): number {
  return noiseDbm(rate) + floorsDb[rate.spreadingFactor];
}

/** Whether a frame is above what else is sent with its spreading factor at the time. */
export function captures(signalDbm: number, othersDbm: readonly number[]): boolean {
  if (othersDbm.length === 0) return true;
  const sumMw = othersDbm.reduce((sum, dbm) => sum + pow10(dbm / 10), 0);
  return signalDbm - 10 * log10(sumMw) >= CAPTURE_DB;
}
