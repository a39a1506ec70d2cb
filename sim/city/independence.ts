/**
 * Neighbourhoods run apart, so none may hear another. That is worked out from the levels of the air
 * model: every radio, and every client, with the most that hardware there can send, from where it
 * stands, on one channel with whoever listens; and every radar as near as it may come.
 */
import { createRandom } from '#agents/random/philox.ts';
import type { Band } from '#protocols/channels.ts';
import { InputError } from '#protocols/errors.ts';
import { pow10 } from '#protocols/math.ts';
import { noiseDbm } from '#protocols/rates.ts';
import { lossDb, pathLossExponent, spreadDb } from '../air/path-loss.ts';
import { detectionThresholdDbm } from '../air/radar.ts';
import { RADAR_AWAY_M } from '../hands.ts';
import { layOut } from '../layout.ts';
import { areaAround } from '../mobility/movement.ts';
import type { Scenario } from '../scenario.ts';
import type { Neighbourhood } from './neighbourhoods.ts';

/**
 * The thermal noise of the narrowest channel. Neither air looks at anything weaker: the fluid one
 * begins at `AUDIBLE_DBM`, the one of packets here.
 */
const NOTHING_DBM = noiseDbm(20, 0);

/** On the plan, in metres. */
interface Rectangle {
  readonly low: { readonly x: number; readonly y: number };
  readonly high: { readonly x: number; readonly y: number };
}

/** Somewhere in its rectangle, which for most is a point: a client that walks goes anywhere. */
interface Station extends Rectangle {
  readonly name: string;
}

interface Sender extends Station {
  readonly band: Band;
  readonly eirpDbm: number;
  /** It stands somewhere within this of its place. */
  readonly strayM: number;
  /** What is lost on the way out of its neighbourhood. */
  readonly wayOutDb: number;
  /** From here on it makes a difference to whoever it reaches. */
  readonly floorDbm: number;
}

interface Ground extends Rectangle {
  readonly stations: readonly Station[];
  readonly senders: readonly Sender[];
  /** What is lost on the way in. */
  readonly wayInDb: number;
  /** How far its loudest sender comes, by what is lost on the way in where it is heard. */
  readonly reachM: ReadonlyMap<number, number>;
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
        `scenario ${name}: at city.gapM: expected neighbourhoods that do not hear each other, for which ${Math.ceil(enoughM(grounds))} is enough, came ${city?.gapM}: ${from.name} arrives at ${to.name} with ${levelDbm.toFixed(1)} dBm, and ${from.floorDbm.toFixed(0)} dBm count`,
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
  const inCity = ({ x, y }: { x: number; y: number }) => ({ x: x + origin.x, y: y + origin.y });
  const wayOutDb = scenario.generate.indoor ? facadeDb : 0;
  const walkers = new Set(movements.map(({ id }) => id));
  const area = areaAround(site.nodes, scenario.generate.spacingM);
  const radios = site.nodes.flatMap((node) =>
    node.radios.map(({ id }): Station => {
      const at = inCity(node.at);
      return { name: `${site.site}/${node.id}/${id}`, low: at, high: at };
    }),
  );
  const stations = [
    ...radios,
    ...clients.map(({ id, at }): Station => {
      const { from, to } = walkers.has(id) ? area : { from: at, to: at };
      return { name: `${site.site}/${id}`, low: inCity(from), high: inCity(to) };
    }),
  ];
  const hardware = site.nodes.flatMap((node) => node.radios);
  // What carries farthest decides.
  const [band = '2.4'] = hardware
    .flatMap((radio) => radio.bands)
    .sort((one, other) => lossDb(one, 0, 0) - lossDb(other, 0, 0));
  const eirpDbm = most(hardware.map(({ maxEirpDbm }) => maxEirpDbm));
  const radars = faults.filter((fault) => fault.kind === 'radar');
  const senders = [
    ...stations.map((station): Sender => {
      return { ...station, band, eirpDbm, wayOutDb, strayM: 0, floorDbm: NOTHING_DBM };
    }),
    ...radars.flatMap((radar) =>
      radios.map((radio): Sender => {
        const name = `a radar near ${radio.name}`;
        // As far away along both axes, and outdoors.
        const where = { strayM: RADAR_AWAY_M * Math.SQRT2, wayOutDb: 0 };
        // A radio that sends more has to notice weaker ones.
        const floorDbm = detectionThresholdDbm(Infinity);
        return { ...radio, name, band: '5', eirpDbm: radar.eirpDbm, ...where, floorDbm };
      }),
    ),
  ];
  const reachM = [0, facadeDb].map(
    (lostDb) => [lostDb, most(senders.map((sender) => senderReachM(sender, lostDb)))] as const,
  );
  return {
    stations,
    senders,
    wayInDb: wayOutDb,
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
  const reachM = from.reachM.get(to.wayInDb) ?? Infinity;
  if (gapM(from, to) > reachM) return undefined;
  let leak: Leak | undefined;
  for (const sender of from.senders) {
    for (const station of to.stations) {
      const metres = Math.max(0, gapM(sender, station) - sender.strayM);
      if (metres > reachM) continue;
      const wallsDb = sender.wayOutDb + to.wayInDb;
      const levelDbm = sender.eirpDbm - lossDb(sender.band, spreadDb(metres), wallsDb);
      if (levelDbm < sender.floorDbm || levelDbm <= (leak?.levelDbm ?? -Infinity)) continue;
      leak = { from: sender, to: station, levelDbm };
    }
  }
  return leak;
}

/** Between two rectangles of the plan. */
function gapM(a: Rectangle, b: Rectangle): number {
  const x = Math.max(0, a.low.x - b.high.x, b.low.x - a.high.x);
  const y = Math.max(0, a.low.y - b.high.y, b.low.y - a.high.y);
  return Math.sqrt(x * x + y * y);
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
