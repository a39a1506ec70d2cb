/** Losses of what stands somewhere around a known place: clients around their radio, emitters. */
import { type Band, overlapMhz, span } from '#protocols/channels.ts';
import { AUDIBLE_DBM, ENERGY_DETECT_DBM } from '#protocols/hearing.ts';
import { hypot, pow10 } from '#protocols/math.ts';
import type { RadioReport } from '#protocols/radio-report.ts';
import { bandOf, lossDb, pathLossExponent, spreadDb } from '../path-loss.ts';
import { emittersOf, type InferredEmitter, insideDb } from './emitters.ts';
import { cut, type Estimate, spreadAround, unbounded } from './estimate.ts';
import {
  type LevelRules,
  type LinkEstimate,
  type Losses,
  readingSigmaDb,
  type Station,
} from './losses.ts';

/** Only the product of power and loss shows. */
export const EMITTER_EIRP_DBM = 20;
/** A client of a radio that is off or silent shows no level. */
const SHOWN_FROM_DBM = -110;
const UNSEEN_CLIENT_M = 5;

/** Something at a distance from a point of the plan, in a direction that nobody knows. */
interface Around {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly radiusM: number;
}

export interface MeasuredClient {
  readonly around: Around;
  readonly radio: string;
  readonly offeredMbps: number;
  readonly links: readonly LinkEstimate[];
}

export interface MeasuredEmitter {
  readonly around: Around;
  readonly inferred: InferredEmitter;
  readonly links: readonly LinkEstimate[];
}

export function clientsAround(
  reports: readonly RadioReport[],
  stations: readonly Station[],
  losses: Losses,
  rules: LevelRules,
): MeasuredClient[] {
  const { plan, at, deviationDb } = losses;
  return reports.flatMap(({ id: radio, channel, eirpDbm, silent, clients }) => {
    const own = stations.find((station) => station.id === radio)!;
    const band = channel?.band ?? '5';
    return clients.map(({ id, rssiDbm, offeredMbps }) => {
      const isSeen = channel !== null && !silent && rssiDbm >= SHOWN_FROM_DBM;
      const loss = isSeen
        ? { mean: eirpDbm - rssiDbm, sigma: readingSigmaDb(rules, 1) }
        : { mean: at(band, spreadDb(UNSEEN_CLIENT_M)), sigma: deviationDb };
      const radiusM = radiusOf(band, loss.mean);
      const around = { id, x: plan.x[own.place]!, y: plan.y[own.place]!, radiusM };
      const toOwn = { ...estimated(id, own, band, loss), isMeasured: isSeen };
      const links = [toOwn, ...linksToOthers(around, own, stations, losses)];
      return { around, radio, offeredMbps, links };
    });
  });
}

export function emittersAround(
  reports: readonly RadioReport[],
  stations: readonly Station[],
  losses: Losses,
  explained: ReadonlyMap<string, number>,
): MeasuredEmitter[] {
  return emittersOf(reports, explained).map((inferred) => {
    const { id, block, hearers, levelDbm } = inferred;
    const band = bandOf((block.lowMhz + block.highMhz) / 2);
    const places = stations.flatMap((one) => (hearers.includes(one.id) ? [one.place] : []));
    const middle = (axis: Float64Array) =>
      places.reduce((sum, place) => sum + axis[place]!, 0) / places.length;
    const around = {
      id,
      x: middle(losses.plan.x),
      y: middle(losses.plan.y),
      radiusM: radiusOf(band, EMITTER_EIRP_DBM - levelDbm.mean),
    };
    return { around, inferred, links: emitterLinks(inferred, around, band, stations, losses) };
  });
}

/** How far away something is whose signal loses so much. */
function radiusOf(band: Band, loss: number): number {
  return pow10(Math.max(0, loss - lossDb(band, 0, 0)) / (10 * pathLossExponent));
}

function lossAround(one: Around, station: Station, band: Band, losses: Losses): Estimate {
  const { plan, at, deviationDb } = losses;
  const apart = hypot(one.x - plan.x[station.place]!, one.y - plan.y[station.place]!);
  const spread = spreadAround(apart, one.radiusM);
  const byPlace = pathLossExponent * spread.sigma;
  return {
    mean: at(band, spread.mean),
    sigma: Math.sqrt(byPlace * byPlace + deviationDb * deviationDb),
  };
}

/** To radios other than its own; those far out of reach are left to the air. */
function linksToOthers(
  client: Around,
  own: Station,
  stations: readonly Station[],
  losses: Losses,
): LinkEstimate[] {
  return stations.flatMap((station) => {
    const band = station.channel?.band ?? '5';
    const loss = lossAround(client, station, band, losses);
    const isFar = station.eirpDbm - loss.mean + 3 * loss.sigma < AUDIBLE_DBM;
    return station === own || isFar ? [] : [estimated(client.id, station, band, loss)];
  });
}

function emitterLinks(
  emitter: InferredEmitter,
  around: Around,
  band: Band,
  stations: readonly Station[],
  losses: Losses,
): LinkEstimate[] {
  const { levelDbm, hearers, block } = emitter;
  return stations.map((station) => {
    if (hearers.includes(station.id)) {
      const loss = { mean: EMITTER_EIRP_DBM - levelDbm.mean, sigma: levelDbm.sigma };
      return { ...estimated(emitter.id, station, band, loss), isMeasured: true };
    }
    const guess = lossAround(around, station, band, losses);
    const { channel, listens } = station;
    const isSpared = listens && channel !== null && overlapMhz(block, span(channel)) > 0;
    if (!isSpared) return estimated(emitter.id, station, band, guess);
    // It listens there and is not kept from sending.
    const atLeast = EMITTER_EIRP_DBM + insideDb(block, channel) - ENERGY_DETECT_DBM;
    const bounds = { ...unbounded, atLeast };
    return { ...estimated(emitter.id, station, band, cut(guess, bounds)), bounds };
  });
}

function estimated(from: string, { id }: Station, band: Band, loss: Estimate): LinkEstimate {
  return { from, to: id, band, ...loss, isMeasured: false, bounds: unbounded };
}
