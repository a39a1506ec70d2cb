import type { Wall } from '../air/geometry.ts';
import {
  type AccessPoint,
  bandBy,
  between,
  grid,
  type PlacedClient,
  peak,
  type SiteKind,
  type Stranger,
  skewed,
} from './kind.ts';

const CELL_M = 14;
const PARTITION_DB = 5;
/** Of the edges between two cells, so many carry a partition. */
const PARTED = 0.6;
const CLIENTS = 9;

export const office: SiteKind = {
  name: 'office',
  about: 'A floor of desks and meeting rooms; people move on the hour; three bands',
  indoor: true,
  widthMhz: { '2.4': 20, '5': 40, '6': 80 },
  maxWidthMhz: { '2.4': 20, '5': 80, '6': 160 },
  shadowingDb: 4,
  place(aps, random) {
    const { columns, rows } = grid(aps);
    const sideM = { x: columns * CELL_M, y: rows * CELL_M };
    const walls: Wall[] = [];
    for (let cell = 0; cell < columns * rows; cell += 1) {
      const x = (cell % columns) * CELL_M;
      const y = Math.floor(cell / columns) * CELL_M;
      const corner = { x, y, z: 0 };
      for (const to of [
        { x: x + CELL_M, y, z: 0 },
        { x, y: y + CELL_M, z: 0 },
      ]) {
        if (random.uniform() < PARTED) walls.push({ from: corner, to, lossDb: PARTITION_DB });
      }
    }
    const accessPoints: AccessPoint[] = [];
    const clients: PlacedClient[] = [];
    for (let cell = 0; cell < aps; cell += 1) {
      const middle = {
        x: ((cell % columns) + 0.5) * CELL_M,
        y: (Math.floor(cell / columns) + 0.5) * CELL_M,
      };
      const at = {
        x: middle.x + between(random, -3, 3),
        y: middle.y + between(random, -3, 3),
        z: 2.7,
      };
      accessPoints.push({ at, bands: ['2.4', '5', '6'] });
      for (let count = 0; count < CLIENTS; count += 1) {
        const place = {
          x: middle.x + between(random, -CELL_M / 2, CELL_M / 2),
          y: middle.y + between(random, -CELL_M / 2, CELL_M / 2),
          z: 1,
        };
        const band = bandBy(random, { '5': 0.6, '6': 0.2, '2.4': 0.2 });
        clients.push({ at: place, offeredMbps: skewed(random, 40, 0.5, 200), band });
      }
    }
    // The tenants next door.
    const unmanaged: Stranger[] = Array.from({ length: Math.ceil(aps / 6) }, () => {
      const at = { x: between(random, 0, sideM.x), y: -between(random, 4, 12), z: 2.7 };
      const offeredMbps = skewed(random, 15, 1, 120);
      return random.below(3) === 0
        ? { at, band: '2.4', widthMhz: 20, offeredMbps: offeredMbps / 3 }
        : { at, band: '5', widthMhz: 40, offeredMbps };
    });
    return { walls, accessPoints, clients, unmanaged, sideM };
  },
  // Desks by day; in odd hours the west wing meets, in even ones the east.
  busy(hour, { x }) {
    const day = 0.1 + 1.2 * Math.min(1, 2 * peak(hour, 13, 6));
    const isMeeting = Math.floor(hour) % 2 === (x < 0.35 ? 1 : 0) && (x < 0.35 || x > 0.65);
    return isMeeting ? 2 * day : day;
  },
};
