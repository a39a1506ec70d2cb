/**
 * Uniform spreading: whether radios that choose a radar channel by themselves choose each that they
 * could take alike often. Pearson's χ² test; the quantile is Wilson and Hilferty's (Proc. Natl. Acad.
 * Sci. 17, 1931).
 */

import type { Channel } from '#protocols/channels.ts';
import { describeChannel } from '#protocols/channels.ts';
import type { LegalChannel } from './legal-channels.ts';

export interface Choice {
  readonly chosen: Channel;
  /** What it could take instead, the chosen one included. */
  readonly among: readonly Channel[];
}

/** So many choices a channel are expected at the least, or nothing is said; the rule of thumb of the test. */
const EXPECTED_LEAST = 5;
/** Of the normal distribution at 99.9 %: of a thousand fleets that do spread one is accused. */
const Z = 3.0902;

/** What is not uniform about them; undefined where they are uniform, or too few to tell. */
export function nonUniform(choices: readonly Choice[]): string | undefined {
  const expected = new Map<string, number>();
  const counted = new Map<string, number>();
  const names = new Map<string, Channel>();
  let told = 0;
  for (const { chosen, among } of choices) {
    // Who has no choice shows nothing.
    if (among.length < 2) continue;
    told += 1;
    for (const channel of among) {
      names.set(blockKey(channel), channel);
      expected.set(blockKey(channel), (expected.get(blockKey(channel)) ?? 0) + 1 / among.length);
    }
    counted.set(blockKey(chosen), (counted.get(blockKey(chosen)) ?? 0) + 1);
  }
  if (expected.size < 2 || told / expected.size < EXPECTED_LEAST) return undefined;
  let statistic = 0;
  let worst = { key: '', excess: 0 };
  for (const [key, share] of expected) {
    const excess = (counted.get(key) ?? 0) - share;
    statistic += (excess * excess) / share;
    if (Math.abs(excess) > Math.abs(worst.excess)) worst = { key, excess };
  }
  const limit = chiSquared(expected.size - 1);
  if (statistic <= limit) return undefined;
  const channel = names.get(worst.key);
  const name = channel === undefined ? worst.key : describeChannel(channel);
  return `Of ${told} choices among ${expected.size} radar channels ${counted.get(worst.key) ?? 0} fell on ${name}, where ${(expected.get(worst.key) ?? 0).toFixed(1)} would be even (χ² ${statistic.toFixed(1)}, at most ${limit.toFixed(1)}).`;
}

function chiSquared(freedom: number): number {
  const spread = 2 / (9 * freedom);
  const root = 1 - spread + Z * Math.sqrt(spread);
  return freedom * root * root * root;
}

/** What spreads is the block; which of its parts is the primary does not matter. */
const blockKey = ({ band, centerMhz, widthMhz }: Channel) => `${band} ${centerMhz}/${widthMhz}`;

/** The radar channels that a radio could as well have taken: as wide, and cleared as fast. */
export function couldTake(chosen: LegalChannel, legal: readonly LegalChannel[]): Channel[] {
  return legal
    .filter(
      ({ channel, radar, clearMs }) =>
        radar &&
        channel.band === chosen.channel.band &&
        channel.widthMhz === chosen.channel.widthMhz &&
        clearMs <= chosen.clearMs,
    )
    .map(({ channel }) => channel);
}
