/**
 * Where a threshold has to lie so that false alarms stay below a rate, the luck of the draw of what it
 * is found on included: an order statistic of normal values, as low as it may be while the rate above it
 * exceeds the one asked for in at most one of `1 / doubt` such draws.
 *
 * @see S. Wilks: Determination of sample sizes for setting tolerance limits. Annals of Mathematical
 *   Statistics 12 (1941), 91. V. Vovk: Conditional validity of inductive conformal predictors. ACML 2012,
 *   proposition 2a
 */
import { exp, log } from '#protocols/math.ts';

/** Of the draws of normal values, so many may give a threshold that lies too low. */
export const DOUBT = 0.001;

/** Values above it are alarms; infinite where so few cannot tell. */
export function alarmThreshold(values: readonly number[], rate: number, doubt = DOUBT): number {
  const above = allowedAbove(values.length, rate, doubt);
  if (above < 0) return Number.POSITIVE_INFINITY;
  const sorted = Float64Array.from(values).sort();
  return sorted[sorted.length - 1 - above]!;
}

/**
 * How many of `count` normal values may lie above the threshold: the most for which that many or fewer
 * would come of a rate of `rate` with a probability of at most `doubt`. −1: not even none may.
 */
export function allowedAbove(count: number, rate: number, doubt = DOUBT): number {
  let logTerm = count * log(1 - rate);
  let sum = exp(logTerm);
  let above = -1;
  while (sum <= doubt && above < count - 1) {
    above += 1;
    logTerm += log((count - above) / (above + 1)) + log(rate / (1 - rate));
    sum += exp(logTerm);
  }
  return above;
}
