/**
 * Bin powers in dBm. The chip gives the power of a whole segment and the magnitudes of its bins;
 * the power is spread over the bins by magnitude squared, so bins sum to `noise + rssi`. The levels
 * have no absolute calibration.
 */
import { log10 } from '#protocols/math.ts';
import type { Segment } from './tlv.ts';

/** 20·log10(i), with 0 taken as 1. */
export const decibels = Float64Array.from({ length: 256 }, (_, i) => 20 * log10(Math.max(1, i)));

/** What a bin of a segment of zeros is given, which has no shape to spread its power by. */
export const silentDbm = -200;

/**
 * Writes the power of each bin of a segment into `out` from `offset` on.
 * P = noise + rssi + 10·log10(max(x,1)² / Σx²) with x = bin · 2^maxExp.
 */
export function binPowers(
  { bins, rssiDb, noiseDbm }: Segment,
  maxExp: number,
  out: Float64Array,
  offset = 0,
): void {
  let sum = 0;
  for (const bin of bins) sum += bin * bin;
  if (sum === 0) {
    out.fill(silentDbm, offset, offset + bins.length);
    return;
  }
  const shift = 20 * log10(1 << maxExp);
  const whole = noiseDbm + rssiDb - 10 * log10(sum) - shift;
  for (let i = 0; i < bins.length; i += 1) {
    const bin = bins[i] as number;
    // A bin of 0 counts as a magnitude of 1 after the shift, not before it.
    out[offset + i] = whole + (bin === 0 ? 0 : (decibels[bin] as number) + shift);
  }
}
