/**
 * People who walk about: the random waypoint model. Each rests, draws a place in the area and a
 * speed, goes there in a straight line, rests again.
 *
 * As is known of the model, walkers are more often in the middle of the area than at its edge, and
 * the mean speed is below the middle of the range, since slow legs last longer; with a lowest speed
 * above zero it does not fall towards zero.
 *
 * @see Johnson, Maltz: Dynamic source routing in ad hoc wireless networks (1996), section 5.
 * @see Camp, Boleng, Davies: A survey of mobility models for ad hoc network research (2002),
 *   section 2.2.
 * @see Yoon, Liu, Noble: Random waypoint considered harmful (INFOCOM 2003).
 */
import * as z from 'zod';
import type { Point } from '#protocols/air.ts';
import { US_PER_S } from '#protocols/clock.ts';
import { DurationUs } from '#protocols/duration.ts';
import type { Random } from '#protocols/random.ts';
import { Share } from '#protocols/units.ts';
import { type Leg, placeOn, SpeedMps, type Trajectory, travelUs } from './path.ts';

const inOrder = ([least, most]: readonly [number, number]) => least <= most;

export const Walking = z.strictObject({
  share: Share.describe('How many of the generated clients walk'),
  speedMps: z
    .tuple([SpeedMps, SpeedMps])
    .refine(inOrder, 'expected the lowest speed first, then the highest')
    .default([0.5, 1.5])
    .describe('Drawn evenly between these for each way'),
  pause: z
    .tuple([DurationUs, DurationUs])
    .refine(inOrder, 'expected the shortest pause first, then the longest')
    .prefault(['0s', '60s'])
    .describe('Drawn evenly between these for each stay'),
});
export type Walking = z.infer<typeof Walking>;

/** A rectangle of the plan. */
export interface Area {
  readonly from: { readonly x: number; readonly y: number };
  readonly to: { readonly x: number; readonly y: number };
}

/** Even to the next desk it takes a moment; so a time has no more than so many legs before it. */
const LEG_US_MIN = US_PER_S;

/** A walk is a function of its stream and the time: asked for an earlier one, it begins anew. */
export class RandomWaypoint implements Trajectory {
  readonly #walking: Walking;
  readonly #area: Area;
  readonly #start: Point;
  readonly #random: Random;
  #leg: Leg;

  /** The stream is its own and fresh. */
  constructor(parts: { walking: Walking; area: Area; start: Point; random: Random }) {
    this.#walking = parts.walking;
    this.#area = parts.area;
    this.#start = parts.start;
    this.#random = parts.random;
    this.#leg = this.#firstRest();
  }

  at(tUs: number): Point {
    if (tUs < this.#leg.fromUs) {
      this.#random.counter = 0;
      this.#leg = this.#firstRest();
    }
    while (tUs >= this.#leg.untilUs) this.#leg = this.#next(this.#leg);
    return placeOn(this.#leg, tUs);
  }

  #firstRest(): Leg {
    return this.#rest(this.#start, 0);
  }

  #next({ from, to, untilUs }: Leg): Leg {
    if (from !== to) return this.#rest(to, untilUs);
    const area = this.#area;
    const place = {
      x: this.#between(area.from.x, area.to.x),
      y: this.#between(area.from.y, area.to.y),
      z: to.z,
    };
    const lastsUs = travelUs(to, place, this.#between(...this.#walking.speedMps));
    return {
      fromUs: untilUs,
      untilUs: untilUs + Math.max(LEG_US_MIN, lastsUs),
      from: to,
      to: place,
    };
  }

  /** From and to are one object: that tells a rest from a way. */
  #rest(place: Point, fromUs: number): Leg {
    const lastsUs = Math.floor(this.#between(...this.#walking.pause));
    return { fromUs, untilUs: fromUs + lastsUs, from: place, to: place };
  }

  #between(least: number, most: number): number {
    return least + this.#random.uniform() * (most - least);
  }
}
