/**
 * What a radio's measurements say beyond the model: a linear Thompson bandit over what is known of a channel beforehand,
 * whose reward is by how much the model was wrong. Agrawal and Goyal, ICML 2013, algorithm 1.
 */
import { Ridge } from '#agents/bandits/linear.ts';
import type { Channel } from '#protocols/channels.ts';
import { channelKey, overlapMhz, span } from '#protocols/channels.ts';
import { log } from '#protocols/math.ts';
import type { RadioReport } from '#protocols/radio-report.ts';
import type { Random } from '#protocols/random.ts';

/** What was tried, and how far the measurement was from the model, in logarithms of throughput a client. */
export interface Lesson {
  readonly seen: readonly number[];
  readonly residual: number;
}

const SIZE = 5;
const HEARD_DBM = -82;
/** Of residuals, in logarithms: a choice of ours, about what a change of a tenth is. */
const SPREAD = 0.1;

/** One, its width, how many are heard there, what they take, and the noise. */
export function seenOf({ neighbours, survey }: RadioReport, channel: Channel): number[] {
  const block = span(channel);
  const there = neighbours.filter(
    (one) => one.rssiDbm >= HEARD_DBM && overlapMhz(span(one.channel), block) > 0,
  );
  const load = there.reduce((sum, one) => sum + (one.load ?? 0.2), 0);
  const measured = survey.find((one) => channelKey(one.channel) === channelKey(channel));
  return [
    1,
    log(channel.widthMhz / 20) / log(16),
    Math.min(1, there.length / 8),
    Math.min(1, load),
    ((measured?.noiseDbm ?? -95) + 95) / 30,
  ];
}

/** What each option may be worth beyond the model, by one draw of what may be true. */
export function drawResiduals(
  lessons: readonly Lesson[],
  options: readonly (readonly number[])[],
  random: Random,
): number[] {
  const model = new Ridge(SIZE);
  for (const { seen, residual } of lessons) model.learn(Float64Array.from(seen), residual);
  const normals = Float64Array.from({ length: SIZE }, () => random.normal());
  const theta = new Float64Array(SIZE);
  model.draw(normals, SPREAD, theta);
  return options.map((seen) => seen.reduce((sum, one, at) => sum + one * theta[at]!, 0));
}
