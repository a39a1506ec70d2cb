/** Student's t: how far the mean of few values may be off. */
import { atan2 } from './math.ts';

/** Halvings of an interval: the quantile is exact to about a millionth of it. */
const HALVINGS = 60;
const T_MAX = 1e6;

/** The t that a variate of so many degrees of freedom stays within, on both sides, with that probability. */
export function studentT(confidence: number, freedom: number): number {
  let low = 0;
  let high = T_MAX;
  for (let step = 0; step < HALVINGS; step += 1) {
    const middle = (low + high) / 2;
    if (within(middle, freedom) < confidence) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * The probability that |T| ≤ t.
 *
 * @see Abramowitz, Stegun: Handbook of Mathematical Functions, 26.7.3 and 26.7.4.
 */
function within(t: number, freedom: number): number {
  const cosSquared = freedom / (freedom + t * t);
  const sine = t / Math.sqrt(freedom + t * t);
  const isOdd = freedom % 2 === 1;
  let term = isOdd ? Math.sqrt(cosSquared) : 1;
  let sum = freedom === 1 ? 0 : term;
  for (let k = isOdd ? 3 : 2; k < freedom - 1; k += 2) {
    term *= (cosSquared * (k - 1)) / k;
    sum += term;
  }
  if (!isOdd) return sine * sum;
  return (2 / Math.PI) * (atan2(t, Math.sqrt(freedom)) + sine * sum);
}
