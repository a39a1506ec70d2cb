/**
 * Sites by chance, each of a kind: what stands there, what its radios may do, and what happens over a day.
 * All of it follows from the random stream.
 */
import { isForPlans } from '#agents/plan-channels.ts';
import {
  type LegalChannel,
  legalChannels,
  type WhereItStands,
} from '#agents/regulation/legal-channels.ts';
import type { Air } from '#protocols/air.ts';
import { allChannels, type Band, type Channel, type WidthMhz } from '#protocols/channels.ts';
import { InputError } from '#protocols/errors.ts';
import type { Random } from '#protocols/random.ts';
import { createFluidAir, type FluidAir } from '../air/fluid-air.ts';
import { distanceM, wallLossDb } from '../air/geometry.ts';
import { pathLossExponent, spreadDb } from '../air/path-loss.ts';
import { buildScene, parseScene, type Scene } from '../air/scene.ts';
import { type Happening, happeningsOf } from './happenings.ts';
import { siteKind } from './index.ts';
import { oneOf, type PlacedClient, type Premises, type SiteKind } from './kind.ts';

export interface SiteWish {
  readonly kind: string;
  /** Access points of ours; each has a radio for each of its bands. */
  readonly aps: number;
  readonly random: Random;
  /** How long its happenings go on; a day when left out. */
  readonly hours?: number;
  /** Drawn when left out. */
  readonly country?: string;
}

/** A radio of ours: what the rules and its hardware allow where it stands. */
export interface SiteRadio extends WhereItStands {
  readonly id: string;
}

export interface GeneratedSite {
  readonly kind: string;
  readonly country: string;
  readonly scene: Scene;
  readonly shadowingDb: number;
  readonly radios: readonly SiteRadio[];
  /** In order of time; the first sets the loads of the hour it begins in. */
  readonly happenings: readonly Happening[];
  readonly hours: number;
  readonly startHour: number;
}

const countries = ['DE', 'US', 'GB', 'FR'] as const;
const MIN_EIRP_DBM = 8;
const maxEirpDbm: Readonly<Record<Band, number>> = { '2.4': 20, '5': 23, '6': 23 };
/** What an installer leaves them at. */
const usualEirpDbm: Readonly<Record<Band, number>> = { '2.4': 17, '5': 20, '6': 21 };
/** Installers who keep away from channels with radar. */
const SHUNS_RADAR = 0.5;
/** A client is with the strongest of so many access points nearest to it. */
const NEAREST = 6;

export function generateSite({ kind: name, aps, random, ...wish }: SiteWish): GeneratedSite {
  const kind = siteKind(name);
  const hours = wish.hours ?? 24;
  const country = wish.country ?? oneOf(random.fork('country'), countries);
  const premises = kind.place(aps, random.fork('places'));
  const setUp = random.fork('set-up');
  const shuns = setUp.uniform() < SHUNS_RADAR;
  const radios: SiteRadio[] = [];
  const radiosAt: Scene['radios'] = [];
  const byPoint = premises.accessPoints.map(({ at, bands }, index) => {
    const own = new Map<Band, string>();
    for (const band of bands) {
      const legal = legalFor(kind, country, band);
      const usual = legal.filter(
        ({ channel, radar }) => channel.widthMhz === kind.widthMhz[band] && !(shuns && radar),
      );
      const usable = usual.length > 0 ? usual : legal;
      if (usable.length === 0) continue;
      const id = `ap${index}/radio-${own.size}`;
      own.set(band, id);
      const chosen = oneOf(setUp, usable);
      const eirpDbm = Math.min(usualEirpDbm[band], chosen.maxEirpDbm);
      radios.push({ id, ...standing(kind, country, band) });
      radiosAt.push({ id, at, channel: chosen.channel, eirpDbm, silent: false });
    }
    return own;
  });
  if (radios.length === 0) {
    throw new InputError(
      `a site of the kind ${name} in '${country}': expected a country with a channel for it, such as DE`,
    );
  }
  const clients = premises.clients.map((client, index) => {
    const point = client.accessPoint ?? strongest(client, premises, byPoint);
    const own = byPoint[point]!;
    const radio = own.get(client.band) ?? own.get('5') ?? [...own.values()][0];
    return { id: `c${index}`, at: client.at, radio, offeredMbps: client.offeredMbps };
  });
  const strange = random.fork('strangers');
  const unmanaged = premises.unmanaged.map(({ at, band, widthMhz, offeredMbps }, index) => {
    const channel = oneOf(strange, strangersChannels(kind, country, band, widthMhz));
    return { id: `x${index}`, at, channel, offeredMbps, eirpDbm: usualEirpDbm[band] };
  });
  const scene = parseScene(
    { version: 1, walls: premises.walls, radios: radiosAt, unmanaged, clients },
    `of kind ${name}`,
  );
  const startHour = 6;
  const happenings = happeningsOf(
    {
      kind,
      premises,
      clients: scene.clients,
      strangers: scene.unmanaged,
      radarChannels: legalFor(kind, country, '5').flatMap(({ channel, radar }) =>
        radar && channel.widthMhz === 20 ? [channel] : [],
      ),
      hours,
      startHour,
    },
    random.fork('happenings'),
  );
  const { shadowingDb } = kind;
  return { kind: name, country, scene, shadowingDb, radios, happenings, hours, startHour };
}

/** A new fluid air with the site in it as it begins; `random` decides the shadowing. */
export function openSite(site: GeneratedSite, random: Random): FluidAir {
  const air = createFluidAir({ random, shadowingDb: site.shadowingDb });
  placeSite(site, air);
  return air;
}

/** Puts the site into an empty air, as it begins. */
export function placeSite({ scene, happenings }: GeneratedSite, air: Air): void {
  buildScene(scene, air);
  for (const { atUs, changes } of happenings) {
    if (atUs > 0) break;
    for (const change of changes) air.apply(change);
  }
}

function standing(kind: SiteKind, country: string, band: Band): WhereItStands {
  return {
    country,
    indoor: kind.indoor,
    antennaGainDbi: 3,
    bands: [band],
    maxWidthMhz: kind.maxWidthMhz[band],
    minEirpDbm: MIN_EIRP_DBM,
    maxEirpDbm: maxEirpDbm[band],
  };
}

function legalFor(kind: SiteKind, country: string, band: Band): LegalChannel[] {
  return legalChannels(standing(kind, country, band)).filter(isForPlans);
}

/** Strangers keep to the law too, and to the band; not to the width where none of it is legal. */
function strangersChannels(
  kind: SiteKind,
  country: string,
  band: Band,
  widthMhz: WidthMhz,
): readonly Channel[] {
  const legal = legalChannels({ ...standing(kind, country, band), indoor: true })
    .filter(isForPlans)
    .map(({ channel }) => channel);
  const wide = legal.filter((channel) => channel.widthMhz === widthMhz);
  return wide.length > 0 ? wide : legal.length > 0 ? legal : allChannels(band, 20);
}

function strongest(
  { at, band }: PlacedClient,
  { accessPoints, walls }: Premises,
  byPoint: readonly ReadonlyMap<Band, string>[],
): number {
  const withBand = accessPoints.flatMap((point, index) =>
    byPoint[index]!.has(band) ? [{ index, at: point.at, far: distanceM(at, point.at) }] : [],
  );
  const all =
    withBand.length > 0
      ? withBand
      : accessPoints.map((point, index) => ({ index, at: point.at, far: distanceM(at, point.at) }));
  const nearest = all.sort((a, b) => a.far - b.far || a.index - b.index).slice(0, NEAREST);
  let best = { index: 0, loss: Number.POSITIVE_INFINITY };
  for (const { index, at: place, far } of nearest) {
    const loss = pathLossExponent * spreadDb(far) + wallLossDb(walls, at, place);
    if (loss < best.loss) best = { index, loss };
  }
  return best.index;
}
