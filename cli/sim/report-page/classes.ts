/** How well a client is served and how busy a channel is, in six classes that each have a shade. */
import { servedOf } from './format.ts';

export const CLASSES = 6;

/** From the best on: class 0 is at least the first, class 5 is below the last. */
const servedBounds = [0.98, 0.9, 0.7, 0.4, 0.1];
export const servedWords = [
  '98 % or more',
  '90 to 98 %',
  '70 to 90 %',
  '40 to 70 %',
  '10 to 40 %',
  'less',
] as const;

/** From the idlest on. */
const busyBounds = [0.1, 0.25, 0.5, 0.75, 0.9];
export const busyWords = [
  'below 10 %',
  '10 to 25 %',
  '25 to 50 %',
  '50 to 75 %',
  '75 to 90 %',
  'more',
] as const;

export function servedClass(mbps: number, offeredMbps: number): number {
  return shareClass(servedOf(mbps, offeredMbps) ?? 0);
}

/** Of a share of demand that was served. */
export function shareClass(share: number): number {
  return servedBounds.filter((bound) => share < bound).length;
}

export function busyClass(share: number): number {
  return busyBounds.filter((bound) => share >= bound).length;
}
