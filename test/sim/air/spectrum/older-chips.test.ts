import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSweeps, sweepSpan } from '#edge/capture/tlv.ts';
import { dbmToMw, mwToDbm } from '#protocols/math.ts';
import { HT20_MHZ, writeHt20, writeHt40 } from '#sim/air/spectrum/ath9k.ts';
import { ath10kBytes, writeAth10k } from '#sim/air/spectrum/ath10k.ts';
import { Canvas } from '#sim/air/spectrum/canvas.ts';
import { leak } from '#sim/air/spectrum/leakage.ts';

function pageOf(length: number) {
  const bytes = new Uint8Array(length);
  return { bytes, view: new DataView(bytes.buffer) };
}

function canvasOf(lowMhz: number, highMhz: number, bins: number): Canvas {
  return new Canvas({ lowMhz, highMhz }, bins, dbmToMw(-94));
}

test('a sweep of ath9k in 20 MHz is read back with its span, its level and its noise', () => {
  const canvas = canvasOf(2412 - HT20_MHZ / 2, 2412 + HT20_MHZ / 2, 56);
  canvas.carry(2415, dbmToMw(-50));
  const page = pageOf(76);
  assert.equal(writeHt20({ primaryMhz: 2412, tUs: 77, noiseDbm: -95 }, canvas, 5, page, 0), 76);
  const [sweep] = readSweeps(page.bytes).sweeps;
  assert.deepEqual(sweepSpan(sweep!), { lowMhz: 2403.25, highMhz: 2420.75 });
  const { rssiDb, noiseDbm, bins } = sweep!.segments[0]!;
  assert(Math.abs(noiseDbm + rssiDb + 50) <= 2);
  const strongest = bins.indexOf(Math.max(...bins));
  assert(Math.abs(2403.25 + (strongest + 0.5) * 0.3125 - 2415) < 0.4);
});

test('a sweep of ath9k in 40 MHz has a level for each half, and only one half holds the carrier', () => {
  const canvas = canvasOf(2402, 2442, 128);
  canvas.carry(2430, dbmToMw(-40));
  const page = pageOf(155);
  assert.equal(writeHt40({ primaryMhz: 2412, tUs: 77, noiseDbm: -95 }, canvas, 5, page, 0), 155);
  const [sweep] = readSweeps(page.bytes).sweeps;
  const [lower, upper] = sweep!.segments;
  assert.equal(lower!.highMhz, 2422);
  assert(Math.abs(upper!.noiseDbm + upper!.rssiDb + 40) <= 2);
  assert(upper!.rssiDb - lower!.rssiDb > 20);
});

test('a sweep of ath10k is read back with its true width', () => {
  for (const [widthMhz, bins] of [
    [20, 64],
    [40, 128],
    [80, 256],
  ] as const) {
    const canvas = canvasOf(5500 - widthMhz / 2, 5500 + widthMhz / 2, bins);
    canvas.carry(5502, dbmToMw(-60));
    const page = pageOf(ath10kBytes(bins));
    writeAth10k({ centerMhz: 5500, widthMhz, tUs: 9, noiseDbm: -100 }, canvas, 3, page, 0);
    const { sweeps, skippedBytes } = readSweeps(page.bytes);
    assert.equal(skippedBytes, 0);
    const { lowMhz, highMhz } = sweepSpan(sweeps[0]!);
    assert.equal(highMhz - lowMhz, widthMhz);
    const { noiseDbm, rssiDb } = sweeps[0]!.segments[0]!;
    assert(Math.abs(noiseDbm + rssiDb + 60) <= 2);
  }
});

test('without a window a carrier has skirts that fall with the square of the distance', () => {
  const canvas = canvasOf(2402, 2422, 64);
  canvas.carry(2402 + (32.5 * 20) / 64, dbmToMw(-30));
  leak(canvas, 1);
  const at = (bin: number) => mwToDbm(canvas.noiseMw[bin]!);
  assert(Math.abs(at(36) - at(40) - 6) < 1);
  assert(
    Math.abs(at(32 + 4) + 30 + 22) < 3,
    'about 1/(2π²d²) of its power at a distance of 4 bins',
  );
});
