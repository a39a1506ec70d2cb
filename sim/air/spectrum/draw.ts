/** The magnitudes of a sweep's bins, 8 bits each, as chance draws them from the power in each. */
import { cos, log } from '#protocols/math.ts';
import type { Canvas } from './canvas.ts';

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

/** What drawing left: the power that came, relative to the mean, and the largest magnitude. */
export const drawn = { came: 0, peak: 0 };

/** Draws all bins of a canvas that holds `meanMw` in all, into `bytes` from `start` on. */
export function drawBins(
  canvas: Canvas,
  meanMw: number,
  seed: number,
  bytes: Uint8Array,
  start: number,
): void {
  // Zero would stay zero.
  const state = seed === 0 ? 1 : seed;
  if (canvas.hasCarriers) drawCarriers(canvas, meanMw, state, bytes, start);
  else if (canvas.hasSignals) drawSignals(canvas, meanMw, state, bytes, start);
  else drawThermal(canvas.noiseMw.length, state, bytes, start);
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
  drawn.came = sum / (ROOT_SUM * ROOT_SUM);
  drawn.peak = most;
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
  drawn.came = sum / (ROOT_SUM * ROOT_SUM);
  drawn.peak = most;
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
  drawn.came = sum / (ROOT_SUM * ROOT_SUM);
  drawn.peak = most;
}
