/** Every radar's pulses against the table of its signal, over many seeds. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { createRandom } from '#agents/random/philox.ts';
import { RadarPattern } from '#protocols/air.ts';
import { type Pulse, pulsesOf, type Radar, sentPulses } from '#sim/air/radar.ts';
import { radarSignals } from '#sim/air/radar-signals.ts';
import { airWith, channelOf, EAR, heard } from './spectrum/ear.ts';

const patterns = RadarPattern.values.values().toArray();
const isOfMany = (pattern: RadarPattern) => {
  const { bursts, hops } = radarSignals[pattern];
  return bursts !== undefined || hops !== undefined;
};
const plain = patterns.filter((pattern) => !isOfMany(pattern));
const seeds = fc.integer({ min: 1, max: 1_000_000 });

test('a burst has as many pulses as its table says, as long and as far apart', () => {
  fc.assert(
    fc.property(fc.constantFrom(...plain), seeds, (pattern, seed) => {
      const signal = radarSignals[pattern];
      const all = pulses(pattern, seed, 1_000_000);
      const short = signal.long === undefined ? all : all.filter((_, index) => index % 2 === 0);
      const gaps = short.slice(1).map(({ tUs }, index) => tUs - short[index]!.tUs);

      for (const { widthUs, centerMhz, chirpMhz } of short) {
        isWithin(widthUs, signal.widthUs);
        assert.equal(centerMhz, 5_500);
        isWithin(chirpMhz, signal.chirpMhz ?? [0, 0]);
      }
      const [least, most] =
        signal.intervalUs ??
        (signal.perSecond ?? signal.eitherPerSecond!).map((rate) => 1e6 / rate);
      const range = [Math.min(least!, most!) - 1, Math.max(least!, most!) + 1] as const;
      for (const gap of gaps) isWithin(gap, range);
      if (signal.eitherPerSecond !== undefined) {
        const rates = signal.eitherPerSecond.map((rate) => Math.round(1e6 / rate));
        assert(gaps.every((gap) => rates.some((one) => Math.abs(gap - one) <= 1)));
      }
      const kinds = new Set(gaps.map((gap) => Math.round(gap / 3)));
      const count = signal.staggered?.count ?? [1, 1];
      // Rounding to whole microseconds may make two of one.
      assert(kinds.size <= count[1] * 2);
      if (signal.pulses === undefined) {
        assert.equal(short.length, Math.ceil(19e6 / 360 / gaps[0]!));
      } else {
        isWithin(short.length, [signal.pulses[0] * count[0], signal.pulses[1] * count[1]]);
      }
    }),
    { numRuns: 300 },
  );
});

test('staggered pulses take turns with two or three rates, as far apart as they must be', () => {
  fc.assert(
    fc.property(fc.constantFrom('etsi-5' as const, 'etsi-6' as const), seeds, (pattern, seed) => {
      const { staggered, perSecond } = radarSignals[pattern];
      const all = pulses(pattern, seed, 1_000_000);
      const rates = [
        ...new Set(all.slice(1).map(({ tUs }, at) => Math.round(1e6 / (tUs - all[at]!.tUs)))),
      ].sort((a, b) => a - b);
      // Rounding to whole microseconds splits a rate in two that are next to each other.
      const apart = rates.filter((rate, at) => at === 0 || rate - rates[at - 1]! > 3);
      assert(apart.length === 2 || apart.length === 3, `rates ${rates}`);
      for (const rate of apart) isWithin(rate, [perSecond![0] - 1, perSecond![1] + 2]);
      apart.slice(1).forEach((rate, at) => {
        isWithin(rate - apart[at]!, [0, staggered!.apartPerSecond[1] + 3]);
      });
    }),
    { numRuns: 100 },
  );
});

test('a long pulse follows each short one after a blank, and sweeps', () => {
  fc.assert(
    fc.property(fc.constantFrom('w53-6' as const, 'w53-9' as const), seeds, (pattern, seed) => {
      const { long } = radarSignals[pattern];
      const all = pulses(pattern, seed, 1_000_000);
      assert.equal(all.length % 2, 0);
      for (let at = 0; at < all.length; at += 2) {
        const [short, second] = [all[at]!, all[at + 1]!];
        isWithin(second.tUs - short.tUs - short.widthUs, [
          long!.blankUs[0] - 1,
          long!.blankUs[1] + 1,
        ]);
        isWithin(second.widthUs, long!.widthUs);
        isWithin(second.chirpMhz, long!.chirpMhz);
      }
    }),
    { numRuns: 60 },
  );
});

test('the long signal has 8 to 20 bursts of 1 to 3 chirps in 12 s, each drawn anew', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const all = pulses('fcc-5', seed, 12_000_000);
      const bursts: Pulse[][] = [];
      for (const pulse of all) {
        const last = bursts.at(-1)?.at(-1);
        if (last === undefined || pulse.tUs - last.tUs > 2_000) bursts.push([pulse]);
        else bursts.at(-1)!.push(pulse);
      }
      // Two bursts may come within 2 ms of each other, at the end of one part and the start of the next.
      isWithin(all.length, [8, 60]);
      isWithin(bursts.length, [7, 20]);
      for (const burst of bursts.filter(({ length }) => length <= 3)) {
        assert.equal(new Set(burst.map(({ widthUs }) => widthUs)).size, 1);
        assert.equal(new Set(burst.map(({ chirpMhz }) => chirpMhz)).size, 1);
        isWithin(burst[0]!.widthUs, [50, 100]);
        isWithin(burst[0]!.chirpMhz, [5, 20]);
        burst.slice(1).forEach(({ tUs }, at) => {
          isWithin(tUs - burst[at]!.tUs, [1_000, 2_000]);
        });
      }
    }),
    { numRuns: 60 },
  );
});

test('a hopping radar sends 9 pulses on each of 100 frequencies, of which a radio hears its own', () => {
  fc.assert(
    fc.property(seeds, fc.constantFrom([5_490, 5_510], [5_490, 5_570]), (seed, tuned) => {
      const [lowMhz, highMhz] = tuned as [number, number];
      const radar = radarWith('fcc-6');
      const window = { fromUs: 0, untilUs: 1_000_000 };
      const all = sentPulses(radar, window, createRandom(seed));
      assert.equal(all.length, 900);
      for (let hop = 0; hop < 100; hop += 1) {
        const group = all.slice(hop * 9, hop * 9 + 9);
        assert.equal(new Set(group.map(({ centerMhz }) => centerMhz)).size, 1);
        isWithin(group[0]!.centerMhz, [5_250, 5_724]);
      }
      assert.equal(new Set(all.map(({ centerMhz }) => centerMhz)).size, 100);
      assert.equal(all[9]!.tUs, 2_997);

      const ear = { rssiDbm: -50, tuned: { lowMhz, highMhz } };
      const reports = pulsesOf(radar, window, ear, createRandom(seed));
      const inside = all.filter(({ centerMhz }) => centerMhz >= lowMhz && centerMhz < highMhz);
      assert.deepEqual(
        reports.map(({ tUs }) => tUs),
        inside.map(({ tUs }) => tUs),
      );
    }),
    { numRuns: 20 },
  );
});

test('a radar sends the same whatever window it is asked for, and something else with another seed', () => {
  for (const pattern of patterns) {
    const radar = { ...radarWith(pattern), untilUs: 24_000_000 };
    const ask = (fromUs: number, untilUs: number, seed = 7) =>
      sentPulses(radar, { fromUs, untilUs }, createRandom(seed));
    const whole = ask(0, 24_000_000);
    const parts = [ask(0, 1_003_333), ask(1_003_333, 13_000_000), ask(13_000_000, 24_000_000)];
    assert.deepEqual(parts.flat(), whole, pattern);
    const isDrawn = ['fcc-1', 'fcc-5', 'fcc-6', 'etsi-3', 'w53-6', 'w56-7'].includes(pattern);
    if (isDrawn) assert.notDeepEqual(ask(0, 24_000_000, 8), whole, pattern);
  }
});

test('a radio is told of a hopping radar where it comes by, also when it is given elsewhere', () => {
  const channel = channelOf('5', 100, 40);
  const air = airWith(channel, []);
  const heardAt: number[] = [];
  air.watchRadar(EAR, ({ centerMhz }) => heardAt.push(centerMhz));
  air.apply({
    kind: 'radar',
    id: 'hopper',
    centerMhz: 5_300,
    widthMhz: 1,
    eirpDbm: -50,
    durationUs: 10_000_000,
    pattern: 'fcc-6',
  });
  assert.equal(heardAt.length, 1);
  assert(heardAt[0]! >= 5_490 && heardAt[0]! < 5_530);
  // In 5 GHz below the radars nothing is heard of it.
  const other = airWith(channelOf('5', 36, 40), []);
  other.watchRadar(EAR, () => assert.fail());
  const { at, fromUs, untilUs, ...same } = air.snapshot().radars[0]!;
  other.apply({ ...same, kind: 'radar', durationUs: 1e6 });
});

test('a sweep shows what its window catches of a pulse: long ones whole, short ones in part', () => {
  const channel = channelOf('5', 100);
  const loudest = (pattern: RadarPattern) => {
    const radar = { ...radarWith(pattern), kind: 'radar', eirpDbm: -40, durationUs: 1e6 };
    const { at: _, fromUs: _from, untilUs: _until, ...change } = radar;
    const sweeps = heard([change as never], { channel, sweeps: 4_096 });
    const levels = sweeps.map(({ segments: [one] }) => one!.rssiDb + one!.noiseDbm);
    return { most: Math.max(...levels), count: levels.filter((dbm) => dbm > -80).length };
  };
  // 20 to 110 µs against a window of 6.4 µs.
  assert(loudest('w53-6').most >= -41);
  // A microsecond of it: 8 dB less; and such a pulse meets a sweep about once in thirty.
  const short = loudest('fcc-0');
  assert(short.most <= -47);
  assert(short.count <= 6);
});

function radarWith(pattern: RadarPattern): Radar {
  return {
    id: 'ship',
    at: null,
    centerMhz: 5_500,
    widthMhz: 1,
    eirpDbm: -50,
    pattern,
    fromUs: 0,
    untilUs: 12_000_000,
  };
}

function pulses(pattern: RadarPattern, seed: number, untilUs: number): Pulse[] {
  return sentPulses(radarWith(pattern), { fromUs: 0, untilUs }, createRandom(seed));
}

function isWithin(value: number, [least, most]: readonly [number, number]): void {
  const slack = 1e-9;
  assert(value >= least - slack && value <= most + slack, `${value}: not ${least} to ${most}`);
}
