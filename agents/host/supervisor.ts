/**
 * Decides what follows when an actor failed: it is restored from its last commit after a wait that
 * doubles, so long as that happens seldom enough; then it is given up.
 */
import { type Clock, US_PER_MS, US_PER_S } from '#protocols/clock.ts';

export interface RestartBudget {
  /** So many restarts within the window. */
  readonly restarts: number;
  readonly windowUs: number;
  readonly firstWaitUs: number;
  readonly lastWaitUs: number;
}

export const usualBudget: RestartBudget = {
  restarts: 5,
  windowUs: 60 * US_PER_S,
  firstWaitUs: 100 * US_PER_MS,
  lastWaitUs: 10 * US_PER_S,
};

/** How long to wait before the restart, or undefined when there were too many. `atUs` is kept up. */
export function restartWaitUs(
  atUs: number[],
  clock: Clock,
  budget: RestartBudget,
): number | undefined {
  const nowUs = clock.monotonic();
  while (atUs.length > 0 && (atUs[0] as number) + budget.windowUs <= nowUs) atUs.shift();
  if (atUs.length >= budget.restarts) return undefined;
  let waitUs = budget.firstWaitUs;
  for (let doubled = 0; doubled < atUs.length && waitUs < budget.lastWaitUs; doubled += 1) {
    waitUs *= 2;
  }
  atUs.push(nowUs);
  return Math.min(waitUs, budget.lastWaitUs);
}
