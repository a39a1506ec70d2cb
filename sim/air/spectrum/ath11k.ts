/**
 * One sweep as the ath11k driver of Linux hands it over: a TLV of type 4, big-endian, whose bins are
 * magnitudes of 8 bits.
 *
 * @see linux/drivers/net/wireless/ath/spectral_common.h, struct fft_sample_ath11k, and ath11k/spectral.c
 */
import { cos, log, ratioToDb } from '#protocols/math.ts';
import type { Canvas } from './canvas.ts';

const TYPE = 4;
const TLV_BYTES = 3;
const HEADER_BYTES = 22;

export function sampleBytes(bins: number): number {
  return HEADER_BYTES + bins;
}

/**
 * What the gain control holds the root of the sum of squares at, so that a lone bin at the far end of
 * `deviates` just fits 8 bits: a choice of ours, the chip's is not public.
 */
const ROOT_SUM = 84;

/**
 * The magnitude of a bin of noise over its root mean square, at 4,096 equally likely places: its power
 * is exponentially distributed.
 */
const deviates = Float64Array.from({ length: 4096 }, (_, place) =>
  Math.sqrt(-log((place + 0.5) / 4096)),
);
const cosines = Float64Array.from({ length: 1024 }, (_, place) =>
  cos((2 * Math.PI * place) / 1024),
);

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

/** What drawing left: the power that came, relative to the mean, and the largest magnitude. */
let came = 0;
let peak = 0;

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
  // Zero would stay zero.
  const state = seed === 0 ? 1 : seed;
  if (canvas.hasCarriers) drawCarriers(canvas, meanMw, state, bytes, start);
  else if (canvas.hasSignals) drawSignals(canvas, meanMw, state, bytes, start);
  else drawThermal(bins, state, bytes, start);
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

/*
 * Each of the three draws a bin with Marsaglia's xorshift (J. Stat. Softw. 8, 2003), begun anew in each
 * sweep from a number that depends on its own alone.
 */

/** By the number of bins: the bytes that thermal noise alone makes of `deviates`. */
const thermalBytes = new Map<number, Uint8Array>();

function drawThermal(bins: number, seed: number, bytes: Uint8Array, start: number): void {
  const root = ROOT_SUM / Math.sqrt(bins);
  let quantised = thermalBytes.get(bins);
  if (quantised === undefined) {
    quantised = Uint8Array.from(deviates, (deviate) => root * deviate + 0.5);
    thermalBytes.set(bins, quantised);
  }
  let state = seed;
  let sum = 0;
  let most = 0;
  for (let bin = 0; bin < bins; bin += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const byte = quantised[state >>> 20]!;
    bytes[start + bin] = byte;
    sum += byte * byte;
    if (byte > most) most = byte;
  }
  came = sum / (ROOT_SUM * ROOT_SUM);
  peak = most;
}

function drawSignals(
  { noiseMw }: Canvas,
  meanMw: number,
  seed: number,
  bytes: Uint8Array,
  start: number,
): void {
  const scale = (ROOT_SUM * ROOT_SUM) / meanMw;
  let state = seed;
  let sum = 0;
  let most = 0;
  for (let bin = 0; bin < noiseMw.length; bin += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const magnitude = Math.sqrt(noiseMw[bin]! * scale) * deviates[state >>> 20]!;
    const whole = (magnitude + 0.5) | 0;
    bytes[start + bin] = Math.min(whole, 255);
    sum += magnitude * magnitude;
    if (whole > most) most = whole;
  }
  came = sum / (ROOT_SUM * ROOT_SUM);
  peak = most;
}

/** The same where carriers and noise add as vectors. */
function drawCarriers(
  { noiseMw, carrierMw }: Canvas,
  meanMw: number,
  seed: number,
  bytes: Uint8Array,
  start: number,
): void {
  const scale = (ROOT_SUM * ROOT_SUM) / meanMw;
  let state = seed;
  let sum = 0;
  let most = 0;
  for (let bin = 0; bin < noiseMw.length; bin += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const noise = Math.sqrt(noiseMw[bin]! * scale) * deviates[state >>> 20]!;
    const carrier = Math.sqrt(carrierMw[bin]! * scale);
    const across = 2 * noise * carrier * cosines[state & 1023]!;
    const power = Math.max(0, noise * noise + carrier * carrier + across);
    const whole = (Math.sqrt(power) + 0.5) | 0;
    bytes[start + bin] = Math.min(whole, 255);
    sum += power;
    if (whole > most) most = whole;
  }
  came = sum / (ROOT_SUM * ROOT_SUM);
  peak = most;
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
