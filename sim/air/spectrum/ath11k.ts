/**
 * One sweep as the ath11k driver of Linux hands it over: a TLV of type 4, big-endian, whose bins are
 * magnitudes of 8 bits.
 *
 * @see linux/drivers/net/wireless/ath/spectral_common.h, struct fft_sample_ath11k, and ath11k/spectral.c
 */
import { ratioToDb } from '#protocols/math.ts';
import type { Canvas } from './canvas.ts';
import { drawBins, drawn } from './draw.ts';

const TYPE = 4;
const TLV_BYTES = 3;
const HEADER_BYTES = 22;

export function sampleBytes(bins: number): number {
  return HEADER_BYTES + bins;
}

export interface SweepHeader {
  readonly centerMhz: number;
  readonly widthMhz: number;
  readonly tUs: number;
  /** The floor that the chip has calibrated. */
  readonly noiseDbm: number;
}

/** Where one sweep goes: the bytes of all, and a view of them. */
export interface Page {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

/** Writes one sweep and draws its noise from `seed`. Returns where the next begins. */
export function writeSample(
  { centerMhz, widthMhz, tUs, noiseDbm }: SweepHeader,
  canvas: Canvas,
  seed: number,
  { bytes, view }: Page,
  at: number,
): number {
  const bins = canvas.noiseMw.length;
  const start = at + HEADER_BYTES;
  const meanMw = canvas.sumMw();
  drawBins(canvas, meanMw, seed, bytes, start);
  const { came, peak } = drawn;
  const rssiDb = Math.round(ratioToDb(came * meanMw) - noiseDbm);
  const fromDc = bytes.indexOf(Math.min(peak, 255), start) - start - bins / 2;
  view.setUint8(at, TYPE);
  view.setUint16(at + 1, HEADER_BYTES - TLV_BYTES + bins);
  view.setUint8(at + 3, widthMhz);
  view.setInt8(at + 4, fromDc);
  view.setUint16(at + 6, centerMhz);
  view.setUint16(at + 8, 0);
  view.setUint16(at + 10, Math.min(1023, peak));
  view.setUint16(at + 12, Math.max(0, Math.min(511, rssiDb)));
  view.setUint32(at + 14, tUs % 0x1_0000_0000);
  view.setInt32(at + 18, noiseDbm);
  view.setUint8(at + 5, guessedExponent(view, start, bins, view.getInt8(at + 4), peak));
  return start + bins;
}

/**
 * The exponent as the driver guesses it: the shift that turns the low byte of the peak into the bin
 * it believes to hold it.
 */
function guessedExponent(view: DataView, start: number, bins: number, index: number, peak: number) {
  const dc = bins / 2;
  if (dc <= index || -dc >= index) return 0;
  const byte = view.getUint8(start + dc + index);
  for (let exponent = 0; exponent < 8; exponent += 1) {
    if (byte === (peak & 255) >> exponent) return exponent;
  }
  return 0;
}
