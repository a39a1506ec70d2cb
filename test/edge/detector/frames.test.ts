/** What the detector makes of painted spectra: nothing of Wi-Fi, something of what is foreign to it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { readSweeps } from '#edge/capture/tlv.ts';
import { detect } from '#edge/detector/detect.ts';
import type { AirChange } from '#protocols/air.ts';
import { type Channel, span } from '#protocols/channels.ts';
import { airWith, channelOf, EAR, emitter } from '../../sim/air/spectrum/ear.ts';

test('frames of any width, share and level, in or beside the channel, are no finding', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(20 as const, 40 as const, 80 as const, 160 as const),
      fc.constantFrom(64, 128, 256, 512),
      fc.constantFrom(20, 40, 80, 160),
      fc.integer({ min: -2, max: 2 }),
      fc.double({ min: 0.1, max: 0.96, noNaN: true }),
      fc.integer({ min: -85, max: -25 }),
      fc.integer({ min: 1, max: 10_000 }),
      (widthMhz, bins, theirMhz, steps, duty, eirpDbm, seed) => {
        const channel = channelOf('5', 36, widthMhz);
        // Blocks of their width begin where multiples of it from 5,170 MHz on do.
        const centerMhz = 5_170 + theirMhz / 2 + Math.max(0, steps) * theirMhz;
        const wifi = emitter('wifi', { centerMhz, widthMhz: theirMhz, duty, eirpDbm });
        assert.deepEqual(look(channel, [wifi], { bins, seed }), []);
      },
    ),
    { numRuns: 150 },
  );
});

test('neighbours on channels that overlap in part are no finding either', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 11 }),
      fc.double({ min: 0.1, max: 0.96, noNaN: true }),
      fc.integer({ min: -80, max: -30 }),
      fc.integer({ min: 1, max: 10_000 }),
      (number, duty, eirpDbm, seed) => {
        const centerMhz = channelOf('2.4', number).centerMhz;
        const wifi = emitter('wifi', { centerMhz, duty, eirpDbm });
        assert.deepEqual(look(channelOf('2.4', 6), [wifi], { seed }), []);
      },
    ),
    { numRuns: 80 },
  );
});

test('two neighbours of different widths and levels are no finding', () => {
  const channel = channelOf('5', 36, 40);
  for (let seed = 1; seed <= 40; seed += 1) {
    const findings = look(
      channel,
      [
        emitter('wifi', { id: 'a', centerMhz: 5_190, widthMhz: 40, duty: 0.5, eirpDbm: -60 }),
        emitter('wifi', { id: 'b', centerMhz: 5_200, widthMhz: 20, duty: 0.7, eirpDbm: -40 }),
        emitter('wifi', { id: 'c', centerMhz: 5_230, widthMhz: 40, duty: 0.8, eirpDbm: -30 }),
      ],
      { seed },
    );
    assert.deepEqual(findings, []);
  }
});

test('what never rests or is narrower than Wi-Fi is found where it is, and named', () => {
  for (const [change, looksLike, lowMhz, highMhz] of [
    [emitter('wide-jammer'), 'wideband noise', 2_427, 2_447],
    [emitter('narrow-jammer'), 'a narrow carrier', 2_436.4, 2_437.6],
    [
      emitter('analogue-video', { centerMhz: 2437, eirpDbm: -40 }),
      'analogue video',
      2_429,
      2_445.5,
    ],
    [emitter('drone-video'), 'something pulsed', 2_432, 2_442],
    [flat(2_437, 16), 'wideband noise', 2_429, 2_445],
  ] as const) {
    for (let seed = 1; seed <= 10; seed += 1) {
      const [finding, ...others] = look(channelOf('2.4', 6), [change], { seed });
      assert.deepEqual(others, []);
      assert.equal(finding?.looksLike, looksLike);
      assert(Math.abs(finding.lowMhz - lowMhz) < 2, `${finding.lowMhz} for ${lowMhz}`);
      assert(Math.abs(finding.highMhz - highMhz) < 2, `${finding.highMhz} for ${highMhz}`);
    }
  }
});

test('noise without a pause is found in every width and number of bins', () => {
  for (const widthMhz of [20, 40, 80, 160] as const) {
    for (const bins of [64, 128, 256, 512]) {
      const channel = channelOf('5', 36, widthMhz);
      for (const change of [
        emitter('wide-jammer', { centerMhz: channel.centerMhz, widthMhz: 200, eirpDbm: -40 }),
        // Bins of 2.5 MHz cannot tell this from the guards of Wi-Fi.
        ...(widthMhz / bins < 2 ? [flat(channel.centerMhz, widthMhz - 5)] : []),
      ]) {
        const [finding, ...others] = look(channel, [change], { bins });
        assert.deepEqual(others, []);
        assert.equal(finding?.looksLike, 'wideband noise', `${widthMhz} MHz, ${bins} bins`);
        assert(finding.highMhz - finding.lowMhz > widthMhz - 8);
      }
    }
  }
});

test('what was found stays found while it is still there for some of the time', () => {
  const channel = channelOf('2.4', 6);
  const before = [{ lowMhz: 2_430, highMhz: 2_444 }];
  let kept = 0;
  for (let seed = 1; seed <= 20; seed += 1) {
    const change = flat(2_437, 4, 0.42);
    const fresh = look(channel, [change], { seed });
    const known = look(channel, [change], { seed, before });
    assert(known.length >= fresh.length);
    kept += known.length - fresh.length;
  }
  assert(kept > 5);
});

function flat(centerMhz: number, widthMhz: number, duty = 1): AirChange {
  return { kind: 'emitter', id: 'flat', centerMhz, widthMhz, eirpDbm: -40, duty };
}

/** 64 sweeps, as a node takes them. */
function look(
  channel: Channel,
  changes: readonly AirChange[],
  {
    bins = 128,
    seed = 1,
    before = [],
  }: { bins?: number; seed?: number; before?: { lowMhz: number; highMhz: number }[] },
) {
  const air = airWith(channel, changes, seed);
  air.advance(1_000_000 + seed * 7_919);
  const { sweeps } = readSweeps(air.spectrum(EAR, { bins, sweeps: 64 }));
  return detect(sweeps, span(channel), before);
}
