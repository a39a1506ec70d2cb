/** Numbers for records, which tell the cloud that two ways brought the same one. */
import { type Clock, US_PER_S } from '#protocols/clock.ts';

const RECORDS = 0x1_000000;

/**
 * Counts up from the second at which the node starts, modulo 2^24: as long as a node makes less than one
 * record a second on average, no start uses a number again within 194 days, and nothing needs to be kept.
 */
export function recordCounter(clock: Clock): () => number {
  let next = Math.floor(clock.now() / US_PER_S) % RECORDS;
  return () => {
    const record = next;
    next = (next + 1) % RECORDS;
    return record;
  };
}
