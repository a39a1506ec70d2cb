/** How much of the time each neighbour sends, and what that is in Mb/s to a client of its own. */
import type { Channel } from '#protocols/channels.ts';
import { ENERGY_DETECT_DBM, hears } from '#protocols/hearing.ts';
import { dbToRatio } from '#protocols/math.ts';
import type { RadioReport } from '#protocols/radio-report.ts';
import { NOISE_FIGURE_DB, noiseDbm, throughputMbps } from '#protocols/rates.ts';
import { leakDb } from '#protocols/spectrum-mask.ts';
import { lossDb, spreadDb } from '../path-loss.ts';
import { type Airtimes, airtimesOf, type Balance } from './airtimes.ts';
import type { Estimate } from './estimate.ts';
import type { LinkEstimate, Station } from './losses.ts';

/** As in scenes that are written: a neighbour serves one client, so far from it. */
export const NEIGHBOUR_CLIENT_M = 3;
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
  const linkOf = linksBetween(stations, links);
  return (listener: Station, sender: Station): boolean => {
    if (listener === sender || listener.channel === null || sender.channel === null) return false;
    const level = sender.eirpDbm - linkOf(listener, sender).mean;
    return hears(listener.channel, sender.channel, level)?.isBusy ?? false;
  };
}

function linksBetween(stations: readonly Station[], links: readonly LinkEstimate[]) {
  const known = new Map(links.map((link) => [`${link.from} ${link.to}`, link]));
  const places = new Map(stations.map(({ id }, index) => [id, index]));
  return (a: Station, b: Station): LinkEstimate => {
    const isFirst = places.get(a.id)! < places.get(b.id)!;
    return known.get(isFirst ? `${a.id} ${b.id}` : `${b.id} ${a.id}`)!;
  };
}

/** Answers of clients come on top of what a radio sends: a round figure from the packet air. */
const WITH_ANSWERS = 1.25;

/**
 * How much of the time known radios can have kept each of ours busy at most, with or without a frame
 * that could be read: whatever may arrive in its block, and on channels beside what may be strong.
 */
export function explainedShares(
  reports: readonly RadioReport[],
  stations: readonly Station[],
  links: readonly LinkEstimate[],
  airtimes: ReadonlyMap<string, Estimate>,
): ReadonlyMap<string, number> {
  const linkOf = linksBetween(stations, links);
  const sent = new Map(
    reports.map((report) => [report.id, WITH_ANSWERS * shareOf(report, 'txUs')]),
  );
  for (const [id, { mean, sigma }] of airtimes) sent.set(id, mean + sigma);
  const mayReach = (listener: Station, sender: Station): boolean => {
    if (listener === sender || listener.channel === null || sender.channel === null) return false;
    const { mean, sigma } = linkOf(listener, sender);
    const level = sender.eirpDbm - mean + 2 * sigma;
    if (hears(listener.channel, sender.channel, level) !== undefined) return true;
    const isNear = listener.channel.band === sender.channel.band;
    return isNear && level - leakDb(sender.channel, listener.channel) >= ENERGY_DETECT_DBM;
  };
  return new Map(
    stations.map((listener) => [
      listener.id,
      stations.reduce(
        (sum, sender) => sum + (mayReach(listener, sender) ? sent.get(sender.id)! : 0),
        0,
      ),
    ]),
  );
}
