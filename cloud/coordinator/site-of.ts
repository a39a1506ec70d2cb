/** A site to decide for, from its reports and from what the rules allow each of its radios. */
import { isForPlans } from '#agents/plan-channels.ts';
import { legalChannels, type WhereItStands } from '#agents/regulation/legal-channels.ts';
import type { RadioReport } from '#protocols/radio-report.ts';
import type { Choice, Site } from './site.ts';

export interface Standing extends WhereItStands {
  readonly id: string;
  /** Pinned, in its dwell time, or on its way: it keeps what it has. */
  readonly held?: boolean;
}

/**
 * The power a radio has now binds nothing here: a choice says the most it may have, and a plan brings
 * channel and power together.
 */
export function siteOf(
  reports: readonly RadioReport[],
  standing: readonly Standing[],
  nowMs: number,
): Site {
  const choices = new Map<string, readonly Choice[]>();
  const minEirpDbm = new Map<string, number>();
  const reportOf = new Map(reports.map((report) => [report.id, report]));
  for (const { id, held = false, eirpDbm: _, ...where } of standing) {
    const now = reportOf.get(id)?.channel ?? null;
    const legal = legalChannels(where).filter(isForPlans);
    const isNow = ({ channel }: Choice) =>
      now !== null &&
      channel.band === now.band &&
      channel.centerMhz === now.centerMhz &&
      channel.widthMhz === now.widthMhz;
    choices.set(
      id,
      legal.flatMap(({ channel, maxEirpDbm, clearMs }) => {
        const choice = { channel, maxEirpDbm, clearMs };
        if (isNow(choice)) return [{ channel: now!, maxEirpDbm, clearMs: 0 }];
        return held ? [] : [choice];
      }),
    );
    minEirpDbm.set(id, where.minEirpDbm);
  }
  return { nowMs, reports, choices, minEirpDbm };
}
