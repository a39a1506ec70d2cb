/**
 * One sweep as the ath10k driver of Linux hands it over: a TLV of type 3, whose width is written as
 * 22, 44 or 88 MHz for 20, 40 and 80, and whose bins have lost their lowest bit.
 *
 * @see linux/drivers/net/wireless/ath/spectral_common.h, struct fft_sample_ath10k, and ath10k/spectral.c
 */
import { ratioToDb } from '#protocols/math.ts';
import type { Page, SweepHeader } from './ath11k.ts';
import type { Canvas } from './canvas.ts';
import { drawBins, drawn } from './draw.ts';

const HEADER_BYTES = 29;
/** As in the recordings that are public. */
const EXPONENT = 1;

/** The canvas has 64, 128 or 256 bins over 20, 40 or 80 MHz. Returns where the next begins. */
export function writeAth10k(
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
  for (let bin = start; bin < start + bins; bin += 1) bytes[bin] = bytes[bin]! >> EXPONENT;
  const rssiDb = Math.round(ratioToDb(drawn.came * meanMw) - noiseDbm);
  view.setUint8(at, 3);
  view.setUint16(at + 1, HEADER_BYTES - 3 + bins);
  view.setUint8(at + 3, (widthMhz * 11) / 10);
  view.setUint16(at + 4, centerMhz);
  view.setUint16(at + 6, 0);
  view.setInt16(at + 8, noiseDbm);
  view.setUint16(at + 10, Math.min(1023, drawn.peak));
  // Gain and base power of the chip are not known here.
  view.setUint32(at + 12, 0);
  view.setBigUint64(at + 16, BigInt(tUs));
  view.setInt8(
    at + 24,
    bytes.indexOf(Math.min(255, drawn.peak) >> EXPONENT, start) - start - bins / 2,
  );
  view.setUint8(at + 25, Math.max(0, Math.min(255, rssiDb)));
  view.setUint8(at + 28, EXPONENT);
  return start + bins;
}

export function ath10kBytes(bins: number): number {
  return HEADER_BYTES + bins;
}
