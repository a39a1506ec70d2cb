/**
 * Reads `iw dev IF survey dump` and turns its counters, which run since the interface came up or
 * since the firmware last cleared them, into what was new since the last look.
 *
 * @see iw, survey.c: print_survey_handler()
 */
import { MHZ, numberIn, pieces } from './iw-words.ts';

export interface SurveyCounters {
  readonly mhz: number;
  readonly inUse: boolean;
  readonly noiseDbm: number | undefined;
  readonly activeMs: number;
  readonly busyMs: number;
  readonly rxMs: number;
  readonly txMs: number;
}

const head = new RegExp(
  String.raw`^Survey data from \S+[ \t]*\n[ \t]*frequency:[ \t]*${MHZ} MHz( \[in use\])?`,
  'gm',
);

/** Frequencies for which times were counted. */
export function parseSurvey(text: string): SurveyCounters[] {
  return pieces(text, head).flatMap(({ head: [, mhz, used], body }) => {
    const activeMs = numberIn(body, 'channel active time');
    const busyMs = numberIn(body, 'channel busy time');
    if (activeMs === undefined || busyMs === undefined) return [];
    return {
      mhz: Number(mhz),
      inUse: used !== undefined,
      noiseDbm: numberIn(body, 'noise'),
      activeMs,
      busyMs,
      rxMs: numberIn(body, 'channel receive time') ?? 0,
      txMs: numberIn(body, 'channel transmit time') ?? 0,
    };
  });
}

/** Remembers the counters of the last look. */
export class SurveyWindow {
  #before = new Map<number, SurveyCounters>();

  /** What was counted since the last call; on the first, since the counters began. */
  since(now: readonly SurveyCounters[]): SurveyCounters[] {
    const before = this.#before;
    this.#before = new Map(now.map((counters) => [counters.mhz, counters]));
    return now.map((counters) => difference(counters, before.get(counters.mhz)));
  }
}

/** Counters that ran backwards were cleared meanwhile: then all of them is new. */
function difference(now: SurveyCounters, before: SurveyCounters | undefined): SurveyCounters {
  if (before === undefined || now.activeMs < before.activeMs) return within(now, now.activeMs);
  const activeMs = now.activeMs - before.activeMs;
  return within(
    {
      ...now,
      activeMs,
      busyMs: now.busyMs - before.busyMs,
      rxMs: now.rxMs - before.rxMs,
      txMs: now.txMs - before.txMs,
    },
    activeMs,
  );
}

/** The kinds of time are read one after another, so that a millisecond may fall between them. */
function within(counters: SurveyCounters, activeMs: number): SurveyCounters {
  const busyMs = Math.min(activeMs, Math.max(0, counters.busyMs));
  const txMs = Math.min(busyMs, Math.max(0, counters.txMs));
  const rxMs = Math.min(busyMs - txMs, Math.max(0, counters.rxMs));
  return { ...counters, busyMs, rxMs, txMs };
}
