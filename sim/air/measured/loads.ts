/** How much of the time each neighbour sends, and what that is in Mb/s to a client of its own. */
import type { Channel } from '#protocols/channels.ts';
import { dbToRatio } from '#protocols/math.ts';
import { hears } from '../hearing.ts';
import { lossDb, spreadDb } from '../path-loss.ts';
import { noiseDbm, throughputMbps } from '../rates.ts';
import { type Airtimes, airtimesOf, type Balance } from './airtimes.ts';
import type { LinkEstimate, Station } from './losses.ts';
import type { RadioReport } from './report.ts';

/** As in scenes that are written: a neighbour serves one client, so far from it. */
export const NEIGHBOUR_CLIENT_M = 3;
const NOISE_FIGURE_DB = 7;
/** What a radio announces is taken for less than what ours receive: whom it hears is estimated. */
const ANNOUNCED_WEIGHT = 0.25;

export function neighbourAirtimes(
  reports: readonly RadioReport[],
  stations: readonly Station[],
  links: readonly LinkEstimate[],
): Airtimes {
  const neighbours = stations.filter((station) => !station.isOurs);
  const isHeard = hearingOf(stations, links);
  const sent = new Map(reports.map((report) => [report.id, shareOf(report, 'txUs')]));
  const announced = new Map(
    reports.flatMap((report) =>
      report.neighbours.flatMap(({ id, load }) => (load === null ? [] : [[id, load] as const])),
    ),
  );
  const heardBy = (listener: Station) => ({
    unknown: neighbours.flatMap((one, index) => (isHeard(listener, one) ? [index] : [])),
    known: stations.reduce(
      (sum, one) => sum + (one.isOurs && isHeard(listener, one) ? sent.get(one.id)! : 0),
      0,
    ),
  });
  const balances: Balance[] = [];
  for (const report of reports) {
    if (report.survey.length === 0) continue;
    const { unknown, known } = heardBy(stations.find(({ id }) => id === report.id)!);
    if (unknown.length === 0) continue;
    balances.push({ of: unknown, share: shareOf(report, 'rxUs') - known, weight: 1 });
  }
  neighbours.forEach((neighbour, index) => {
    const load = announced.get(neighbour.id);
    if (load === undefined) return;
    const { unknown, known } = heardBy(neighbour);
    balances.push({ of: [index, ...unknown], share: load - known, weight: ANNOUNCED_WEIGHT });
  });
  return airtimesOf(
    neighbours.map(({ id }) => announced.get(id) ?? 1),
    balances,
  );
}

/** What a neighbour can send to its client, alone. */
export function neighbourMbps({ band, widthMhz }: Channel, eirpDbm: number): number {
  const level = eirpDbm - lossDb(band, spreadDb(NEIGHBOUR_CLIENT_M), 0);
  return throughputMbps(widthMhz, dbToRatio(level - noiseDbm(widthMhz, NOISE_FIGURE_DB)));
}

function shareOf({ survey: [own] }: RadioReport, what: 'txUs' | 'rxUs'): number {
  return own === undefined || own.activeUs === 0 ? 0 : own[what] / own.activeUs;
}

/** Whether a sender makes a listener's medium busy, at the best guess of the loss between them. */
function hearingOf(stations: readonly Station[], links: readonly LinkEstimate[]) {
  const losses = new Map(links.map(({ from, to, mean }) => [`${from} ${to}`, mean]));
  const places = new Map(stations.map(({ id }, index) => [id, index]));
  return (listener: Station, sender: Station): boolean => {
    if (listener === sender || listener.channel === null || sender.channel === null) return false;
    const isFirst = places.get(listener.id)! < places.get(sender.id)!;
    const [a, b] = isFirst ? [listener, sender] : [sender, listener];
    const loss = losses.get(`${a.id} ${b.id}`)!;
    return hears(listener.channel, sender.channel, sender.eirpDbm - loss)?.isBusy ?? false;
  };
}
