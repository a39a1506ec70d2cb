/** Real time, for the suites that start real servers. */
import type { Clock } from '#protocols/clock.ts';

export function systemClock(): Clock {
  const startedMs = performance.timeOrigin;
  const monotonic = () => Math.floor(performance.now() * 1_000);
  return {
    now: () => Math.floor(startedMs * 1_000) + monotonic(),
    monotonic,
    schedule: (dueUs, task) => {
      const timer = setTimeout(task, Math.max(0, (dueUs - monotonic()) / 1_000));
      return { cancel: () => clearTimeout(timer) };
    },
  };
}
