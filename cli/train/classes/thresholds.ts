/**
 * From which score on a class is said to be there. Each is where it errs least on windows that training
 * did not see, and never so low that windows of Wi-Fi and noise alone raise it more than allowed.
 */
import { classNames } from '#edge/detector/classes/names.ts';
import type { Example } from './dataset.ts';

/** Of windows of Wi-Fi and noise: so few may reach the threshold of one class. */
const falseShare = 0.0004;
const steps = 199;

export function thresholdsOf(
  examples: readonly Example[],
  scores: readonly Float64Array[],
): number[] {
  return classNames.map((name, index) => {
    const clean = examples
      .flatMap(({ role, labels }, at) =>
        role === 'clean' && labels[index] === 0 ? [scores[at]![index]!] : [],
      )
      .toSorted((one, other) => other - one);
    const allowed = clean[Math.floor(falseShare * clean.length)] ?? 0;
    const least = name === 'wifi' ? 0 : allowed;
    let best = { threshold: 0.5, value: -1 };
    for (let step = 1; step <= steps; step += 1) {
      const threshold = step / (steps + 1);
      const value = agreement(examples, scores, index, threshold);
      if (value > best.value) best = { threshold, value };
    }
    // A little above the worst that was seen, as others will come.
    const kept = Math.max(best.threshold, Math.min(0.995, least * 1.02));
    return Math.round(kept * 1e4) / 1e4;
  });
}

/** What is named wrongly weighs thrice what is missed: the F measure with a β of 0.58. */
const wrongWeighs = 0.75;

function agreement(
  examples: readonly Example[],
  scores: readonly Float64Array[],
  index: number,
  threshold: number,
): number {
  let right = 0;
  let named = 0;
  let there = 0;
  examples.forEach(({ labels, weights }, at) => {
    const label = labels[index]!;
    if (label < 0) return;
    const isNamed = scores[at]![index]! >= threshold;
    const weight = weights[index]!;
    if (isNamed) named += weight;
    if (label === 1) there += weight;
    if (isNamed && label === 1) right += weight;
  });
  const sum = wrongWeighs * named + (1 - wrongWeighs) * there;
  return sum === 0 ? 0 : right / sum;
}
