import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';

/** Waits in real time, for suites with real servers; fails with `what` after fifteen seconds. */
export async function until(isMet: () => boolean, what: string): Promise<void> {
  const endMs = Date.now() + 15_000;
  while (!isMet()) {
    assert(Date.now() < endMs, what);
    await pause(5);
  }
}
