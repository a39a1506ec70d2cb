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

const FLAT = { x: 9, y: 7 };
/** Reinforced concrete between flats, with doors and ducts through it. */
const PARTY_WALL_DB = 9;
/** Of flats; the others have an access point of somebody else. */
const OURS = 0.75;

export const denseFlats: SiteKind = {
  name: 'dense-flats',
  about: 'Flats wall to wall, an access point in each, a quarter of them of somebody else',
  indoor: true,
  widthMhz: { '2.4': 20, '5': 80, '6': 80 },
  maxWidthMhz: { '2.4': 20, '5': 80, '6': 160 },
  shadowingDb: 5,
  place(aps, random) {
    const { columns, rows } = grid(Math.ceil(aps / OURS));
    const sideM = { x: columns * FLAT.x, y: rows * FLAT.y };
    const walls: Wall[] = [];
    for (let column = 0; column <= columns; column += 1) {
      const x = column * FLAT.x;
      walls.push({ from: { x, y: 0, z: 0 }, to: { x, y: sideM.y, z: 0 }, lossDb: PARTY_WALL_DB });
    }
    for (let row = 0; row <= rows; row += 1) {
      const y = row * FLAT.y;
      walls.push({ from: { x: 0, y, z: 0 }, to: { x: sideM.x, y, z: 0 }, lossDb: PARTY_WALL_DB });
    }
    const accessPoints: AccessPoint[] = [];
    const clients: PlacedClient[] = [];
    const unmanaged: Stranger[] = [];
    for (let flat = 0; accessPoints.length < aps; flat += 1) {
      const left = columns * rows - flat;
      const corner = { x: (flat % columns) * FLAT.x, y: Math.floor(flat / columns) * FLAT.y };
      const inside = (z: number) => ({
        x: corner.x + between(random, 0.5, FLAT.x - 0.5),
        y: corner.y + between(random, 0.5, FLAT.y - 0.5),
        z,
      });
      const at = inside(1.5);
      if (left > aps - accessPoints.length && random.uniform() > OURS) {
        unmanaged.push(
          { at, band: '2.4', widthMhz: 20, offeredMbps: skewed(random, 15, 1, 80) },
          { at, band: '5', widthMhz: 80, offeredMbps: skewed(random, 50, 1.1, 300) },
        );
        continue;
      }
      const accessPoint = accessPoints.length;
      accessPoints.push({ at, bands: ['2.4', '5'] });
      for (let count = 2 + random.below(4); count > 0; count -= 1) {
        const band = bandBy(random, { '5': 0.7, '2.4': 0.3 });
        const offeredMbps = skewed(random, band === '5' ? 150 : 40, 0.5, 400);
        clients.push({ at: inside(1), offeredMbps, band, accessPoint });
      }
    }
    return { walls, accessPoints, clients, unmanaged, sideM };
  },
  // Evenings, and a little at noon.
  busy: (hour) => 0.25 + 1.4 * peak(hour, 20.5, 4) + 0.4 * peak(hour, 12, 4),
};
