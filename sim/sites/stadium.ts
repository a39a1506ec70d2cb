import { cos, sin } from '#protocols/math.ts';
import {
  type AccessPoint,
  bandBy,
  between,
  type PlacedClient,
  type SiteKind,
  skewed,
} from './kind.ts';

/** Between access points of one ring, and between rings. */
const APART_M = 10;
const CLIENTS = 12;
/** Round the pitch. */
const LEAST_RADIUS_M = 25;

export const stadium: SiteKind = {
  name: 'stadium',
  about: 'Rings of seats in the open, nothing between them, crowds that all want something at once',
  indoor: false,
  widthMhz: { '2.4': 20, '5': 20, '6': 20 },
  maxWidthMhz: { '2.4': 20, '5': 80, '6': 160 },
  shadowingDb: 4,
  place(aps, random) {
    const accessPoints: AccessPoint[] = [];
    const clients: PlacedClient[] = [];
    // A stand for few, the whole round for many.
    const inRing = Math.min(aps, Math.max(5, Math.ceil(aps / 3)));
    const radiusM = Math.max(LEAST_RADIUS_M, (inRing * APART_M) / (2 * Math.PI));
    const sideM = 2 * (radiusM + Math.ceil(aps / inRing) * APART_M);
    const around = (turn: number, away: number, z: number) => {
      const angle = 2 * Math.PI * turn;
      return { x: sideM / 2 + away * cos(angle), y: sideM / 2 + away * sin(angle), z };
    };
    const stepTurns = APART_M / (2 * Math.PI * radiusM);
    for (let index = 0; index < aps; index += 1) {
      const ring = Math.floor(index / inRing);
      const turn = ((index % inRing) + ring / 2) * stepTurns;
      const away = radiusM + ring * APART_M;
      const z = 2 + 4 * ring;
      accessPoints.push({
        at: around(turn, away, z + 3),
        bands: index % 2 === 0 ? ['2.4', '5'] : ['5'],
      });
      for (let count = 0; count < CLIENTS; count += 1) {
        const at = around(
          turn + between(random, -0.5, 0.5) * stepTurns,
          away + between(random, -0.5, 0.5) * APART_M,
          z,
        );
        const band = bandBy(random, { '5': 0.85, '2.4': 0.15 });
        clients.push({ at, offeredMbps: skewed(random, 18, 0.5, 100), band });
      }
    }
    return { walls: [], accessPoints, clients, unmanaged: [], sideM: { x: sideM, y: sideM } };
  },
  // Games from 15 to 17 and from 20 to 22 o'clock: everybody before, between and after, few meanwhile.
  busy(hour, { y }) {
    const isGame = (hour >= 15 && hour < 17) || (hour >= 20 && hour < 22);
    const isCrowd = (hour >= 13 && hour < 19) || (hour >= 19 && hour < 24);
    if (!isCrowd) return 0.15;
    const side = Math.floor(hour) % 2 === 0 ? y : 1 - y;
    return (isGame ? 1.1 : 0.7) * (0.6 + 0.8 * side);
  },
};
