/**
 * What a frame of Wi-Fi looks like in one sweep. OFDM fills its 20, 40 … MHz with a flat top, and its
 * skirts fall beside it as the transmit mask does, evenly in dB (IEEE 802.11-2020, 17.3.9.3): in any
 * 20 MHz of a channel the levels lie on one straight line. In 2.4 GHz, where channels overlap by steps of
 * 5 MHz, they lie on two. What is narrower, or moves, does not.
 */
import { dbToRatio } from '#protocols/math.ts';

/** A flat top or a skirt is no steeper: −20 to −40 dBr within half a width. */
const slopeDbMax = 26;
/** What the noise of a few bins puts beside the line. */
const residualDbMax = 5;

/** `levelsDb`: of equal parts of 20 MHz, low to high. `overlaps`: channels may overlap in part. */
export function looksLikeFrames(levelsDb: Float64Array, overlaps: boolean): boolean {
  const parts = levelsDb.length;
  if (isStraight(levelsDb, 0, parts)) return true;
  if (!overlaps) return false;
  for (let edge = 1; edge < parts - 1; edge += 1) {
    // The part that the edge crosses is on neither line; the top takes in 5 MHz at least.
    const isRising = levelsDb[edge + 1]! > levelsDb[edge - 1]!;
    const top = isRising ? parts - edge - 1 : edge;
    const topDb = levelsDb[isRising ? edge + 1 : edge - 1]!;
    if (top < 2 || levelsDb[edge]! > topDb + residualDbMax) continue;
    if (isStraight(levelsDb, 0, edge) && isStraight(levelsDb, edge + 1, parts)) return true;
  }
  return false;
}

/** Least squares over the parts [from, to). */
function isStraight(levelsDb: Float64Array, from: number, to: number): boolean {
  const count = to - from;
  const middle = (from + to - 1) / 2;
  let mean = 0;
  for (let part = from; part < to; part += 1) mean += levelsDb[part]! / count;
  let across = 0;
  let spread = 0;
  for (let part = from; part < to; part += 1) {
    across += (part - middle) * (levelsDb[part]! - mean);
    spread += (part - middle) * (part - middle);
  }
  const slope = count === 1 ? 0 : across / spread;
  if (Math.abs(slope) * levelsDb.length > slopeDbMax) return false;
  for (let part = from; part < to; part += 1) {
    const line = mean + slope * (part - middle);
    if (Math.abs(levelsDb[part]! - line) > residualDbMax) return false;
  }
  return true;
}

/** The outermost part of a channel that no tone of a frame reaches, as seen in the mean. */
const dip = dbToRatio(5);
/** From here on inwards there are tones again. */
const shoulderMhz = 1.6;
const fall = dbToRatio(4);

/**
 * Whether the mean of many sweeps, by bin, has the guard of a Wi-Fi channel at one of its ends: empty
 * at the edge, full from 1.6 MHz on. Noise fills it, another system's guard is as a rule wider.
 */
export function hasGuards(mean: Float64Array, binMhz: number): boolean {
  const bins = mean.length;
  const shoulder = Math.max(1, Math.floor(shoulderMhz / binMhz));
  const from = Math.max(shoulder + 1, Math.floor(bins * 0.1));
  const to = Math.max(from + 1, Math.floor(bins * 0.3));
  const isGuard = (at: (bin: number) => number) => {
    let inner = 0;
    for (let bin = from; bin < to; bin += 1) inner += mean[at(bin)]! / (to - from);
    const edge = mean[at(0)]!;
    return inner > edge * dip && inner < mean[at(shoulder)]! * fall;
  };
  return isGuard((bin) => bin) || isGuard((bin) => bins - 1 - bin);
}
