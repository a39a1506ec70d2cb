/** What a site's radios report, through the air port alone. */
import type { Air } from '#protocols/air.ts';
import type { RadioReport } from '#protocols/radio-report.ts';

/** Over the last ten seconds, as nodes report them. */
const WINDOW_US = 10_000_000;

/** One report of each of the radios, which are ours. */
export function measureSite(air: Air, radios: readonly string[], nowUs: number): RadioReport[] {
  air.advance(nowUs);
  const window = { fromUs: Math.max(0, nowUs - WINDOW_US), untilUs: Math.max(1, nowUs) };
  return radios.map((id) => {
    const { channel, eirpDbm, silent } = air.tuned(id);
    return {
      id,
      channel,
      eirpDbm,
      silent,
      survey: [...air.observe(id, 'survey', window)],
      neighbours: [...air.observe(id, 'neighbours', window)],
      clients: [...air.observe(id, 'clients', window)],
    };
  });
}
