import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '#agents/random/philox.ts';
import { moveOnAir } from '#cli/live/air-movement.ts';
import { US_PER_MS, US_PER_S } from '#protocols/clock.ts';
import { VirtualClock } from '#sim/clock/virtual-clock.ts';
import { layOut } from '#sim/layout.ts';
import { loadScenario } from '#sim/scenario-files.ts';
import { emptyAir } from '../../sim/air/scenes.ts';

test('a live air moves what the scenario moves, so many times as early, and tells of roams together', () => {
  const scenario = loadScenario('walk');
  const layout = layOut(scenario, createRandom(1).fork('layout'));
  const pace = 60;
  const air = emptyAir();
  const clock = new VirtualClock(5_000 * US_PER_MS);
  for (const change of layout.atStart) air.apply(change);
  for (const { id, radios } of layout.site.nodes) {
    for (const { id: radio, channel, eirpDbm } of radios) {
      air.apply({ kind: 'radio', id: `${id}/${radio}`, channel, eirpDbm });
    }
  }
  const said: string[] = [];
  const noted: string[] = [];
  const site = { name: 'walk', scenario, layout, seed: 1, pace };
  const say = (line: string) => said.push(line);
  const note = (line: string) => noted.push(line);

  const { placeOf } = moveOnAir({ site, air, clock, beganMs: 5_000, say, note });
  clock.run(30 * US_PER_S);

  // Half an hour of the scenario.
  const robot = layout.movements.find(({ id }) => id === 'robot')!;
  assert.deepEqual(placeOf('robot'), robot.trajectory.at(30 * pace * US_PER_S));
  assert(noted.length > 10);
  assert(noted.every((line) => /^[\w-]+ roamed, from \S+ to \S+$/.test(line)));
  assert(said.length >= 2 && said.length <= 3, `${said.length}`);
  assert.match(said[0]!, /^\w+ roamed, from \S+ to \S+; \d+ more changes$/);
});
