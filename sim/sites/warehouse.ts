import type { Wall } from '../air/geometry.ts';
import {
  type AccessPoint,
  bandBy,
  between,
  grid,
  type PlacedClient,
  type SiteKind,
  skewed,
} from './kind.ts';

const CELL_M = 22;
const AISLE_M = 5.5;
/** A rack full of goods. */
const RACK_DB = 4;
const SCANNERS = 5;
const CAMERAS = 2;

export const warehouse: SiteKind = {
  name: 'warehouse',
  about: 'Aisles of racks under a high ceiling: many scanners that ask little, some cameras',
  indoor: true,
  widthMhz: { '2.4': 20, '5': 40, '6': 40 },
  maxWidthMhz: { '2.4': 20, '5': 80, '6': 160 },
  shadowingDb: 6,
  place(aps, random) {
    const { columns, rows } = grid(aps);
    const sideM = { x: columns * CELL_M, y: rows * CELL_M };
    const walls: Wall[] = [];
    for (let x = AISLE_M; x < sideM.x; x += AISLE_M) {
      // A cross aisle is left free in the middle.
      for (const [from, to] of [
        [2, 0.46 * sideM.y],
        [0.54 * sideM.y, sideM.y - 2],
      ] as const) {
        walls.push({ from: { x, y: from, z: 0 }, to: { x, y: to, z: 0 }, lossDb: RACK_DB });
      }
    }
    const accessPoints: AccessPoint[] = [];
    const clients: PlacedClient[] = [];
    for (let cell = 0; cell < aps; cell += 1) {
      const corner = {
        x: (cell % columns) * CELL_M,
        y: Math.floor(cell / columns) * CELL_M,
      };
      const inside = (z: number) => ({
        x: corner.x + between(random, 0, CELL_M),
        y: corner.y + between(random, 0, CELL_M),
        z,
      });
      accessPoints.push({
        at: { x: corner.x + CELL_M / 2 + between(random, -2, 2), y: corner.y + CELL_M / 2, z: 8 },
        bands: ['2.4', '5'],
      });
      for (let count = 0; count < SCANNERS; count += 1) {
        const band = bandBy(random, { '5': 0.5, '2.4': 0.5 });
        clients.push({ at: inside(1.2), offeredMbps: skewed(random, 14, 0.5, 50), band });
      }
      for (let count = 0; count < CAMERAS; count += 1) {
        clients.push({ at: inside(5), offeredMbps: between(random, 60, 160), band: '5' });
      }
    }
    return { walls, accessPoints, clients, unmanaged: [], sideM };
  },
  // Three shifts; goods come in at one end in the morning and leave at the other in the afternoon.
  busy(hour, { y }) {
    if (hour < 5 || hour >= 22) return 0.6;
    return hour < 13 ? 1.5 - y : 0.5 + y;
  },
};
