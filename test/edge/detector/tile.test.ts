import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { binPowers } from '#edge/capture/bin-power.ts';
import { readSweeps, type Sweep } from '#edge/capture/tlv.ts';
import { floorDbm } from '#edge/detector/occupancy.ts';
import {
  HIGHEST_DB,
  LOWEST_DB,
  TILE_BINS,
  TILE_SWEEPS,
  type Tile,
  TileAssembler,
  tileOf,
  tilesOf,
  VALUE_DB,
} from '#edge/detector/tile.ts';
import { dbmToMw, mwToDbm } from '#protocols/math.ts';

const binCounts = [56, 64, 128, 256, 512];

test('a sweep keeps its power, whatever its number of bins', () => {
  const shapes = fc.record({
    bins: fc.constantFrom(...binCounts),
    // No bin so far below the others that it is clipped.
    magnitudes: fc.array(fc.integer({ min: 20, max: 255 }), { minLength: 512, maxLength: 512 }),
    rssiDb: fc.integer({ min: 0, max: 40 }),
  });
  fc.assert(
    fc.property(shapes, ({ bins, magnitudes, rssiDb }) => {
      const sweep = sweepOf(magnitudes.slice(0, bins), { rssiDb });
      const powers = new Float64Array(bins);
      binPowers(sweep.segments[0]!, 0, powers);
      const came = powers.reduce((sum, dbm) => sum + dbmToMw(dbm), 0);
      assert.ok(Math.abs(mwToDbm(powerOf(tileOf([sweep]))) - mwToDbm(came)) < 0.001);
    }),
  );
});

test('a line stays at its frequency', () => {
  for (const bins of binCounts) {
    for (const place of [0, Math.floor(bins / 3), bins - 1]) {
      const magnitudes = Array.from({ length: bins }, (_, bin) => (bin === place ? 200 : 1));
      const { values } = tileOf([sweepOf(magnitudes, { rssiDb: 30 })]);
      const strongest = values.indexOf(Math.max(...values.subarray(0, TILE_BINS)));
      const at = (strongest + 0.5) / TILE_BINS;
      assert.ok(at >= place / bins - 1e-9 && at <= (place + 1) / bins + 1e-9, `${bins}: ${place}`);
    }
  }
});

test('a noise floor that climbs is seen: its rise is in every value', () => {
  const magnitudes = Array.from({ length: 512 }, (_, bin) => 40 + (bin % 20));
  const [quiet] = tileOf([sweepOf(magnitudes, { noiseDbm: -95 })]).values;
  const [jammed] = tileOf([sweepOf(magnitudes, { noiseDbm: -51 })]).values;
  assert.ok(Math.abs((jammed! - quiet!) * VALUE_DB - 44) < 1e-4);
});

test('values lie on the stated scale and are clipped at either end', () => {
  const anySweep = fc.record({
    magnitudes: fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 64, maxLength: 64 }),
    rssiDb: fc.integer({ min: -128, max: 511 }),
    noiseDbm: fc.integer({ min: -128, max: 20 }),
  });
  fc.assert(
    fc.property(anySweep, ({ magnitudes, ...levels }) => {
      const { values } = tileOf([sweepOf(magnitudes, levels)]);
      const highest = (HIGHEST_DB - LOWEST_DB) / VALUE_DB;
      assert.ok(values.every((value) => value >= 0 && value <= highest));
    }),
  );
});

test('short tiles say how many sweeps they hold and are padded with the same ones again', () => {
  const levels = [3, 9, 1];
  const tile = tileOf(levels.map((rssiDb) => sweepOf(Array(56).fill(30), { rssiDb })));
  assert.equal(tile.sweeps, 3);
  for (let row = 0; row < TILE_SWEEPS; row += 1) {
    const rise = (tile.values[row * TILE_BINS]! - tile.values[0]!) * VALUE_DB;
    assert.ok(Math.abs(rise - (levels[row % 3]! - levels[0]!)) < 1e-4);
  }
});

test('a tile holds one span and one number of bins, and no sweep is lost or doubled', () => {
  const kinds = [
    { bins: 64, freq1Mhz: 5180 },
    { bins: 128, freq1Mhz: 5180 },
    { bins: 64, freq1Mhz: 5200 },
    { bins: 256, freq1Mhz: 5210 },
    { bins: 256, freq1Mhz: 5290 },
    { bins: 512, freq1Mhz: 5250 },
  ];
  fc.assert(
    fc.property(fc.array(fc.nat(kinds.length - 1), { maxLength: 200 }), (order) => {
      const tiles: Tile[] = [];
      const assembler = new TileAssembler((tile) => tiles.push(tile));
      for (const kind of order) {
        const { bins, freq1Mhz } = kinds[kind]!;
        assembler.push(sweepOf(Array(bins).fill(30), { freq1Mhz }));
      }
      assembler.end();
      for (const [kind, { bins, freq1Mhz }] of kinds.entries()) {
        const own = tiles.filter(
          (tile) => tile.bins === bins && (tile.lowMhz + tile.highMhz) / 2 === freq1Mhz,
        );
        const sweeps = own.reduce((sum, tile) => sum + tile.sweeps, 0);
        assert.equal(sweeps, order.filter((one) => one === kind).length);
      }
      assert.ok(tiles.every(({ sweeps }) => sweeps >= 1 && sweeps <= TILE_SWEEPS));
    }),
  );
});

test('the sparse sweeps of a recorded scan become one short tile a channel', () => {
  const file = new URL('../../fixtures/fft-eval/ar9390_analog_camera_ch1.dump', import.meta.url);
  const tiles = tilesOf(readSweeps(readFileSync(file)).sweeps);
  assert.equal(tiles.length, 32);
  assert.ok(tiles.every(({ sweeps, bins }) => sweeps === 8 && bins === 56));
});

function sweepOf(
  magnitudes: readonly number[],
  {
    freq1Mhz = 5180,
    rssiDb = 0,
    noiseDbm = -95,
  }: { freq1Mhz?: number; rssiDb?: number; noiseDbm?: number },
): Sweep {
  const bins = Uint8Array.from(magnitudes);
  return {
    type: 4,
    tsf: 0n,
    freq1Mhz,
    freq2Mhz: 0,
    storedWidthMhz: 20,
    maxExp: 0,
    bytes: new Uint8Array(0),
    segments: [
      {
        lowMhz: freq1Mhz - 10,
        highMhz: freq1Mhz + 10,
        rssiDb,
        noiseDbm,
        maxMagnitude: 0,
        maxIndex: 0,
        bins,
      },
    ],
  };
}

/** Of the first sweep, mW. */
function powerOf({ values, lowMhz, highMhz }: Tile): number {
  const floor = floorDbm((highMhz - lowMhz) / TILE_BINS);
  let sum = 0;
  for (const value of values.subarray(0, TILE_BINS)) {
    sum += dbmToMw(value * VALUE_DB + LOWEST_DB + floor);
  }
  return sum;
}
