import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { Point } from '#protocols/air.ts';
import { US_PER_S } from '#protocols/clock.ts';
import { distanceM } from '#sim/air/geometry.ts';
import { Path, type Trajectory, trajectoryOf } from '#sim/mobility/path.ts';
import { node, siteOf } from './rig.ts';

const start = { x: 0, y: 0, z: 1 };
const place = fc.record({
  x: fc.integer({ min: -50, max: 50 }),
  y: fc.integer({ min: 0, max: 50 }),
});
const speed = fc.double({ min: 0.1, max: 30, noNaN: true });
const stops = fc.array(fc.record({ at: place, pause: fc.nat(90) }), { minLength: 1, maxLength: 6 });

test('a path with a speed is continuous, never exceeds it and comes by every waypoint', () => {
  fc.assert(
    fc.property(stops, speed, fc.boolean(), (waypoints, speedMps, loop) => {
      fc.pre(waypoints.some(({ at }) => at.x !== 0 || at.y !== 0));
      const path = trajectoryOf(Path.parse({ waypoints, speedMps, loop }), start);
      let dueUs = 0;
      let here: Point = start;
      for (const { at, pause } of waypoints) {
        const there = { z: 1, ...at };
        dueUs += Math.ceil((distanceM(here, there) / speedMps) * US_PER_S);
        near(path.at(dueUs), there);
        // Where a loop has its end it begins anew, at the same place.
        near(path.at(dueUs + pause * US_PER_S), there);
        dueUs += pause * US_PER_S;
        here = there;
      }
      isNeverFasterThan(path, speedMps, dueUs + 60 * US_PER_S);
    }),
    { numRuns: 100 },
  );
});

test('a path with times is at each waypoint at its time, and between them on the straight line', () => {
  const waypoint = fc.record({ at: place, lasts: fc.integer({ min: 1, max: 600 }) });
  fc.assert(
    fc.property(fc.array(waypoint, { minLength: 1, maxLength: 6 }), (drawn) => {
      const waypoints = drawn.map(({ at }, index) => {
        const by = drawn.slice(0, index + 1).reduce((sum, { lasts }) => sum + lasts, 0);
        return { at, by };
      });
      const path = trajectoryOf(Path.parse({ waypoints }), start);
      let before: { at: Point; us: number } = { at: start, us: 0 };
      for (const waypoint of waypoints) {
        const after = { at: { z: 1, ...waypoint.at }, us: waypoint.by * US_PER_S };
        near(path.at(after.us), after.at);
        const half = path.at((before.us + after.us) / 2);
        near(half, {
          x: (before.at.x + after.at.x) / 2,
          y: (before.at.y + after.at.y) / 2,
          z: 1,
        });
        before = after;
      }
      // It stays where it ends.
      assert.deepEqual(path.at(before.us * 2), path.at(before.us));
    }),
    { numRuns: 100 },
  );
});

test('a loop is periodic: it is where it was one round before, whenever that is asked', () => {
  const waypoints = [
    { at: { x: 10, y: 0 }, pause: 5 },
    { at: { x: 10, y: 20, z: 4 }, pause: 0 },
  ];
  const path = trajectoryOf(Path.parse({ waypoints, speedMps: 1, loop: true }), start);
  const legs = [10, Math.sqrt(20 * 20 + 3 * 3), Math.sqrt(10 * 10 + 20 * 20 + 3 * 3)];
  const periodUs = legs.reduce((sum, metres) => sum + Math.ceil(metres * US_PER_S), 5 * US_PER_S);
  fc.assert(
    fc.property(fc.nat(periodUs * 3), (tUs) => {
      assert.deepEqual(path.at(tUs), path.at(tUs + periodUs));
    }),
  );
  assert.deepEqual(path.at(periodUs), start);
});

test('what is wrong with a path is said in one line, with the field', () => {
  const path = (written: object) => ({
    nodes: [node('ap1', 0, { number: 36 }, { path: written })],
  });
  const to = (x: number, more: object = {}) => ({ at: { x, y: 0 }, ...more });
  const speedMps = 1;
  const broken: [object, RegExp][] = [
    [
      path({ waypoints: [], speedMps }),
      /nodes\.0\.path\.waypoints: expected at least one waypoint/,
    ],
    [
      path({ waypoints: [to(0)], speedMps }),
      /nodes\.0\.path\.waypoints: .*elsewhere.*that place alone/,
    ],
    [path({ waypoints: [to(5)], speedMps: 0 }), /nodes\.0\.path\.speedMps: .*>0/],
    [path({ waypoints: [to(5)], speedMps: -1 }), /nodes\.0\.path\.speedMps/],
    [path({ waypoints: [to(5)], speedMps: 1e9 }), /nodes\.0\.path\.speedMps: .*<=100/],
    [path({ waypoints: [to(5)], speedMps: Number.NaN }), /nodes\.0\.path\.speedMps: .*NaN/],
    [path({ waypoints: [to(Number.NaN)], speedMps }), /nodes\.0\.path\.waypoints\.0\.at\.x: .*NaN/],
    [path({ waypoints: [to(Infinity)], speedMps }), /nodes\.0\.path\.waypoints\.0\.at\.x/],
    [path({ waypoints: [to(5)] }), /nodes\.0\.path\.waypoints\.0\.by: .*came neither/],
    [path({ waypoints: [to(5, { by: 9 })], speedMps }), /waypoints\.0\.by: expected no time/],
    [path({ waypoints: [to(5, { by: 9, pause: 1 })] }), /waypoints\.0\.pause: expected none/],
    [
      path({ waypoints: [to(5, { by: 0 })] }),
      /waypoints\.0\.by: expected a time after the start, 0 s, came 0 s/,
    ],
    [
      path({ waypoints: [to(5, { by: '2m' }), to(9, { by: '90s' })] }),
      /nodes\.0\.path\.waypoints\.1\.by: expected a time after the waypoint before, 120 s, came 90 s/,
    ],
    [
      path({ waypoints: [to(5, { by: 9 })], loop: true }),
      /nodes\.0\.path\.waypoints\.0\.at: expected a loop to end where it begins, at \(0, 0, 1\), came \(5, 0, 1\)/,
    ],
  ];
  for (const [site, message] of broken) {
    assert.throws(() => siteOf(site), { name: 'InputError', message });
  }
});

function near(got: Point, expected: Point): void {
  const awayM = distanceM(got, expected);
  assert(awayM < 1e-3, `${JSON.stringify(got)} is ${awayM} m from ${JSON.stringify(expected)}`);
}

function isNeverFasterThan(path: Trajectory, speedMps: number, untilUs: number): void {
  const stepUs = Math.max(1, Math.floor(untilUs / 400));
  for (let tUs = 0; tUs < untilUs; tUs += stepUs) {
    const metres = distanceM(path.at(tUs), path.at(tUs + stepUs));
    assert(metres <= (speedMps * stepUs) / US_PER_S + 1e-6, `${metres} m in ${stepUs} µs`);
  }
}
