/** How long radios count before they send, on average. */
import type { Rules } from './scene.ts';

/** Attempts that are looked at where nothing is ever given up. */
const ATTEMPTS_MAX = 30;

/**
 * Slots before an attempt, when such a part of the attempts fail: the window doubles with each failure
 * (IEEE 802.11-2020, 10.3.3), and what follows a lost A-MPDU is a request for its acknowledgement that
 * is repeated until it is answered. The request's own time on the air is counted in slots as well.
 */
export function meanBackOffSlots(rules: Rules, failing: number): number {
  return rules.mpdus > 1 ? withRequests(rules, failing) : ofAttempts(rules, failing);
}

function ofAttempts({ attempts, cwMin, cwMax }: Rules, failing: number): number {
  let slots = 0;
  let tries = 0;
  let chance = 1;
  let window = cwMin;
  for (let attempt = 0; attempt < Math.min(attempts, ATTEMPTS_MAX); attempt += 1) {
    slots += (chance * window) / 2;
    tries += chance;
    chance *= failing;
    window = Math.min(2 * window + 1, cwMax);
  }
  return slots / tries;
}

function withRequests({ cwMin, cwMax, slotNs, sifsNs, aifsn, frames }: Rules, failing: number) {
  const requestNs = frames.bar.durationNs + sifsNs + aifsn * slotNs;
  let slots = cwMin / 2;
  let chance = failing;
  let window = Math.min(2 * cwMin + 1, cwMax);
  for (let request = 0; request < ATTEMPTS_MAX && chance > 1e-4; request += 1) {
    slots += chance * (window / 2 + requestNs / slotNs);
    chance *= failing;
    window = Math.min(2 * window + 1, cwMax);
  }
  return slots;
}
