/**
 * A path that a scenario writes down: places to come by, in straight lines, each reached at a stated
 * time or all at one speed. Where something is follows from the time alone.
 */
import * as z from 'zod';
import type { Point } from '#protocols/air.ts';
import { US_PER_S } from '#protocols/clock.ts';
import { DurationUs } from '#protocols/duration.ts';
import { distanceM } from '../air/geometry.ts';

/** Faster than any vehicle or drone that carries a radio. */
const SPEED_MAX_MPS = 100;

export const SpeedMps = z.number().positive().max(SPEED_MAX_MPS).meta({ unit: 'm/s' });

const Waypoint = z.strictObject({
  at: z.strictObject({
    x: z.number().meta({ unit: 'm' }),
    y: z.number().meta({ unit: 'm' }),
    z: z.number().optional().describe('The height it begins at when left out').meta({ unit: 'm' }),
  }),
  by: DurationUs.optional().describe('When it arrives, from the start of the run'),
  pause: DurationUs.optional().describe('How long it stays, on a path with `speedMps`'),
});

export const Path = z
  .strictObject({
    waypoints: z
      .array(Waypoint)
      .min(1, 'expected at least one waypoint beside the place where it begins, came none')
      .describe('Where it goes from its `at`'),
    speedMps: SpeedMps.optional().describe(
      'For all of the way; without it every waypoint has `by`',
    ),
    loop: z
      .boolean()
      .default(false)
      .describe('Begins anew at its end; with `speedMps` it first goes back to its `at`'),
  })
  .superRefine(({ waypoints, speedMps }, context) => {
    let lastUs = 0;
    waypoints.forEach(({ by, pause }, index) => {
      const refuse = (key: string, message: string) =>
        context.addIssue({ code: 'custom', path: ['waypoints', index, key], message });
      if (speedMps !== undefined) {
        if (by !== undefined) refuse('by', 'expected no time on a path with `speedMps`, came one');
        return;
      }
      if (pause !== undefined) {
        refuse(
          'pause',
          'expected none without `speedMps`: to stay, name the place again with a later `by`',
        );
      }
      if (by === undefined) {
        refuse('by', 'expected when it arrives, or `speedMps` for the path, came neither');
        return;
      }
      if (by <= lastUs) {
        const before = index === 0 ? 'the start' : 'the waypoint before';
        refuse('by', `expected a time after ${before}, ${seconds(lastUs)}, came ${seconds(by)}`);
      }
      lastUs = by;
    });
  });
export type Path = z.infer<typeof Path>;

/** Where something is at each time of the world. */
export interface Trajectory {
  at(tUs: number): Point;
}

/** What is wrong with a path that begins there, and with which of its fields. */
export function flawOf(path: Path, start: Point): { field: string; flaw: string } | undefined {
  const places = path.waypoints.map(({ at }) => ({ z: start.z, ...at }));
  if (places.every((place) => distanceM(place, start) === 0)) {
    const flaw = 'expected a waypoint elsewhere than where it begins, came that place alone';
    return { field: 'waypoints', flaw };
  }
  const last = places.at(-1) as Point;
  if (path.loop && path.speedMps === undefined && distanceM(last, start) > 0) {
    return {
      field: `waypoints.${places.length - 1}.at`,
      flaw: `expected a loop to end where it begins, at ${written(start)}, came ${written(last)}`,
    };
  }
  return undefined;
}

export function trajectoryOf(path: Path, start: Point): Trajectory {
  const legs: Leg[] = [];
  let nowUs = 0;
  let here = start;
  const goTo = (place: Point, untilUs: number) => {
    if (untilUs > nowUs) legs.push({ fromUs: nowUs, untilUs, from: here, to: place });
    nowUs = Math.max(nowUs, untilUs);
    here = place;
  };
  const { speedMps, loop } = path;
  for (const { at, by, pause = 0 } of path.waypoints) {
    const place = { z: start.z, ...at };
    goTo(place, by ?? nowUs + travelUs(here, place, speedMps as number));
    goTo(place, nowUs + pause);
  }
  if (loop && speedMps !== undefined) goTo(start, nowUs + travelUs(here, start, speedMps));
  const periodUs = nowUs;
  return {
    at(tUs) {
      const onWayUs = loop ? tUs % periodUs : tUs;
      const leg = legs.find(({ untilUs }) => onWayUs < untilUs);
      return leg === undefined ? here : placeOn(leg, onWayUs);
    },
  };
}

/** A straight way at one speed; a stay is one that ends where it began. */
export interface Leg {
  readonly fromUs: number;
  readonly untilUs: number;
  readonly from: Point;
  readonly to: Point;
}

export function placeOn({ fromUs, untilUs, from, to }: Leg, tUs: number): Point {
  const share = Math.min(1, Math.max(0, (tUs - fromUs) / (untilUs - fromUs)));
  return {
    x: from.x + (to.x - from.x) * share,
    y: from.y + (to.y - from.y) * share,
    z: from.z + (to.z - from.z) * share,
  };
}

/** Rounded up, so that the speed is never exceeded. */
export function travelUs(from: Point, to: Point, speedMps: number): number {
  return Math.ceil((distanceM(from, to) / speedMps) * US_PER_S);
}

function seconds(us: number): string {
  return `${us / US_PER_S} s`;
}

function written({ x, y, z }: Point): string {
  return `(${x}, ${y}, ${z})`;
}
