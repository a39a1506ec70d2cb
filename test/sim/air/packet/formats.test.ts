import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRandom } from '#agents/random/philox.ts';
import {
  formatFault,
  formatOf,
  type Standard,
  standards,
  widths,
} from '#sim/air/packet/formats.ts';
import { Measurement } from '#sim/air/packet/measure.ts';
import { rulesOf } from '#sim/air/packet/rules.ts';
import { cellScene } from '#sim/air/packet/scenes.ts';

const common = { band: '5', controlMbps: 24 } as const;

/** Bits of an A-MPDU: 1,538 bytes and a delimiter of 4 each, padded to 1,544 but for the last. */
const bitsOf = (mpdus: number) => 8 * (1_544 * (mpdus - 1) + 1_542);

/** Preamble, symbols and bits a symbol by hand, from the tables of rates of each standard. */
const known = [
  // HT-MCS 7, 20 MHz: 65 Mb/s, 260 bits in 4 µs; 36 µs of preamble. Table 19-27.
  { standard: '11n', mcs: 7, widthMhz: 20, mpdus: 28, bits: 260, symbolUs: 4, headerUs: 36 },
  // HT-MCS 15, 40 MHz, short guard: 300 Mb/s, 1,080 bits in 3.6 µs; a second HT-LTF. Table 19-36.
  {
    standard: '11n',
    mcs: 7,
    widthMhz: 40,
    streams: 2,
    guardUs: 0.4,
    mpdus: 42,
    bits: 1_080,
    symbolUs: 3.6,
    headerUs: 40,
  },
  // VHT-MCS 8, 80 MHz: 351 Mb/s, 1,404 bits in 4 µs; VHT-SIG-B makes 40 µs. Table 21-37.
  { standard: '11ac', mcs: 8, widthMhz: 80, mpdus: 64, bits: 1_404, symbolUs: 4, headerUs: 40 },
  // VHT-MCS 0, 20 MHz: 6.5 Mb/s; a PPDU of 5.484 ms ends before two MPDUs more. Table 21-29.
  { standard: '11ac', mcs: 0, widthMhz: 20, mpdus: 2, bits: 26, symbolUs: 4, headerUs: 40 },
  // HE-MCS 11, 160 MHz, 0.8 µs: 1,201 Mb/s, 16,333 bits in 13.6 µs. 27.5.
  {
    standard: '11ax',
    mcs: 11,
    widthMhz: 160,
    guardUs: 0.8,
    mpdus: 42,
    bits: 16_333,
    symbolUs: 13.6,
    headerUs: 44,
  },
] as const;

for (const { mpdus, bits, symbolUs, headerUs, ...options } of known) {
  const { standard, mcs, widthMhz } = options;
  test(`${standard} MCS ${mcs} in ${widthMhz} MHz lasts as long as the standard says, and so a station alone gets what is left`, () => {
    const format = formatOf({ ...common, ...options });
    const symbols = Math.ceil((bitsOf(mpdus) + 22) / bits);
    const dataNs = Math.round(1_000 * (headerUs + symbols * symbolUs));

    assert.equal(format.mpdus, mpdus);
    assert.equal(format.frames.data.durationNs, dataNs);
    assert.equal(format.frames.data.headerNs, 1_000 * headerUs);

    // AIFS of SIFS and 3 slots, 7.5 slots of back-off, data, SIFS, BlockAck of 32 bytes at 24 Mb/s.
    const cycleUs = 16 + (3 + 7.5) * 9 + dataNs / 1_000 + 16 + 32;
    const expected = (mpdus * 12_000) / cycleUs;
    const measurement = new Measurement({
      scene: cellScene(1, { ...options, usesRts: false }),
      random: createRandom('formats'),
      warmupS: 1,
      durationS: 10,
    });
    while (!measurement.isDone) measurement.advance(100);
    const { totalMbps } = measurement.result;
    assert.ok(Math.abs(totalMbps / expected - 1) < 0.005, `${totalMbps}, expected ${expected}`);
  });
}

test('a frame lasts longer with more in it, and never longer than a PPDU may', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...standards),
      fc.nat({ max: 11 }),
      fc.constantFrom(...widths),
      fc.constantFrom(1, 2),
      (standard, mcs, widthMhz, streams) => {
        const options = { ...common, standard, mcs, widthMhz, streams };
        fc.pre(formatFault(options) === undefined);
        const { dataNs, mpdus, frames } = rulesOf({ ...options, usesRts: false });
        assert.ok(mpdus >= 1 && mpdus <= 64);
        assert.equal(dataNs[mpdus], frames.data.durationNs);
        for (let held = 1; held <= mpdus; held += 1) assert.ok(dataNs[held]! >= dataNs[held - 1]!);
        assert.ok(mpdus === 1 || dataNs[mpdus]! <= 5_484_000);
      },
    ),
  );
});

const lacking: readonly (readonly [
  Standard,
  Partial<Parameters<typeof formatFault>[0]>,
  RegExp,
])[] = [
  ['11a', { widthMhz: 40 }, /20 MHz of 11a/],
  ['11n', { widthMhz: 80 }, /20, 40 MHz of 11n/],
  ['11n', { mcs: 8 }, /an MCS of 11n, 0 to 7/],
  ['11ac', { mcs: 10 }, /an MCS of 11ac, 0 to 9/],
  ['11ac', { mcs: 9 }, /an MCS of 11ac in 20 MHz, 0 to 8/],
  ['11ac', { band: '2.4' }, /11n or 11ax in 2.4 GHz/],
  ['11ac', { guardUs: 1.6 }, /0.8, 0.4 µs of 11ac/],
  ['11ax', { guardUs: 0.4 }, /3.2, 1.6, 0.8 µs of 11ax/],
];

for (const [standard, wish, expected] of lacking) {
  test(`${standard} lacks ${JSON.stringify(wish)}`, () => {
    const options = { band: '5', mcs: 0, widthMhz: 20, standard, ...wish } as const;
    assert.match(formatFault(options)?.expected ?? 'nothing', expected);
    assert.equal(formatFault({ band: '5', mcs: 0, widthMhz: 20, standard }), undefined);
  });
}
