import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { featuresOf } from '#edge/detector/classes/features.ts';
import { Levels, roughDb } from '#edge/detector/classes/levels.ts';
import { pulsesOf } from '#edge/detector/classes/pulses.ts';
import { runsOf } from '#edge/detector/classes/runs.ts';
import { floorDbm } from '#edge/detector/occupancy.ts';
import { pow10, ratioToDb } from '#protocols/math.ts';
import { channelOf, emitter, heard } from '../../../sim/air/spectrum/ear.ts';

test('the rough decibel is within 0.27 dB of the true one', () => {
  fc.assert(
    fc.property(fc.double({ min: -90, max: 90, noNaN: true }), (db) => {
      assert(Math.abs(roughDb(pow10(db / 10)) - db) < 0.27);
    }),
  );
});

test('the cells of a sweep sum to what the chip reports of it, whatever the bins', () => {
  for (const bins of [64, 128, 256, 512]) {
    const sweeps = heard([emitter('wifi')], { bins, sweeps: 16 });
    const levels = new Levels(sweeps);
    sweeps.forEach(({ segments }, row) => {
      const { noiseDbm, rssiDb } = segments[0]!;
      let sum = 0;
      for (let cell = 0; cell < levels.cells; cell += 1) {
        sum += levels.power[row * levels.cells + cell]!;
      }
      const dbm = ratioToDb(sum) + floorDbm(levels.cellMhz);
      assert(Math.abs(dbm - noiseDbm - rssiDb) < 0.01);
    });
    assert(levels.cellMhz >= 0.6 && levels.cellMhz < 1.3);
  }
});

test('a carrier is one narrow run where it is, in every sweep', () => {
  const sweeps = heard([emitter('narrow-jammer', { centerMhz: 2434 } as never)]);
  const runs = runsOf(new Levels(sweeps));
  assert(runs.filled.reduce((a, b) => Math.max(a, b), 0) === sweeps.length);
  for (let run = 0; run < runs.count; run += 1) {
    if (runs.levelDb[run]! < 30) continue;
    assert(runs.widthMhz[run]! < 2);
    assert(Math.abs(runs.centerMhz[run]! - 2434) < 0.7);
  }
});

test('noise alone fills about one cell in 10,000', () => {
  const runs = runsOf(new Levels(heard([], { sweeps: 1024 })));
  const cells = runs.filled.length * 1024;
  assert(runs.filled.reduce((a, b) => a + b, 0) / cells < 4e-4);
});

test('a frame of Zigbee is a pulse of 4.3 ms and some 2 MHz', () => {
  const sweeps = heard([emitter('zigbee', { centerMhz: 2435, duty: 0.3 } as never)], {
    sweeps: 1024,
  });
  const levels = new Levels(sweeps);
  const pulses = pulsesOf(levels, runsOf(levels));
  const long = [...pulses.lengthUs].filter((us) => us > 1_000).toSorted((a, b) => a - b);
  assert(long.length >= 5);
  const median = long[Math.floor(long.length / 2)]!;
  assert(median > 3_700 && median < 4_300);
});

test('a hop that passes a strong carrier is seen on top of what stands', () => {
  const sweeps = heard(
    [
      emitter('narrow-jammer', { centerMhz: 2432 } as never),
      emitter('bluetooth', { eirpDbm: -55 } as never),
    ],
    { sweeps: 1024 },
  );
  const levels = new Levels(sweeps);
  const moving = runsOf(levels, levels.medians());
  const beside = [...moving.centerMhz.subarray(0, moving.count)].filter(
    (mhz) => Math.abs(mhz - 2432) > 1.5,
  );
  assert(beside.length > 20);
  assert(moving.count - beside.length < 0.1 * runsOf(levels).count);
});

test('features are the same numbers for the same sweeps, always with the same names', () => {
  const one = featuresOf(heard([emitter('microwave')], { channel: channelOf('2.4', 9) }));
  const again = featuresOf(heard([emitter('microwave')], { channel: channelOf('2.4', 9) }));
  const other = featuresOf(heard([], { channel: channelOf('5', 36, 80), bins: 256, sweeps: 8 }));
  assert.deepEqual(one.values, again.values);
  assert.deepEqual(one.names, other.names);
  assert(other.values.every(Number.isFinite));
  assert.equal(new Set(one.names).size, one.names.length);
});
