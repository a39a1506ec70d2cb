/**
 * From which score on a class is said to be there, set on windows that training did not see: where what
 * is missed and what is named wrongly weigh least, each in its company.
 */
import { type Decision, decide } from '#edge/detector/classes/classify.ts';
import { classNames } from '#edge/detector/classes/names.ts';
import { classOf, type Example, isPlainlyThere } from './dataset.ts';

/** Thresholds that are tried. */
const steps = 199;

export function firstThresholds(
  examples: readonly Example[],
  scores: readonly Float64Array[],
): number[] {
  return classNames.map((_, index) => leastWrong(examples, scores, index));
}

export function thresholdsOf(
  examples: readonly Example[],
  scores: readonly Float64Array[],
): Decision {
  const wifi = classNames.indexOf('wifi');
  const least = firstThresholds(examples, scores)[wifi]!;
  const of = (isWifi: boolean) => {
    const own = examples.flatMap((_, at) => (scores[at]![wifi]! >= least === isWifi ? [at] : []));
    return firstThresholds(
      own.map((at) => examples[at]!),
      own.map((at) => scores[at]!),
    );
  };
  const withWifi = (thresholds: readonly number[]) => thresholds.with(wifi, least);
  const [first, alone] = [withWifi(of(true)), withWifi(of(false))];
  return { first, alone, beside: besideThresholds(examples, scores, { first, alone }) };
}

/** So much do windows count in which another class is the surest, as of one class alone there are few. */
const otherShare = 0.2;

/** Only windows in which the first thresholds name an interferer have a say. */
function besideThresholds(
  examples: readonly Example[],
  scores: readonly Float64Array[],
  { first, alone }: Pick<Decision, 'first' | 'alone'>,
): number[][] {
  const never = classNames.map(() => 1.1);
  const decision: Decision = { first, alone, beside: classNames.map(() => never) };
  const mains = examples.map((_, at) => {
    return decide(scores[at]!, decision, false).find((name) => name !== 'wifi');
  });
  return classNames.map((main) =>
    classNames.map((name, index) => {
      // What is surest is named whatever its own threshold is.
      const open = mains.flatMap((own, at) => (own === undefined || own === name ? [] : [at]));
      return leastWrong(
        open.map((at) => examples[at]!),
        open.map((at) => scores[at]!),
        index,
        open.map((at) => (mains[at] === main ? 1 : otherShare)),
      );
    }),
  );
}

/**
 * What each error weighs, where a name that is wrong in a mixture weighs 1: a sender that is missed there; one
 * that hardly shows; either error where one sender is alone; an alarm where there is nothing but Wi-Fi and
 * noise, as most windows on the air are.
 */
const missedWeighs = 3;
const faintWeighs = 0.3;
const strayWeighs = 8;
const alarmWeighs = 80;

/** The threshold with the fewest names that are wrong and senders that are missed. */
function leastWrong(
  examples: readonly Example[],
  scores: readonly Float64Array[],
  index: number,
  shares?: readonly number[],
): number {
  const costs = examples.flatMap((example, at) => {
    const label = example.labels[index]!;
    if (label < 0) return [];
    const isAlarm = example.role === 'clean' && classNames[index] !== 'wifi';
    const wrong = isAlarm ? alarmWeighs : example.role === 'single' ? strayWeighs : 1;
    const missed = !isPlain(example, index)
      ? faintWeighs
      : example.role === 'single'
        ? strayWeighs
        : missedWeighs;
    const cost = (shares?.[at] ?? 1) * (label === 1 ? missed : wrong);
    return [{ score: scores[at]![index]!, label, cost }];
  });
  let least = Number.POSITIVE_INFINITY;
  let from = steps;
  let to = 0;
  for (let step = 1; step <= steps; step += 1) {
    const threshold = step / (steps + 1);
    let wrong = 0;
    for (const { score, label, cost } of costs) {
      if (score >= threshold !== (label === 1)) wrong += cost;
    }
    if (wrong < least - tiny) {
      least = wrong;
      from = step;
      to = step;
    } else if (wrong < least + tiny && to === step - 1) to = step;
  }
  // In the middle of those that are as good: others will come on either side.
  return Math.round(((from + to) / 2 / (steps + 1)) * 1e4) / 1e4;
}

/** Sums of weights in another order differ by less. */
const tiny = 1e-9;

function isPlain({ present }: Example, index: number): boolean {
  return present.some(
    (one) => classNames.indexOf(classOf(one.kind)) === index && isPlainlyThere(one),
  );
}
