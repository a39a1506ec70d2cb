/**
 * Whether the wall clock can be believed. It cannot when it shows a time before this program was
 * written or before the last one its own store knows, nor after it has leapt by more than a minute
 * while the process ran.
 */
import type { Store } from '#agents/store/store.ts';
import { type Clock, US_PER_MS } from '#protocols/clock.ts';

const WRITTEN_US = Date.UTC(2026, 0, 1) * US_PER_MS;
/** The same minute that a caller's clock may differ by. */
const LEAP_US = 60_000 * US_PER_MS;

export function clockTrust(clock: Clock, store: Store): () => boolean {
  let lastSeenUs = WRITTEN_US;
  for (const { takenAtWallUs } of store.actors()) lastSeenUs = Math.max(lastSeenUs, takenAtWallUs);
  const beganUs = clock.now() - clock.monotonic();
  const isPast = beganUs + LEAP_US >= lastSeenUs;
  return () => isPast && Math.abs(clock.now() - clock.monotonic() - beganUs) <= LEAP_US;
}
