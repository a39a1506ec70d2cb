/**
 * Bin powers in dBm. The chip gives the power of a whole segment and the magnitudes of its bins;
 * the power is spread over the bins by magnitude squared, so bins sum to `noise + rssi`. The levels
 * have no absolute calibration.
 *
 *     P = noise + rssi + 10·log10(max(x,1)² / Σx²) with x = bin · 2^maxExp
 *
 * All but max(x,1) is the same for every bin of a segment; that is a look-up by the bin's byte.
 */
import { log10 } from '#protocols/math.ts';
import type { SegmentFields } from './sweep-fields.ts';
import type { Segment } from './tlv.ts';

/** 20·log10(i), with 0 taken as 1. */
export const decibels = Float64Array.from({ length: 256 }, (_, i) => 20 * log10(Math.max(1, i)));

/** By the exponent: how much a shift by it adds. */
const shifts = Float64Array.from({ length: 16 }, (_, maxExp) => 20 * log10(1 << maxExp));

/** By the exponent: the same of shifted bins, where 0 counts as 1 after the shift, not before it. */
const shifted: readonly Float64Array[] = Array.from(shifts, (shift) =>
  decibels.map((own, bin) => (bin === 0 ? 0 : own + shift)),
);

/** What a bin of a segment of zeros is given, which has no shape to spread its power by. */
export const silentDbm = -200;

/** Writes the power of each bin of a segment into `out` from `offset` on. */
export function binPowers(segment: Segment, maxExp: number, out: Float64Array, offset = 0): void {
  const { bins, noiseDbm, rssiDb, maxMagnitude, wrappedBin = -1 } = segment;
  let sum = 0;
  for (const bin of bins) sum += bin * bin;
  if (wrappedBin >= 0) sum += lostSquares(maxMagnitude);
  if (sum === 0) {
    out.fill(silentDbm, offset, offset + bins.length);
    return;
  }
  const shared = noiseDbm + rssiDb - 10 * log10(sum) - shifts[maxExp]!;
  const own = shifted[maxExp]!;
  for (let i = 0; i < bins.length; i += 1) out[offset + i] = shared + own[bins[i]!]!;
  if (wrappedBin >= 0) out[offset + wrappedBin] = shared + 20 * log10(maxMagnitude);
}

/**
 * The same for bulk work: of the bins at `start` of `view`, four at a time, as every kind of sweep has
 * a multiple of four. Squares of bytes sum exactly in 32 bits: 512 · 255² < 2^25.
 */
export function writePowers(
  view: DataView,
  start: number,
  { bins, noiseDbm, rssiDb, maxMagnitude, wrappedBin }: SegmentFields,
  maxExp: number,
  out: Float32Array,
  offset: number,
): void {
  let sum = sumOfSquares(view, start, bins);
  if (wrappedBin >= 0) sum += lostSquares(maxMagnitude);
  if (sum === 0) {
    out.fill(silentDbm, offset, offset + bins);
    return;
  }
  const shared = noiseDbm + rssiDb - 10 * log10(sum) - shifts[maxExp]!;
  const own = shifted[maxExp]!;
  for (let i = 0; i < bins; i += 4) {
    const four = view.getUint32(start + i, true);
    out[offset + i] = shared + own[four & 255]!;
    out[offset + i + 1] = shared + own[(four >>> 8) & 255]!;
    out[offset + i + 2] = shared + own[(four >>> 16) & 255]!;
    out[offset + i + 3] = shared + own[four >>> 24]!;
  }
  if (wrappedBin >= 0) out[offset + wrappedBin] = shared + 20 * log10(maxMagnitude);
}

function sumOfSquares(view: DataView, start: number, bins: number): number {
  let even = 0;
  let odd = 0;
  for (let i = 0; i < bins; i += 4) {
    const four = view.getUint32(start + i, true);
    const a = four & 255;
    const b = (four >>> 8) & 255;
    const c = (four >>> 16) & 255;
    const d = four >>> 24;
    even = (even + a * a + c * c) | 0;
    odd = (odd + b * b + d * d) | 0;
  }
  return even + odd;
}

/** What the sum lacks where only the low byte of a magnitude came. */
function lostSquares(magnitude: number): number {
  const low = magnitude & 255;
  return magnitude * magnitude - low * low;
}
