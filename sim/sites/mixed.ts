import type { Wall } from '../air/geometry.ts';
import {
  type AccessPoint,
  bandBy,
  between,
  grid,
  oneOf,
  type PlacedClient,
  peak,
  type SiteKind,
  type Stranger,
  skewed,
} from './kind.ts';

const SHOP = { x: 16, y: 12 };
const WALL_DB = 7;
/** Access points of others, for each of ours. */
const STRANGERS = 0.9;

export const mixed: SiteKind = {
  name: 'mixed',
  about: 'Shops side by side: nearly as many access points of others as of ours, on any channel',
  indoor: true,
  widthMhz: { '2.4': 20, '5': 40, '6': 80 },
  maxWidthMhz: { '2.4': 20, '5': 80, '6': 160 },
  shadowingDb: 5,
  place(aps, random) {
    const { columns, rows } = grid(aps);
    const sideM = { x: columns * SHOP.x, y: rows * SHOP.y };
    const walls: Wall[] = [];
    for (let column = 1; column < columns; column += 1) {
      const x = column * SHOP.x;
      walls.push({ from: { x, y: 0, z: 0 }, to: { x, y: sideM.y, z: 0 }, lossDb: WALL_DB });
    }
    const accessPoints: AccessPoint[] = [];
    const clients: PlacedClient[] = [];
    const anywhere = (z: number) => ({
      x: between(random, 0, sideM.x),
      y: between(random, 0, sideM.y),
      z,
    });
    for (let shop = 0; shop < aps; shop += 1) {
      const corner = { x: (shop % columns) * SHOP.x, y: Math.floor(shop / columns) * SHOP.y };
      const inside = (z: number) => ({
        x: corner.x + between(random, 1, SHOP.x - 1),
        y: corner.y + between(random, 1, SHOP.y - 1),
        z,
      });
      accessPoints.push({ at: inside(3), bands: ['2.4', '5'] });
      for (let count = 3 + random.below(5); count > 0; count -= 1) {
        const band = bandBy(random, { '5': 0.7, '2.4': 0.3 });
        clients.push({ at: inside(1), offeredMbps: skewed(random, 70, 0.5, 250), band });
      }
    }
    const unmanaged: Stranger[] = Array.from({ length: Math.round(aps * STRANGERS) }, () => {
      const isLow = random.uniform() < 0.4;
      return {
        at: anywhere(2.5),
        band: isLow ? '2.4' : '5',
        widthMhz: isLow ? 20 : oneOf(random, [20, 40, 80]),
        offeredMbps: skewed(random, isLow ? 20 : 90, 0.9, isLow ? 80 : 300),
      };
    });
    return { walls, accessPoints, clients, unmanaged, sideM };
  },
  // Opening hours, fullest in the late afternoon, more so at the entrance.
  busy: (hour, { x }) =>
    0.1 + Math.min(1, 2 * peak(hour, 15, 6)) * (0.8 + 0.8 * peak(hour, 17, 2) * (1 - x)),
};
