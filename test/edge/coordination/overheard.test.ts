import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Overheard } from '#edge/coordination/overheard.ts';
import { meanDbm } from '#edge/coordination/surroundings.ts';
import { channel } from './made.ts';
import { nodeInAir, STRANGERS } from './world.ts';

function listening() {
  const world = nodeInAir();
  const overheard = new Overheard({ clock: world.clock, node: 'ap1', roundMs: 60_000 });
  const settings = { antennaGainDbi: 3, cableLossDb: 0 };
  const drivers = new Map(
    [...world.drivers].map(([name, driver]) => [name, overheard.listen(name, driver, settings)]),
  );
  world.sample(drivers);
  return { ...world, overheard };
}

test('what the drivers answer anyway is known: settings, noise, and who is heard how loudly', () => {
  const { overheard, air, run } = listening();
  run(20);
  const { windowMs, radios, heard } = overheard.surroundings();
  assert.equal(windowMs, 20 * 60_000);
  assert.deepEqual(
    radios.map(({ name, state: { channel: at, eirpDbm } }) => [name, at?.centerMhz, eirpDbm]),
    [
      ['radio-0', 2_412, 17],
      ['radio-1', 2_437, 18],
      ['radio-2', 2_462, 19],
    ],
  );
  assert(radios.every(({ noiseDbm }) => noiseDbm.length > 100));
  const near = heard.get('radio-0')!;
  const truth = air.observe('ap1/radio-0', 'neighbours', { fromUs: 0, untilUs: 1 });
  assert.equal(near.size, truth.length);
  const sibling = near.get('radio-1')!;
  assert.equal(sibling.levelsDbm.size, 20);
  const level = truth.find(({ id }) => id === 'ap1/radio-1')!.rssiDbm;
  assert(Math.abs(meanDbm(sibling) - level) < 1e-9);
  assert(Math.abs(sibling.overEirpDb! - (level - 18)) < 1e-9);
  assert.equal(near.get('ap2.radio-0')!.overEirpDb, undefined);
});

test('nobody who is not ours is named: strangers are numbers', () => {
  const { overheard, run } = listening();
  run(5);
  const { heard } = overheard.surroundings();
  const names = new Set([...heard.values()].flatMap((sounds) => [...sounds.keys()]));
  const strangers = [...names].filter((name) => !/^(radio-[012]|ap2\.radio-0)$/.test(name));
  assert.equal(strangers.length, STRANGERS);
  for (const name of strangers) assert.match(name, /^other-\d+$/);
});

test('a sender that takes another channel is another sound, and one that ends is forgotten', () => {
  const { overheard, put, run } = listening();
  run(20);
  put('ap2/radio-0', 12, channel(11));
  run(5);
  const moved = overheard.surroundings().heard.get('radio-0')!.get('ap2.radio-0')!;
  assert.equal(moved.channel.centerMhz, 2_462);
  assert(moved.levelsDbm.size <= 5);
  put('ap2/radio-0', 12, null);
  run(31);
  const { heard, windowMs } = overheard.surroundings();
  assert.equal(heard.get('radio-0')!.has('ap2.radio-0'), false);
  assert.equal(windowMs, 30 * 60_000);
  const rounds = heard.get('radio-0')!.get('radio-1')!.levelsDbm.size;
  assert(rounds === 29 || rounds === 30, 'half an hour, one a minute');
});

test('what a radio hears more loudly than at first is known of each sender, its own power taken off', () => {
  const { overheard, put, drivers, run } = listening();
  run(20);
  put('ap2/radio-0', 12, channel(6), { eirpDbm: 14 });
  drivers.get('radio-1')!.setEirp(8, () => {});
  run(29);
  const near = overheard.surroundings().heard.get('radio-0')!;
  assert(Math.abs(near.get('ap2.radio-0')!.changeDb! + 6) < 1e-9);
  assert(Math.abs(near.get('radio-1')!.changeDb!) < 1e-9);
});
