/**
 * How much more each radio of a node sends than it was told, against its radios on the whole, by those
 * that hear each other: the way between two takes as much there as back, so what differs is what both
 * send and how both hear, and the latter is known from others. Different channels of one band are made
 * alike by the first metre (Friis, 1946: 20·log₁₀ of the frequency).
 */
import type { Band } from '#protocols/channels.ts';
import { ratioToDb } from '#protocols/math.ts';
import { mean, type Surroundings } from '../surroundings.ts';

/** dB by radio; only of those of which all that it takes is known. `receive`: how they hear. */
export function sendDeltas(
  { heard }: Surroundings,
  band: Band,
  receive: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const names = [...receive.keys()];
  /** From sender to receiver, the frequency's part taken off. */
  const way = (from: string, to: string): number | undefined => {
    const sound = heard.get(to)?.get(from);
    if (sound?.overEirpDb === undefined || sound.channel.band !== band) return undefined;
    return sound.overEirpDb + 2 * ratioToDb(sound.channel.centerMhz);
  };
  const deltas = new Map<string, number>();
  for (const one of names) {
    const more: number[] = [];
    for (const other of names) {
      const there = one === other ? undefined : way(one, other);
      const back = one === other ? undefined : way(other, one);
      if (there === undefined || back === undefined) continue;
      more.push(there - back - (receive.get(other)! - receive.get(one)!));
    }
    // A mean over all of them, itself with 0 included, is against the mean of all.
    if (more.length === names.length - 1 && more.length > 0) deltas.set(one, mean([0, ...more]));
  }
  return deltas;
}
