/** The Beta distribution: its logarithm of B(α, β), and draws of it. */
import { exp, log } from '#protocols/math.ts';
import type { Random } from '#protocols/random.ts';

const LOG_4 = 1.3862943611198906;
const ONE_AND_LOG_5 = 2.6094379124341005;

/** θ ~ Beta(α, β), α and β from 1 on. */
export function drawBeta(alpha: number, beta: number, random: Random): number {
  // The distribution function is a power there, and is turned round.
  if (beta === 1) return exp(log(1 - random.uniform()) / alpha);
  if (alpha === 1) return 1 - exp(log(1 - random.uniform()) / beta);
  return drawCheng(alpha, beta, random);
}

/** Algorithm BB of Cheng, CACM 21(4), 1978, for α and β above 1. */
function drawCheng(alpha: number, beta: number, random: Random): number {
  const a = Math.min(alpha, beta);
  const b = Math.max(alpha, beta);
  const sum = a + b;
  const scale = Math.sqrt((sum - 2) / (2 * a * b - sum));
  const gamma = a + 1 / scale;
  for (;;) {
    const u1 = 1 - random.uniform();
    const u2 = 1 - random.uniform();
    const v = scale * log(u1 / (1 - u1));
    const w = a * exp(v);
    const z = u1 * u1 * u2;
    const r = gamma * v - LOG_4;
    const s = a + r - w;
    const share = a === alpha ? w / (b + w) : b / (b + w);
    if (s + ONE_AND_LOG_5 >= 5 * z) return share;
    const t = log(z);
    if (s >= t || r + sum * log(sum / (b + w)) >= t) return share;
  }
}

/** Gamma(shape, 1), Marsaglia and Tsang, ACM TOMS 26(3), 2000; below 1 by their boost U^(1/shape). */
export function drawGamma(shape: number, random: Random): number {
  if (shape < 1) {
    const boost = exp(log(1 - random.uniform()) / shape);
    return Math.max(drawGamma(shape + 1, random) * boost, Number.MIN_VALUE);
  }
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const root = 1 + c * x;
    if (root <= 0) continue;
    const v = root * root * root;
    const u = 1 - random.uniform();
    if (log(u) < 0.5 * x * x + d - d * v + d * log(v)) return d * v;
  }
}

/** Of Lanczos, SIAM J. Numer. Anal. 1, 1964, with g = 7 and nine terms. */
const lanczos = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313,
  -176.61502916214059, 12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6,
  1.5056327351493116e-7,
] as const;
const HALF_LOG_TWO_PI = 0.9189385332046727;

/** ln Γ(x) for x > 0. */
export function logGamma(x: number): number {
  let sum: number = lanczos[0];
  for (let term = 1; term < lanczos.length; term += 1) sum += lanczos[term]! / (x - 1 + term);
  const base = x + 6.5;
  return HALF_LOG_TWO_PI + (x - 0.5) * log(base) - base + log(sum);
}

export function logBeta(alpha: number, beta: number): number {
  return logGamma(alpha) + logGamma(beta) - logGamma(alpha + beta);
}
