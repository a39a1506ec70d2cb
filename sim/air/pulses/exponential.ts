import { log } from '#protocols/math.ts';
import type { Random } from '#protocols/random.ts';

/** An exponential deviate of mean 1: the wait for what comes at any time alike. */
export function exponential(random: Random): number {
  return -log(1 - random.uniform());
}
