/**
 * One sweep as the ath9k driver of Linux hands it over: TLVs of type 1 (20 MHz) and 2 (40 MHz), whose
 * level is signed, and which have a level for each half of 40 MHz.
 *
 * @see linux/drivers/net/wireless/ath/spectral_common.h, struct fft_sample_ht20 and fft_sample_ht20_40
 */
import { ratioToDb } from '#protocols/math.ts';
import type { Page } from './ath11k.ts';
import type { Canvas } from './canvas.ts';
import { drawBins, drawn } from './draw.ts';

export interface Ath9kHeader {
  /** Of the primary channel. */
  readonly primaryMhz: number;
  readonly tUs: number;
  readonly noiseDbm: number;
}

const HT20_BYTES = 76;
const HT20_AT = 20;
const HT20_BINS = 56;
/** The middle 56 of the 64 subcarriers of 20 MHz. */
export const HT20_MHZ = (HT20_BINS * 20) / 64;
const HT40_BYTES = 155;
const HT40_AT = 27;
const HALF_BINS = 64;
/** HT40+ of enum nl80211_channel_type: the second channel lies above the primary. */
const HT40_PLUS = 3;

/** The canvas has 56 bins over the middle 17.5 MHz. Returns where the next begins. */
export function writeHt20(
  { primaryMhz, tUs, noiseDbm }: Ath9kHeader,
  canvas: Canvas,
  seed: number,
  { bytes, view }: Page,
  at: number,
): number {
  const start = at + HT20_AT;
  const meanMw = canvas.sumMw();
  drawBins(canvas, meanMw, seed, bytes, start);
  const peak = Math.min(255, drawn.peak);
  view.setUint8(at, 1);
  view.setUint16(at + 1, HT20_BYTES - 3);
  view.setUint8(at + 3, 0);
  view.setUint16(at + 4, primaryMhz);
  view.setInt8(at + 6, level(drawn.came * meanMw, noiseDbm));
  view.setInt8(at + 7, noiseDbm);
  view.setUint16(at + 8, peak);
  view.setUint8(at + 10, bytes.indexOf(peak, start) - start);
  view.setUint8(at + 11, 0);
  view.setBigUint64(at + 12, BigInt(tUs));
  return at + HT20_BYTES;
}

/** The canvas has 128 bins over 40 MHz, the primary channel in its lower half. */
export function writeHt40(
  { primaryMhz, tUs, noiseDbm }: Ath9kHeader,
  canvas: Canvas,
  seed: number,
  { bytes, view }: Page,
  at: number,
): number {
  const start = at + HT40_AT;
  const meanMw = canvas.sumMw();
  drawBins(canvas, meanMw, seed, bytes, start);
  view.setUint8(at, 2);
  view.setUint16(at + 1, HT40_BYTES - 3);
  view.setUint8(at + 3, HT40_PLUS);
  view.setUint16(at + 4, primaryMhz);
  view.setBigUint64(at + 8, BigInt(tUs));
  view.setUint8(at + 26, 0);
  const squares = [0, 1].map((half) => squaresOf(bytes, start + half * HALF_BINS));
  const all = squares[0]! + squares[1]!;
  for (let half = 0; half < 2; half += 1) {
    const from = start + half * HALF_BINS;
    const mw = (drawn.came * meanMw * Math.max(1, squares[half]!)) / Math.max(1, all);
    const peak = bytes.subarray(from, from + HALF_BINS).reduce((a, b) => Math.max(a, b), 0);
    view.setInt8(at + 6 + half, level(mw, noiseDbm));
    view.setInt8(at + 16 + half, noiseDbm);
    view.setUint16(at + 18 + 2 * half, peak);
    view.setUint8(at + 22 + half, bytes.indexOf(peak, from) - from);
    view.setUint8(at + 24 + half, 0);
  }
  return at + HT40_BYTES;
}

function squaresOf(bytes: Uint8Array, from: number): number {
  let sum = 0;
  for (let bin = from; bin < from + HALF_BINS; bin += 1) sum += bytes[bin]! * bytes[bin]!;
  return sum;
}

function level(mw: number, noiseDbm: number): number {
  return Math.max(-127, Math.min(127, Math.round(ratioToDb(mw) - noiseDbm)));
}
