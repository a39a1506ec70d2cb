/** Type 4 in its two layouts, byte by byte. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { binPowers } from '#edge/capture/bin-power.ts';
import { frequencyOffset, readSweeps } from '#edge/capture/tlv.ts';

/** 16 bins 1 … 16, 20 MHz around 5,180, peak 200 at −3, rssi 27, noise −96. */
const mainline = '04002314fd00143c000000c8001b12345678ffffffa00102030405060708090a0b0c0d0e0f10';
/** The same with Qualcomm's byte after the exponent. */
const qsdk = '04002414fd0001143c000000c8001b12345678ffffffa00102030405060708090a0b0c0d0e0f10';

for (const [tree, hex] of [
  ['the kernel', mainline],
  ['Qualcomm', qsdk],
] as const) {
  test(`reads a sample as the driver of ${tree} writes it`, () => {
    const { sweeps, skippedBytes } = readSweeps(Buffer.from(hex, 'hex'));
    assert.equal(skippedBytes, 0);
    assert.equal(sweeps.length, 1);
    const [{ segments, ...sweep }] = sweeps as [(typeof sweeps)[0]];
    assert.deepEqual(
      [sweep.type, sweep.tsf, sweep.freq1Mhz, sweep.freq2Mhz, sweep.storedWidthMhz, sweep.maxExp],
      [4, 0x12345678n, 5_180, 0, 20, 0],
    );
    const [{ bins, ...segment }] = segments as [(typeof segments)[0]];
    assert.deepEqual(segment, {
      lowMhz: 5_170,
      highMhz: 5_190,
      rssiDb: 27,
      noiseDbm: -96,
      maxMagnitude: 200,
      maxIndex: -3,
    });
    assert.deepEqual(
      [...bins],
      Array.from({ length: 16 }, (_, index) => index + 1),
    );
    const powers = new Float64Array(16);
    binPowers({ bins, ...segment }, sweep.maxExp, powers);
    assert(Math.abs(powers[0]! + 100.749316) < 1e-6);
    assert(Math.abs(powers[15]! + 76.666916) < 1e-5);
    const view = new DataView(new Uint8Array(Buffer.from(hex, 'hex')).buffer);
    assert.equal(view.getUint16(frequencyOffset(view)), 5_180);
  });
}

test('a sample without a floor or of a width that no chip has is left out, by its length', () => {
  const sample = Buffer.from(mainline, 'hex');
  for (const [at, value] of [
    [18, Buffer.alloc(4)],
    [3, Buffer.from([21])],
  ] as const) {
    const broken = Buffer.from(sample);
    value.copy(broken, at);
    const { sweeps, skippedBytes } = readSweeps(Buffer.concat([broken, sample]));
    assert.equal(sweeps.length, 1);
    assert.equal(skippedBytes, 0);
  }
});

test('samples of all sizes follow one another, whichever tree wrote them', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom(16, 32, 64, 128, 256, 512), fc.boolean()), {
        maxLength: 20,
      }),
      (kinds) => {
        const stream = Buffer.concat(kinds.map(([bins, isQsdk]) => sampleOf(bins, isQsdk)));
        const { sweeps, skippedBytes } = readSweeps(stream);
        assert.equal(skippedBytes, 0);
        assert.deepEqual(
          sweeps.map(({ segments }) => segments[0]!.bins.length),
          kinds.map(([bins]) => bins),
        );
      },
    ),
  );
});

function sampleOf(bins: number, isQsdk: boolean): Buffer {
  const head = Buffer.from(isQsdk ? qsdk : mainline, 'hex').subarray(0, isQsdk ? 23 : 22);
  const sample = Buffer.concat([head, Buffer.alloc(bins, 7)]);
  sample.writeUInt16BE(sample.length - 3, 1);
  return sample;
}
