/** What a kind of site says of itself: where things stand and how busy the hours are. */
import type { Point } from '#protocols/air.ts';
import type { Band, WidthMhz } from '#protocols/channels.ts';
import { exp } from '#protocols/math.ts';
import type { Random } from '#protocols/random.ts';
import type { Wall } from '../air/geometry.ts';

/** An access point: one radio a band. */
export interface AccessPoint {
  readonly at: Point;
  readonly bands: readonly Band[];
}

export interface PlacedClient {
  readonly at: Point;
  /** In a usual hour. */
  readonly offeredMbps: number;
  readonly band: Band;
  /** The access point it keeps to, by its number; the strongest when left out. */
  readonly accessPoint?: number;
}

export interface Stranger {
  readonly at: Point;
  readonly band: Band;
  readonly widthMhz: WidthMhz;
  readonly offeredMbps: number;
}

export interface Premises {
  readonly walls: readonly Wall[];
  readonly accessPoints: readonly AccessPoint[];
  readonly clients: readonly PlacedClient[];
  /** Access points of others. */
  readonly unmanaged: readonly Stranger[];
  readonly sideM: { readonly x: number; readonly y: number };
}

export interface SiteKind {
  readonly name: string;
  readonly about: string;
  readonly indoor: boolean;
  /** How wide its channels were set by whoever installed it. */
  readonly widthMhz: Readonly<Record<Band, WidthMhz>>;
  readonly maxWidthMhz: Readonly<Record<Band, WidthMhz>>;
  /** Standard deviation of what a link loses beside distance and walls. */
  readonly shadowingDb: number;
  place(aps: number, random: Random): Premises;
  /** What clients ask in an hour of the day, over what they usually ask; `x`, `y` from 0 to 1 over the site. */
  busy(hour: number, at: { readonly x: number; readonly y: number }): number;
}

export function between(random: Random, least: number, most: number): number {
  return least + (most - least) * random.uniform();
}

export function oneOf<Item>(random: Random, items: readonly Item[]): Item {
  return items[random.below(items.length)]!;
}

/** Traffic of clients is skewed: most ask little, a few ask much. Log-normal about its median. */
export function skewed(random: Random, median: number, sigma: number, most: number): number {
  return Math.min(most, median * exp(sigma * random.normal()));
}

/** A band by its share of the whole; shares add up to 1. */
export function bandBy(random: Random, shares: Readonly<Partial<Record<Band, number>>>): Band {
  let left = random.uniform();
  const entries = Object.entries(shares) as [Band, number][];
  for (const [band, share] of entries) {
    if (left < share) return band;
    left -= share;
  }
  return entries[0]![0];
}

/** Places of a grid that is as nearly square as `count` allows, row by row. */
export function grid(count: number): { columns: number; rows: number } {
  const columns = Math.ceil(Math.sqrt(count));
  return { columns, rows: Math.ceil(count / columns) };
}

/** Rises from 0 to 1 and falls again around an hour of the day, over `width` hours on either side. */
export function peak(hour: number, at: number, width: number): number {
  const apart = Math.abs(((hour - at + 36) % 24) - 12);
  return Math.max(0, 1 - apart / width);
}
