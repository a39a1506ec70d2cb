/**
 * Neighbourhoods run apart, so none may hear another. That is worked out from the levels of the air
 * model: every radio with the most its hardware can send, from where it stands, on one channel with
 * whoever listens, and every radar as near as it may come. Clients listen; the air lets none send.
 */
import { createRandom } from '#agents/random/philox.ts';
import type { Point } from '#protocols/air.ts';
import type { Band } from '#protocols/channels.ts';
import { InputError } from '#protocols/errors.ts';
import { pow10 } from '#protocols/math.ts';
import { distanceM } from '../air/geometry.ts';
import { AUDIBLE_DBM } from '../air/hearing.ts';
import { lossDb, pathLossExponent, spreadDb } from '../air/path-loss.ts';
import { detectionThresholdDbm } from '../air/radar.ts';
import { RADAR_AWAY_M } from '../hands.ts';
import { layOut } from '../layout.ts';
import { areaAround } from '../mobility/movement.ts';
import type { Scenario } from '../scenario.ts';
import type { Neighbourhood } from './neighbourhoods.ts';

/** Where it may stand: a client that walks, anywhere in a rectangle. */
interface Station {
  readonly name: string;
  readonly low: Point;
  readonly high: Point;
}

interface Sender {
  readonly name: string;
  readonly at: Point;
  readonly band: Band;
  readonly eirpDbm: number;
  /** It stands somewhere within this of its place. */
  readonly strayM: number;
  /** What is lost on the way out of its neighbourhood. */
  readonly wayOutDb: number;
  /** From here on it makes a difference to whoever it reaches. */
  readonly floorDbm: number;
}

interface Ground {
  readonly stations: readonly Station[];
  readonly senders: readonly Sender[];
  /** What is lost on the way in. */
  readonly wayInDb: number;
  /** How far its loudest sender comes, by what is lost on the way in where it is heard. */
  readonly reachM: ReadonlyMap<number, number>;
  readonly low: { readonly x: number; readonly y: number };
  readonly high: { readonly x: number; readonly y: number };
}

interface Leak {
  readonly from: Sender;
  readonly to: Station;
  readonly levelDbm: number;
}

/** Throws an `InputError` that names the first two neighbourhoods of which one hears the other. */
export function assertIndependent(
  { name, city, faults }: Scenario,
  neighbourhoods: readonly Neighbourhood[],
): void {
  const grounds = neighbourhoods.map((one) => groundOf(one, city?.facadeDb ?? 0, faults));
  for (const [index, one] of grounds.entries()) {
    for (const other of grounds.slice(index + 1)) {
      const leak = loudest(one, other) ?? loudest(other, one);
      if (leak === undefined) continue;
      const { from, to, levelDbm } = leak;
      throw new InputError(
        `scenario ${name}: at city.gapM: expected neighbourhoods that do not hear each other, for which ${Math.ceil(enoughM(grounds))} is enough, came ${city?.gapM}: ${from.name} arrives at ${to.name} with ${levelDbm.toFixed(1)} dBm, and ${from.floorDbm} dBm count`,
      );
    }
  }
}

function groundOf(
  { scenario, seed, origin }: Neighbourhood,
  facadeDb: number,
  faults: Scenario['faults'],
): Ground {
  // The world draws its places from the same stream.
  const { site, clients, movements } = layOut(scenario, createRandom(seed).fork('layout'));
  const inCity = ({ x, y, z }: Point) => ({ x: x + origin.x, y: y + origin.y, z });
  const wallDb = scenario.generate.indoor ? facadeDb : 0;
  const radios = site.nodes.flatMap((node) =>
    node.radios.map((radio) => ({
      ...radio,
      name: `${site.site}/${node.id}/${radio.id}`,
      at: inCity(node.at),
    })),
  );
  const radarDbm = Math.max(
    ...faults.map((one) => (one.kind === 'radar' ? one.eirpDbm : -Infinity)),
  );
  const senders = radios.flatMap(({ name, at, bands, maxEirpDbm }): Sender[] => [
    ...bands.map((band) => ({
      ...{ name, at, band, eirpDbm: maxEirpDbm, strayM: 0 },
      ...{ wayOutDb: wallDb, floorDbm: AUDIBLE_DBM },
    })),
    {
      ...{ name: `a radar near ${name}`, at, band: '5', eirpDbm: radarDbm },
      // As far away along both axes; it stands outdoors.
      ...{ strayM: RADAR_AWAY_M * Math.SQRT2, wayOutDb: 0 },
      // A radio that sends more has to notice weaker ones.
      floorDbm: detectionThresholdDbm(Infinity),
    },
  ]);
  const walkers = new Set(movements.map(({ id }) => id));
  const area = areaAround(site.nodes, scenario.generate.spacingM);
  const stations = [
    ...radios.map(({ name, at }) => ({ name, low: at, high: at })),
    ...clients.map(({ id, at }) => {
      const { from, to } = walkers.has(id) ? area : { from: at, to: at };
      const { z } = at;
      return {
        name: `${site.site}/${id}`,
        low: inCity({ ...from, z }),
        high: inCity({ ...to, z }),
      };
    }),
  ];
  const loud = senders.filter(({ eirpDbm }) => eirpDbm > -Infinity);
  const reachM = [0, facadeDb].map(
    (lostDb) => [lostDb, most(loud.map((sender) => senderReachM(sender, lostDb)))] as const,
  );
  return {
    stations,
    senders: loud,
    wayInDb: wallDb,
    reachM: new Map(reachM),
    low: {
      x: -most(stations.map(({ low }) => -low.x)),
      y: -most(stations.map(({ low }) => -low.y)),
    },
    high: {
      x: most(stations.map(({ high }) => high.x)),
      y: most(stations.map(({ high }) => high.y)),
    },
  };
}

/** The loudest that a station of `to` hears of `from`, where it counts. */
function loudest(from: Ground, to: Ground): Leak | undefined {
  const apartM = distanceM(
    { x: Math.max(0, from.low.x - to.high.x), y: Math.max(0, from.low.y - to.high.y), z: 0 },
    { x: Math.max(0, to.low.x - from.high.x), y: Math.max(0, to.low.y - from.high.y), z: 0 },
  );
  const reachM = from.reachM.get(to.wayInDb) ?? Infinity;
  if (apartM > reachM) return undefined;
  let leak: Leak | undefined;
  for (const sender of from.senders) {
    for (const station of to.stations) {
      const metres = Math.max(
        0,
        distanceM(sender.at, nearestTo(sender.at, station)) - sender.strayM,
      );
      if (metres > reachM) continue;
      const wallsDb = sender.wayOutDb + to.wayInDb;
      const levelDbm = sender.eirpDbm - lossDb(sender.band, spreadDb(metres), wallsDb);
      if (levelDbm < sender.floorDbm || levelDbm <= (leak?.levelDbm ?? -Infinity)) continue;
      leak = { from: sender, to: station, levelDbm };
    }
  }
  return leak;
}

function nearestTo(at: Point, { low, high }: Station): Point {
  return {
    x: Math.max(low.x, Math.min(high.x, at.x)),
    y: Math.max(low.y, Math.min(high.y, at.y)),
    z: low.z,
  };
}

/** From here on nobody hears it. */
function senderReachM(
  { eirpDbm, floorDbm, wayOutDb, band, strayM }: Sender,
  wayInDb: number,
): number {
  const spareDb = eirpDbm - floorDbm - lossDb(band, 0, wayOutDb + wayInDb);
  return spareDb < 0 ? 0 : pow10(spareDb / (10 * pathLossExponent)) + strayM;
}

/** A gap that is enough for any two. */
function enoughM(grounds: readonly Ground[]): number {
  const wayInDb = -most(grounds.map((ground) => -ground.wayInDb));
  return most(grounds.map(({ reachM }) => reachM.get(wayInDb) ?? Infinity));
}

/** Of many, where a call with as many arguments would fail. */
function most(values: readonly number[]): number {
  return values.reduce((high, value) => Math.max(high, value), -Infinity);
}
