/** A site by chance in one of its busy hours: the air as it is, and what its radios report of it. */
import { createRandom } from '#agents/random/philox.ts';
import type { Site } from '#cloud/coordinator/site.ts';
import { siteOf } from '#cloud/coordinator/site-of.ts';
import type { AirChange } from '#protocols/air.ts';
import { servedShare } from '#protocols/fare.ts';
import type { RadioReport } from '#protocols/radio-report.ts';
import type { Random } from '#protocols/random.ts';
import type { FluidAir } from '#sim/air/fluid-air.ts';
import { generateSite, openSite } from '#sim/sites/generate.ts';
import { HOUR_US } from '#sim/sites/happenings.ts';
import { siteKinds } from '#sim/sites/index.ts';
import { measureSite } from '#sim/sites/measure.ts';

export interface DrawnSite {
  readonly kind: string;
  readonly random: Random;
  readonly air: FluidAir;
  readonly radios: readonly string[];
  readonly reports: readonly RadioReport[];
  readonly site: Site;
}

/** Access points of ours, least and most; each has one to three radios. */
const APS = [3, 10] as const;
/** From eight in the morning to ten at night. */
const BUSY = [8, 22] as const;
/** A chip's reading of a level, dB; in whole decibels besides. */
const READING_SIGMA_DB = 2;

/** Clients that get more than this share of their load lack nothing that a plan could give. */
const CONTENT = 0.95;

/** Sites in which clients lack something, from a seed on: how many were looked at for it, too. */
export function* lackingSites(firstSeed: number): Generator<{ drawn: DrawnSite; looked: number }> {
  for (let looked = 1; ; looked += 1) {
    const drawn = drawSite(firstSeed + looked - 1);
    const clients = drawn.reports.flatMap((report) => report.clients);
    if (servedShare(clients) < CONTENT) yield { drawn, looked };
  }
}

/** Each kind comes in turn, of some size, unless they are said. */
export function drawSite(
  seed: number,
  wish: { readonly kind?: string; readonly aps?: number } = {},
): DrawnSite {
  const random = createRandom(seed).fork('drawn-site');
  const kind = wish.kind ?? siteKinds[seed % siteKinds.length]!.name;
  const pick = ([least, most]: readonly [number, number], stream: string) =>
    least + random.fork(stream).below(most - least + 1);
  const aps = wish.aps ?? pick(APS, 'aps');
  const generated = generateSite({ kind, aps, random: random.fork('site') });
  const air = openSite(generated, random.fork('air'));
  const nowUs = Math.max(0, pick(BUSY, 'hour') - generated.startHour) * HOUR_US;
  for (const { what, atUs, changes } of generated.happenings) {
    if (what === 'load' && atUs <= nowUs) for (const change of changes) air.apply(change);
  }
  const radios = generated.radios.map(({ id }) => id);
  const reports = read(measureSite(air, radios, nowUs), random.fork('readings'));
  const site = siteOf(reports, generated.radios, nowUs / 1_000);
  return { kind, random, air, radios, reports, site };
}

export function retuned({ reports }: DrawnSite, radio: string): AirChange {
  const { channel, eirpDbm, silent } = reports.find(({ id }) => id === radio)!;
  return { kind: 'radio', id: radio, channel, eirpDbm, silent };
}

function read(reports: readonly RadioReport[], noise: Random): RadioReport[] {
  const level = (dbm: number) => Math.round(dbm + READING_SIGMA_DB * noise.normal());
  return reports.map((report) => ({
    ...report,
    neighbours: report.neighbours.map((one) => ({ ...one, rssiDbm: level(one.rssiDbm) })),
    clients: report.clients.map((one) => ({ ...one, rssiDbm: level(one.rssiDbm) })),
  }));
}
