/**
 * The functions that engines may compute with different last bits, made of + − × ÷ √ (which IEEE 754
 * rounds exactly) and the bits of a number: the same result on every engine and CPU.
 *
 * Error bounds, measured on 20,000 points or more each against 300-bit arithmetic, in units of the last place:
 * exp, pow10, log, log2, log10, sin and cos below 1, atan2 and hypot below 1.5; sin and cos for
 * |x| ≤ 2^20, beyond which they refuse. Decibels add one rounding. The reductions are those of
 * Cody and Waite, "Software manual for the elementary functions" (1980), with the compensated sums of
 * fdlibm (Sun Microsystems, 1993); the series are Taylor's.
 */

const words = new Float64Array(1);
const halves = new Uint32Array(words.buffer);
/** Index of the half that holds sign and exponent: 1 on every little-endian machine. */
const UPPER = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0;

const TWO_TO_54 = 18_014_398_509_481_984;
const TWO_TO_600 = 4.149515568880993e180;
/** √2's place in the fraction bits of the upper half: above it a number counts as the next octave's. */
const SQRT2_BITS = 0x6a09e;

// Constants in two parts: the first has few enough bits that its products here are exact.
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const LOG10_2_HIGH = 0.3010299955494702;
const LOG10_2_LOW = 1.1451100898021838e-10;
const LOG2_E_HIGH = 1.4426950216293335;
const LOG2_E_LOW = 1.9259629911266175e-8;
const LOG10_E_HIGH = 0.4342944622039795;
const LOG10_E_LOW = 1.9699272335463627e-8;
const LN10_HIGH = 2.3025850653648376;
const LN10_LOW = 2.7629208037533617e-8;
const LOG2_10 = 3.321928094887362;

/** The exponent and the logarithm of the mantissa, ln(x) = exponent·ln 2 + ln(mantissa). */
let exponent = 0;
/** mantissa − 1, from √½ − 1 to √2 − 1. */
let fraction = 0;
/** ln(mantissa) = fraction − fraction²/2 + rest. */
let rest = 0;

/** Splits a positive finite number into the three above. */
function split(x: number): void {
  exponent = 0;
  if (x < 2.2250738585072014e-308) {
    x *= TWO_TO_54;
    exponent = -54;
  }
  words[0] = x;
  const upper = halves[UPPER]!;
  const bits = upper & 0xfffff;
  const octave = bits > SQRT2_BITS ? 1 : 0;
  exponent += (upper >>> 20) - 1023 + octave;
  halves[UPPER] = bits | ((1023 - octave) << 20);
  fraction = words[0] - 1;
  // ln(1 + f) = 2 artanh(s) with s = f / (2 + f); the series runs until it is below 2^-58.
  const s = fraction / (2 + fraction);
  const z = s * s;
  let series = 2 / 23;
  series = 2 / 21 + z * series;
  series = 2 / 19 + z * series;
  series = 2 / 17 + z * series;
  series = 2 / 15 + z * series;
  series = 2 / 13 + z * series;
  series = 2 / 11 + z * series;
  series = 2 / 9 + z * series;
  series = 2 / 7 + z * series;
  series = 2 / 5 + z * series;
  series = 2 / 3 + z * series;
  rest = s * (0.5 * fraction * fraction + z * series);
}

/** What a logarithm is outside (0, ∞), NaN included. */
function logEdge(x: number): number {
  if (x === 0) return Number.NEGATIVE_INFINITY;
  return x > 0 ? x : Number.NaN;
}

function isOrdinary(x: number): boolean {
  return x > 0 && x < Number.POSITIVE_INFINITY;
}

export function log(x: number): number {
  if (!isOrdinary(x)) return logEdge(x);
  split(x);
  const half = 0.5 * fraction * fraction;
  return exponent * LN2_HIGH - (half - (rest + exponent * LN2_LOW) - fraction);
}

export function log2(x: number): number {
  if (!isOrdinary(x)) return logEdge(x);
  split(x);
  return scaledLog(LOG2_E_HIGH, LOG2_E_LOW, exponent, 0);
}

export function log10(x: number): number {
  if (!isOrdinary(x)) return logEdge(x);
  split(x);
  return scaledLog(LOG10_E_HIGH, LOG10_E_LOW, exponent * LOG10_2_HIGH, exponent * LOG10_2_LOW);
}

/** base + baseLow + ln(mantissa)·(scaleHigh + scaleLow), with ln(mantissa) in two parts. */
function scaledLog(scaleHigh: number, scaleLow: number, base: number, baseLow: number): number {
  const half = 0.5 * fraction * fraction;
  words[0] = fraction - half;
  halves[1 - UPPER] = 0;
  const high = words[0];
  const low = fraction - high - half + rest;
  const small = baseLow + (low + high) * scaleLow + low * scaleHigh;
  const large = high * scaleHigh;
  const sum = base + large;
  return sum + (base - sum + large + small);
}

export function exp(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x > 709.8) return Number.POSITIVE_INFINITY;
  if (x < -745.2) return 0;
  const octaves = Math.round(x * Math.LOG2E);
  return expOf(x - octaves * LN2_HIGH, -octaves * LN2_LOW, octaves);
}

/** 10^x. Whole powers are the closest number there is, so 30 dBm is exactly 1000 mW. */
export function pow10(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x > 308.3) return Number.POSITIVE_INFINITY;
  if (x < -324) return 0;
  if (x === Math.round(x) && x <= 22 && x >= -22) {
    return x < 0 ? 1 / TEN_TO[-x]! : TEN_TO[x]!;
  }
  const octaves = Math.round(x * LOG2_10);
  // r = x − octaves·log10(2), then r·ln(10), each in two parts.
  const near = x - octaves * LOG10_2_HIGH;
  const far = octaves * LOG10_2_LOW;
  const r = near - far;
  const rLow = near - r - far;
  words[0] = r;
  halves[1 - UPPER] = 0;
  const top = words[0];
  const bottom = r - top;
  const high = top * LN10_HIGH;
  const low = top * LN10_LOW + bottom * (LN10_HIGH + LN10_LOW) + rLow * LN10_HIGH;
  return expOf(high, low, octaves);
}

/** The powers of ten that a number holds exactly. */
const TEN_TO = [
  1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
  1e18, 1e19, 1e20, 1e21, 1e22,
];

/**
 * e^(high + low)·2^octaves for |high + low| up to 0.36, by e^r = 1 + 2r / (r·coth(r/2) − r) and the
 * series of r·coth(r/2), whose coefficients hold the Bernoulli numbers.
 */
function expOf(high: number, low: number, octaves: number): number {
  const r = high + low;
  const z = r * r;
  let series = 1 / 37_362_124_800;
  series = -691 / 653_837_184_000 + z * series;
  series = 1 / 23_950_080 + z * series;
  series = -1 / 604_800 + z * series;
  series = 1 / 15_120 + z * series;
  series = -1 / 360 + z * series;
  series = 1 / 6 + z * series;
  const c = r - z * series;
  const value = 1 + ((r * c) / (2 - c) + low + high);
  return scale(value, octaves);
}

/** value·2^octaves, in two steps where one power of two would not be a normal number. */
function scale(value: number, octaves: number): number {
  if (octaves > 1023) return value * 2 * twoTo(octaves - 1);
  if (octaves < -1021) return value * twoTo(octaves + 54) * (1 / TWO_TO_54);
  return value * twoTo(octaves);
}

function twoTo(octaves: number): number {
  halves[1 - UPPER] = 0;
  halves[UPPER] = (octaves + 1023) << 20;
  return words[0]!;
}

/** The largest angle that is reduced without loss, about 166,000 turns. */
const ANGLE_MAX = 0x10_0000;
const TWO_OVER_PI = 0.6366197723675814;
/** π/2 in four parts, three of 30 bits and one of 53. */
const QUARTER_HIGH = 1.570796325802803;
const QUARTER_MIDDLE = 9.920935791635221e-10;
const QUARTER_LOW = 5.17018297889025e-19;
const QUARTER_LOWEST = 2.9038559739793605e-28;

/** The angle less whole quarter turns: `angle + angleLow`, at most π/4 and a little. */
let angle = 0;
let angleLow = 0;

/** Sets the two above and returns the number of quarter turns taken off, modulo 4. */
function reduce(x: number): number {
  if (x <= 0.7853981633974483 && x >= -0.7853981633974483) {
    angle = x;
    angleLow = 0;
    return 0;
  }
  if (!(x <= ANGLE_MAX && x >= -ANGLE_MAX)) {
    throw new RangeError(`an angle of ${x} rad: expected at most ±${ANGLE_MAX}`);
  }
  const quarters = Math.round(x * TWO_OVER_PI);
  const near = x - quarters * QUARTER_HIGH;
  const step = quarters * QUARTER_MIDDLE;
  const middle = near - step;
  const lost = near - middle - step;
  const far = quarters * QUARTER_LOW;
  const rough = middle - far;
  const roughLow = middle - rough - far + lost - quarters * QUARTER_LOWEST;
  angle = rough + roughLow;
  angleLow = rough - angle + roughLow;
  return quarters & 3;
}

export function sin(x: number): number {
  if (!Number.isFinite(x)) return Number.NaN;
  const quarters = reduce(x);
  const value = quarters % 2 === 0 ? sinOfReduced() : cosOfReduced();
  return quarters < 2 ? value : -value;
}

export function cos(x: number): number {
  if (!Number.isFinite(x)) return Number.NaN;
  const quarters = reduce(x);
  const value = quarters % 2 === 0 ? cosOfReduced() : sinOfReduced();
  return quarters === 0 || quarters === 3 ? value : -value;
}

function sinOfReduced(): number {
  const z = angle * angle;
  let series = -1 / 121_645_100_408_832_000;
  series = 1 / 355_687_428_096_000 + z * series;
  series = -1 / 1_307_674_368_000 + z * series;
  series = 1 / 6_227_020_800 + z * series;
  series = -1 / 39_916_800 + z * series;
  series = 1 / 362_880 + z * series;
  series = -1 / 5_040 + z * series;
  series = 1 / 120 + z * series;
  const cube = z * angle;
  return angle - (z * (0.5 * angleLow - cube * series) - angleLow + cube * (1 / 6));
}

function cosOfReduced(): number {
  const z = angle * angle;
  let series = -1 / 6_402_373_705_728_000;
  series = 1 / 20_922_789_888_000 + z * series;
  series = -1 / 87_178_291_200 + z * series;
  series = 1 / 479_001_600 + z * series;
  series = -1 / 3_628_800 + z * series;
  series = 1 / 40_320 + z * series;
  series = -1 / 720 + z * series;
  series = 1 / 24 + z * series;
  const half = 0.5 * z;
  const value = 1 - half;
  return value + (1 - value - half + (z * z * series - angle * angleLow));
}

/** Angles whose tangents are 0, 1/8 … 1, in two parts. */
const ATAN_EIGHTHS = [
  0, 0.12435499454676144, 0.24497866312686414, 0.35877067027057225, 0.4636476090008061,
  0.5585993153435624, 0.6435011087932844, 0.7188299996216245, 0.7853981633974483,
];
const ATAN_EIGHTHS_LOW = [
  0, -3.1253241424539383e-18, 1.0698755618734451e-17, -2.4623815582638635e-17,
  2.2698777452961687e-17, -5.4556305485916264e-18, 1.5834785051444286e-17, -2.1478388444456983e-17,
  3.061616997868383e-17,
];
const HALF_PI_LOW = 6.123233995736766e-17;

/** The angle of the point (x, y), from −π to π; signs and zeros as Math.atan2 has them. */
export function atan2(y: number, x: number): number {
  if (Number.isNaN(y) || Number.isNaN(x)) return Number.NaN;
  const up = y < 0 || Object.is(y, -0) ? -1 : 1;
  const isLeft = x < 0 || Object.is(x, -0);
  let rise = y * up;
  let run = isLeft ? -x : x;
  if (rise === Number.POSITIVE_INFINITY) {
    run = run === rise ? 1 : 0;
    rise = 1;
  } else if (run === Number.POSITIVE_INFINITY) {
    rise = 0;
    run = 1;
  }
  const isSteep = rise > run;
  const tangent = rise === 0 ? 0 : isSteep ? run / rise : rise / run;
  // Near 0 the series serves alone, which keeps its small results exact to the last place.
  const eighths = tangent < 0.1875 ? 0 : Math.round(tangent * 8);
  const known = eighths / 8;
  const t = (tangent - known) / (1 + tangent * known);
  const z = t * t;
  let series = -1 / 23;
  series = 1 / 21 + z * series;
  series = -1 / 19 + z * series;
  series = 1 / 17 + z * series;
  series = -1 / 15 + z * series;
  series = 1 / 13 + z * series;
  series = -1 / 11 + z * series;
  series = 1 / 9 + z * series;
  series = -1 / 7 + z * series;
  series = 1 / 5 + z * series;
  series = -1 / 3 + z * series;
  const high = ATAN_EIGHTHS[eighths]!;
  const low = ATAN_EIGHTHS_LOW[eighths]! + t * z * series;
  let value: number;
  if (isSteep) {
    // Quarter turn minus or, on the left, plus what was found.
    value = isLeft
      ? Math.PI / 2 + (high + (t + (low + HALF_PI_LOW)))
      : Math.PI / 2 - (high + (t + (low - HALF_PI_LOW)));
  } else {
    value = isLeft ? Math.PI - (high + (t + (low - 2 * HALF_PI_LOW))) : high + (t + low);
  }
  return value * up;
}

/** The length of a vector of two or three components. */
export function hypot(x: number, y: number, z = 0): number {
  const largest = Math.max(Math.abs(x), Math.abs(y), Math.abs(z));
  if (largest > 1e-140 && largest < 1e150) return Math.sqrt(x * x + y * y + z * z);
  if (largest === 0 || largest === Number.POSITIVE_INFINITY) return largest;
  // A power of two as scale costs no precision.
  const scaleBy = largest < 1 ? TWO_TO_600 : 1 / TWO_TO_600;
  const a = x * scaleBy;
  const b = y * scaleBy;
  const c = z * scaleBy;
  return Math.sqrt(a * a + b * b + c * c) / scaleBy;
}

/** Decibels relative to one milliwatt, as milliwatts. */
export function dbmToMw(dbm: number): number {
  return pow10(dbm / 10);
}

/** −∞ for 0. */
export function mwToDbm(mw: number): number {
  return 10 * log10(mw);
}

/** A ratio of powers. */
export function dbToRatio(db: number): number {
  return pow10(db / 10);
}

export function ratioToDb(ratio: number): number {
  return 10 * log10(ratio);
}
