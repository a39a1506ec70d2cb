import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { createRandom } from '#agents/random/philox.ts';
import { US_PER_S } from '#protocols/clock.ts';
import { distanceM } from '#sim/air/geometry.ts';
import { layOut } from '#sim/layout.ts';
import { RandomWaypoint, Walking } from '#sim/mobility/random-waypoint.ts';
import { siteOf } from './rig.ts';

const area = { from: { x: -10, y: 0 }, to: { x: 30, y: 20 } };

test('a walker stays in the area, within its speeds, and is a function of the time alone', () => {
  const times = fc.array(fc.nat(7_200), { minLength: 2, maxLength: 20 });
  fc.assert(
    fc.property(fc.nat(1_000), times, (seed, seconds) => {
      const [one, other] = [walker(seed), walker(seed)];
      const forward = new Map(
        [...seconds].sort((a, b) => a - b).map((at) => [at, one.at(at * US_PER_S)]),
      );
      for (const at of seconds) {
        const place = other.at(at * US_PER_S);
        assert.deepEqual(place, forward.get(at));
        assert(place.x >= -10 && place.x <= 30 && place.y >= 0 && place.y <= 20 && place.z === 1);
        assert(distanceM(place, other.at((at + 1) * US_PER_S)) <= 1.5 + 1e-6);
      }
    }),
    { numRuns: 60 },
  );
});

test('walkers rest and walk: over a long time at a mean speed within the range, not towards zero', () => {
  const walked = (fromS: number, untilS: number) => {
    let metres = 0;
    let seconds = 0;
    for (let seed = 0; seed < 20; seed += 1) {
      const one = walker(seed);
      for (let at = fromS; at < untilS; at += 1) {
        const metresNow = distanceM(one.at(at * US_PER_S), one.at((at + 1) * US_PER_S));
        if (metresNow < 0.4) continue;
        metres += metresNow;
        seconds += 1;
      }
    }
    return { speed: metres / seconds, share: seconds / (20 * (untilS - fromS)) };
  };

  const early = walked(0, 1_800);
  const late = walked(5_400, 7_200);

  // Time at speed v goes by 1/v: the mean over time is 1 / (ln(1.5 / 0.5)) = 0.91 m/s, with what
  // turns and stops cost within a second.
  for (const { speed, share } of [early, late]) {
    assert(speed > 0.8 && speed < 1, `${speed} m/s`);
    assert(share > 0.2 && share < 0.7, `${share}`);
  }
});

test('the share that walks is drawn without changing anything else of the site', () => {
  const still = layout({});
  const some = layout({ walking: { share: 0.25 } });
  const all = layout({ walking: { share: 1, speedMps: [1, 1], pause: [0, 0] } });

  assert.deepEqual(some.clients, still.clients);
  assert.equal(still.movements.length, 0);
  assert.equal(all.movements.length, 160);
  assert(some.movements.length > 20 && some.movements.length < 60, `${some.movements.length}`);
  assert(some.movements.every(({ kind }) => kind === 'client'));
});

test('walks that cannot be are refused with the field', () => {
  const broken: [object, RegExp][] = [
    [{ share: 1.5 }, /generate\.walking\.share/],
    [{ share: 1, speedMps: [0, 1] }, /generate\.walking\.speedMps\.0: .*>0/],
    [
      { share: 1, speedMps: [2, 1] },
      /generate\.walking\.speedMps: expected the lowest speed first/,
    ],
    [{ share: 1, pause: ['1m', '1s'] }, /generate\.walking\.pause: expected the shortest/],
  ];
  for (const [walking, message] of broken) {
    assert.throws(() => layout({ walking }), { name: 'InputError', message });
  }
});

function walker(seed: number): RandomWaypoint {
  return new RandomWaypoint({
    walking: Walking.parse({ share: 1 }),
    area,
    start: { x: 0, y: 5, z: 1 },
    random: createRandom(seed).fork('walk'),
  });
}

function layout(more: object) {
  const channels = [{ band: '5', number: 36 }];
  const generate = { nodes: 20, radios: 1, clientsPerRadio: 8, channels, ...more };
  return layOut(siteOf({ generate }), createRandom(3));
}
