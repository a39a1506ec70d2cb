/** Where things of a site stand on a drawing of its floor plan. */
import type { Place, ReportData } from './report-data.ts';

export interface Geometry {
  readonly width: number;
  readonly height: number;
  /** Drawn pixels to a metre. */
  readonly scale: number;
  /** Between neighbouring nodes of one storey, as they are spread on average. */
  readonly gapPx: number;
  /** Heights of the storeys, lowest first. */
  readonly floors: readonly number[];
  x(place: { readonly x: number }): number;
  y(place: { readonly y: number }): number;
  /** The storey that is nearest. */
  storeyOf(place: Place): number;
}

const WIDTH = 560;
const HEIGHT_MOST = 620;
const MARGIN = 30;

export function geometryOf(data: ReportData): Geometry {
  const { nodes, clients, walls, neighbours, emitters, radars } = data;
  const places = [
    ...nodes.map(({ at }) => at),
    ...clients.map(({ at }) => at),
    ...walls.flatMap(({ from, to }) => [from, to]),
    ...neighbours.map(({ at }) => at),
    ...[...emitters, ...radars].flatMap(({ at }) => at ?? []),
  ];
  // A campus has more places than a call takes arguments.
  const reach = (of: (place: Place) => number) =>
    places.reduce(
      ([low, high], place) => [Math.min(low, of(place)), Math.max(high, of(place))] as const,
      [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY] as const,
    );
  const [left, right] = reach(({ x }) => x);
  const [top, bottom] = reach(({ y }) => y);
  const wideM = Math.max(right - left, 1);
  const highM = Math.max(bottom - top, 1);
  const scale = Math.min((WIDTH - 2 * MARGIN) / wideM, (HEIGHT_MOST - 2 * MARGIN) / highM);
  const width = Math.max(wideM * scale + 2 * MARGIN, 300);
  const shift = (width - wideM * scale) / 2;
  const height = highM * scale + 2 * MARGIN + 20;
  const storeys = Math.max(...nodes.map(({ storey }) => storey)) + 1;
  const floors = Array.from({ length: storeys }, (_, storey) => {
    const own = nodes.filter((node) => node.storey === storey);
    return own.reduce((sum, { at }) => sum + at.z, 0) / Math.max(1, own.length);
  });
  return {
    width,
    height,
    scale,
    gapPx: Math.sqrt((wideM * highM) / Math.max(1, nodes.length / storeys)) * scale,
    floors,
    x: (place) => shift + (place.x - left) * scale,
    y: (place) => MARGIN + (place.y - top) * scale,
    storeyOf: (place) =>
      floors.reduce(
        (best, floor, storey) =>
          Math.abs(floor - place.z) < Math.abs(floors[best]! - place.z) ? storey : best,
        0,
      ),
  };
}
