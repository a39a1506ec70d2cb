/**
 * A scenario's events come in real time, or so many times as early, so that an hour's worth can be
 * seen in a minute. Only what the scenario stages is moved and how often radios look; what the law
 * asks for (silence before use, closing, non-occupancy) takes its full time.
 */

import { type Clock, US_PER_MS, US_PER_S } from '#protocols/clock.ts';
import type { FaultPlan, When } from '#sim/faults/fault-plan.ts';
import type { Layout } from '#sim/layout.ts';
import type { Settings } from '#sim/scenario.ts';

/** Nothing that lasts is shorter than people and pings can notice. */
const lastsAtLeastUs: Partial<Record<FaultPlan['kind'], number>> = {
  radar: 5 * US_PER_S,
  cut: 8 * US_PER_S,
  crash: 3 * US_PER_S,
  broker: 3 * US_PER_S,
};

const periodAtLeastUs = {
  survey: 2 * US_PER_S,
  neighbours: 5 * US_PER_S,
  replan: 15 * US_PER_S,
  spectrum: 2 * US_PER_S,
};

/** So that the whole scenario fits; without a duration an hour takes a minute. */
export function paceFor(scenarioUs: number, durationMs: number | undefined): number {
  return durationMs === undefined
    ? Math.max(1, scenarioUs / (60 * US_PER_S))
    : Math.max(1, scenarioUs / (durationMs * US_PER_MS));
}

/** A clock whose zero is the scenario's beginning, which may lie a little ahead or behind. */
export function storyClock(clock: Clock, beganMs: number): Clock {
  const zeroUs = Math.round(beganMs * US_PER_MS - clock.now() + clock.monotonic());
  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic() - zeroUs,
    schedule: (dueUs, task, tie) => clock.schedule(dueUs + zeroUs, task, tie),
  };
}

export function pacedSettings(settings: Settings, pace: number): Settings {
  const sooner = (us: number, least: number) =>
    Math.round(Math.max(us / pace, Math.min(us, least)));
  return {
    survey: sooner(settings.survey, periodAtLeastUs.survey),
    neighbours: sooner(settings.neighbours, periodAtLeastUs.neighbours),
    replan: sooner(settings.replan, periodAtLeastUs.replan),
    spectrum: {
      ...settings.spectrum,
      every: sooner(settings.spectrum.every, periodAtLeastUs.spectrum),
    },
  };
}

/** A time that the mind takes over something, such as measuring what came of a change. */
export function pacedMs(ms: number, pace: number, leastMs: number): number {
  return Math.round(Math.max(ms / pace, Math.min(ms, leastMs)));
}

export function pacedLater(layout: Layout, pace: number): Layout['later'] {
  return layout.later.map(({ atUs, change }) => ({ atUs: Math.round(atUs / pace), change }));
}

export function pacedFaults(plans: readonly FaultPlan[], pace: number): FaultPlan[] {
  return plans.map((plan): FaultPlan => {
    const when = pacedWhen(plan.when, pace);
    if (!('lasts' in plan)) return { ...plan, when };
    const least = Math.min(plan.lasts, lastsAtLeastUs[plan.kind] ?? 0);
    return { ...plan, when, lasts: Math.round(Math.max(plan.lasts / pace, least)) };
  });
}

function pacedWhen(when: When, pace: number): When {
  if ('at' in when) return { at: Math.round(when.at / pace) };
  if ('within' in when) {
    const [from, until] = when.within;
    return { within: [Math.round(from / pace), Math.round(until / pace)] };
  }
  return { perNodeHour: when.perNodeHour * pace };
}
