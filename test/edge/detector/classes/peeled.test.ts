import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Levels } from '#edge/detector/classes/levels.ts';
import { peel } from '#edge/detector/classes/peeled.ts';
import { runsOf } from '#edge/detector/classes/runs.ts';
import type { AirChange } from '#protocols/air.ts';
import { emitter, heard } from '../../../sim/air/spectrum/ear.ts';

const sweeps = 1024;

function peeledOf(changes: readonly AirChange[], bins = 128) {
  const levels = new Levels(heard(changes, { sweeps, bins }));
  return { levels, peeled: peel(levels, runsOf(levels).floorDb) };
}

test('noise alone stands out in hardly any cell, and nothing dwells in it', () => {
  for (const bins of [64, 128, 512]) {
    const { peeled } = peeledOf([], bins);
    assert.deepEqual(peeled.places, []);
    assert(peeled.rare.count < 30, `${peeled.rare.count} of ${bins} bins`);
  }
});

test('a carrier is a place, and hops beside it are what is left', () => {
  const carrier = emitter('narrow-jammer', { centerMhz: 2_432 } as never);
  const { levels, peeled } = peeledOf([carrier, emitter('bluetooth', { eirpDbm: -55 } as never)]);
  const [place, ...others] = peeled.places;
  assert.deepEqual(others, []);
  const at = (cell: number) => levels.lowMhz + cell * levels.cellMhz;
  assert(at(place!.from) <= 2_432 && at(place!.to) >= 2_432 && place!.to - place!.from < 6);
  const { rare } = peeled;
  const hops = rare.centerMhz.subarray(0, rare.count);
  assert(rare.count > 60 && hops.every((mhz) => Math.abs(mhz - 2_432) > 0.5));
  assert(new Set(hops.map(Math.round)).size >= 14, 'on most of the free channels');
});

test('hops are seen within frames of Wi-Fi that fill the span, which itself is taken off', () => {
  const wifi = emitter('wifi', { centerMhz: 2_437, duty: 0.9, eirpDbm: -60 } as never);
  const { peeled: alone } = peeledOf([wifi]);
  const { peeled: both } = peeledOf([wifi, emitter('bluetooth', { eirpDbm: -50 } as never)]);
  assert(alone.free > 0.7, `${alone.free}`);
  assert(both.rare.count > 5 * Math.max(10, alone.rare.count), `${both.rare.count}`);
});
