/** The divergence of coin flips, and the largest mean that what was seen still allows. */
import { log } from '#protocols/math.ts';

/** As near to 0 and 1 as a mean may come, so that logarithms stay finite. */
const EDGE = 1e-15;

/** kl(p, q) of Bernoulli distributions, in nats. */
export function kl(p: number, q: number): number {
  const a = Math.min(1 - EDGE, Math.max(EDGE, p));
  const b = Math.min(1 - EDGE, Math.max(EDGE, q));
  return a * log(a / b) + (1 - a) * log((1 - a) / (1 - b));
}

/**
 * The q ≥ p with kl(p, q) = allowed. Newton from above: kl is convex in q, so from the bound of
 * Pinsker, which is never too low, it comes down and stays on that side.
 */
export function klUpper(p: number, allowed: number): number {
  if (allowed <= 0) return p;
  const mean = Math.min(1 - EDGE, Math.max(EDGE, p));
  const fixed = mean * log(mean) + (1 - mean) * log(1 - mean);
  let q = Math.min(1 - EDGE, mean + Math.sqrt(allowed / 2));
  // At the edge the slope is so steep that Newton would crawl: begin where the second term alone is enough.
  if (q > 1 - 1e-9) q = nearOne(mean, allowed, fixed);
  for (let step = 0; step < 24; step += 1) {
    const beyond = fixed - mean * log(q) - (1 - mean) * log(1 - q) - allowed;
    const slope = (q - mean) / (q * (1 - q));
    const next = q - beyond / slope;
    if (!(next < q - 1e-12)) break;
    q = Math.max(mean, next);
  }
  return q;
}

/** A q at which kl is not below `allowed`: −(1 − p)·ln(1 − q) ≥ allowed − fixed. */
function nearOne(mean: number, allowed: number, fixed: number): number {
  let gap = 1e-9;
  while (gap > EDGE && fixed - (1 - mean) * log(gap) < allowed) gap /= 16;
  return 1 - Math.max(EDGE, gap);
}
