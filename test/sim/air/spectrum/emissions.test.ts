/** What sweeps show of each emission, against the figures of its source. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { seenIn } from '#cli/air/seen.ts';
import { binPowers } from '#edge/capture/bin-power.ts';
import type { Sweep } from '#edge/capture/tlv.ts';
import { Emission } from '#protocols/air.ts';
import { dbmToMw, mwToDbm } from '#protocols/math.ts';
import { emissionOf } from '#sim/air/spectrum/setting.ts';
import { airWith, channelOf, EAR, emitter, heard } from './ear.ts';

const within = (value: number, least: number, most: number, what: string) =>
  assert(value >= least && value <= most, `${what}: ${value} is not from ${least} to ${most}`);

/** On one channel, over 0.95 s: how wide it is all in all, and for how much of the time it is there. */
const expected: readonly {
  readonly what: string;
  readonly emission: Emission;
  readonly centerMhz?: number;
  readonly occupiedMhz: readonly [number, number];
  readonly duty: readonly [number, number];
}[] = [
  {
    what: '45 % of a mains period; within 18 MHz',
    emission: 'microwave',
    centerMhz: 2437,
    occupiedMhz: [12, 19],
    duty: [0.43, 0.47],
  },
  {
    what: 'the same',
    emission: 'microwave-60hz',
    centerMhz: 2437,
    occupiedMhz: [12, 19],
    duty: [0.43, 0.47],
  },
  {
    what: '366 of 625 µs, on 20 of 79 channels and the skirts of 2 more',
    emission: 'bluetooth',
    occupiedMhz: [18, 20],
    duty: [0.13, 0.18],
  },
  {
    what: 'a main lobe of 2 MHz, for a tenth of the time',
    emission: 'zigbee',
    centerMhz: 2440,
    occupiedMhz: [1.5, 3.5],
    duty: [0.07, 0.13],
  },
  {
    what: 'FM of 17 MHz without a pause',
    emission: 'analogue-video',
    centerMhz: 2437,
    occupiedMhz: [13, 18],
    duty: [1, 1],
  },
  {
    what: 'two bursts of 368 µs in 10 ms on a carrier of 1.728 MHz',
    emission: 'dect-phone',
    centerMhz: 2437,
    occupiedMhz: [1.2, 2.2],
    duty: [0.06, 0.09],
  },
  {
    what: 'the same on 22 of 90 carriers',
    emission: 'fhss-phone',
    occupiedMhz: [4, 20],
    duty: [0.005, 0.04],
  },
  {
    what: 'noise everywhere, always',
    emission: 'wide-jammer',
    occupiedMhz: [19.7, 20],
    duty: [1, 1],
  },
  {
    what: 'a carrier, always',
    emission: 'narrow-jammer',
    occupiedMhz: [0.1, 0.5],
    duty: [1, 1],
  },
  {
    what: 'a quarter of a sweep of 80 MHz',
    emission: 'sweeping-jammer',
    centerMhz: 2442,
    occupiedMhz: [19, 20],
    duty: [0.24, 0.27],
  },
  {
    what: '601 carriers of 15 kHz; 85 % of the time with the control link',
    emission: 'drone-video',
    centerMhz: 2437,
    occupiedMhz: [8.5, 9.8],
    duty: [0.83, 0.87],
  },
];

for (const { what, emission, centerMhz, occupiedMhz, duty } of expected) {
  test(`${emission}: ${what}`, () => {
    const change = emitter(emission, centerMhz === undefined ? {} : { centerMhz });
    const seen = seenIn(heard([change], { sweeps: 4_096 }))!;

    within(seen.occupiedMhz, ...occupiedMhz, 'MHz occupied');
    within(seen.duty, ...duty, 'duty');
    if (!['wide-jammer', 'fhss-phone'].includes(emission)) within(seen.levelDbm, -53, -49, 'dBm');
  });
}

test('Wi-Fi frames of every width fill their tones, and as much of the time as is said', () => {
  for (const [widthMhz, number, tonesMhz] of [
    [20, 36, 19.1],
    [40, 36, 38.2],
    [80, 36, 78.2],
    [160, 36, 158.2],
  ] as const) {
    for (const duty of [0.2, 0.6]) {
      const channel = channelOf('5', number, widthMhz);
      const { centerMhz } = channel;
      const wifi = emitter('wifi', { centerMhz, widthMhz, duty });
      const seen = seenIn(heard([wifi], { channel, bins: 512, sweeps: 4_096 }))!;
      within(seen.occupiedMhz, tonesMhz * 0.98, tonesMhz + 1, `${widthMhz} MHz`);
      within(seen.duty, duty - 0.08, duty + 0.08, `${widthMhz} MHz, duty`);
    }
  }
});

test('the skirts of a frame are 20 dB down beside its channel and 28 a width away', () => {
  // Heard on the next channel, where nothing stronger sets the gain.
  const channel = channelOf('5', 44);
  const wifi = emitter('wifi', { centerMhz: 5_200, widthMhz: 20, duty: 1, eirpDbm: -20 });
  const mw = new Float64Array(128);
  let on = 0;
  const dbm = new Float64Array(128);
  for (const { segments, maxExp } of heard([wifi], { channel, sweeps: 2_000 })) {
    if (segments[0]!.rssiDb < 4) continue;
    on += 1;
    binPowers(segments[0]!, maxExp, dbm);
    dbm.forEach((level, bin) => {
      mw[bin] = mw[bin]! + dbmToMw(level);
    });
  }
  const at = (mhz: number) => mwToDbm(mw[Math.floor((mhz - 5_210) / (20 / 128))]! / on);
  const insideDbm = -20 - 10 * Math.log10(19.14 / (20 / 128));
  within(insideDbm - at(5_210.6), 19, 21.5, 'dB beside');
  within(insideDbm - at(5_219.9), 27, 29.5, 'dB a width away');
});

test('an oven sweeps once a mains period, twice in a restaurant', () => {
  for (const [emission, perSecond] of [
    ['microwave', 50],
    ['microwave-60hz', 60],
    ['microwave-commercial', 100],
  ] as const) {
    const sweeps = heard([emitter(emission, { centerMhz: 2437, widthMhz: 18 })], {
      sweeps: 4_000,
    });
    const seconds = (4_000 * 233) / 1e6;
    within(begins(sweeps) / seconds, perSecond * 0.95, perSecond * 1.05, emission);
  }
});

test('over a mains period a survey counts what an oven takes, and a radio waits for it', () => {
  const air = airWith(channelOf('2.4', 6), [emitter('microwave', { centerMhz: 2437, duty: 0.45 })]);
  air.advance(1_000_000);
  const [survey] = air.observe(EAR, 'survey', { fromUs: 960_000, untilUs: 980_000 });
  within(survey!.busyUs, 8_990, 9_010, 'µs of 20,000 busy');
  // Below the level that silences a radio it is noise.
  air.apply(emitter('microwave', { centerMhz: 2437, eirpDbm: -70 }));
  const [quiet] = air.observe(EAR, 'survey', { fromUs: 960_000, untilUs: 980_000 });
  assert.equal(quiet!.busyUs, 0);
  within(quiet!.noiseDbm, -74, -73, 'dBm of noise');
});

test('Bluetooth is on each of its channels alike, for at most a slot at a time', () => {
  const counts = new Map<number, number>();
  for (const number of [1, 4, 8, 12, 13]) {
    const channel = channelOf('2.4', number);
    for (const sweep of heard([emitter('bluetooth')], { channel, sweeps: 4_096 })) {
      const [segment] = sweep.segments;
      if (segment === undefined || segment.rssiDb < 20) continue;
      const mhz = segment.lowMhz + (segment.bins.indexOf(segment.maxMagnitude) + 0.5) * (20 / 128);
      const near = Math.round(mhz);
      assert(Math.abs(mhz - near) < 0.51);
      counts.set(near, (counts.get(near) ?? 0) + 1);
    }
  }
  const used = [...counts.keys()].filter((mhz) => mhz >= 2_402 && mhz <= 2_480);
  assert.equal(used.length, 79);
  assert(Math.min(...counts.keys()) >= 2_401 && Math.max(...counts.keys()) <= 2_481);
});

test('Bluetooth Low Energy advertises on three channels and else keeps to 37', () => {
  const quiet = emitter('ble', { duty: 0.0001 });
  for (const [number, mhz] of [
    [1, 2402.5],
    [3, 2426],
  ] as const) {
    const channel = channelOf('2.4', number === 1 ? 1 : 4);
    const sweeps = heard([quiet], { channel, sweeps: 4_096 });
    const loud = sweeps.filter(({ segments }) => segments[0]!.rssiDb > 20);
    // An advert of 376 µs every 100 to 110 ms meets one or two sweeps.
    within(loud.length, 8, 20, 'sweeps with an advert');
    for (const { segments } of loud) {
      const { bins, lowMhz, maxMagnitude } = segments[0]!;
      const at = lowMhz + (bins.indexOf(maxMagnitude) + 0.5) * (20 / 128);
      assert(Math.abs(at - mhz) < 1, `${at}`);
    }
  }
});

test('any emission anywhere is painted without complaint, and not beyond its duty', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...Emission.values),
      fc.constantFrom(channelOf('2.4', 1), channelOf('5', 36, 80), channelOf('6', 37, 160)),
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      fc.integer({ min: 1, max: 1_000 }),
      (emission, channel, duty, seed) => {
        const { widthMhz } = emissionOf(emission).usual;
        const centerMhz = channel.centerMhz;
        const change = emitter(emission, { centerMhz, widthMhz, duty });
        const sweeps = heard([change], { channel, seed, sweeps: 1_024, bins: 64 });
        assert(sweeps.length > 1_000);
        const seen = seenIn(sweeps)?.duty ?? 0;
        // A call has two bursts at least; adverts come whatever the duty.
        const least =
          { 'dect-phone': 0.09, ble: 0.03, 'drone-video': 0.2 }[emission as string] ?? 0;
        assert(seen <= Math.max(least, duty) + 0.25, `${seen} of ${duty}`);
      },
    ),
    { numRuns: 40 },
  );
});

/** How often something begins that lasts for at least three sweeps. */
function begins(sweeps: readonly Sweep[]): number {
  let on = 0;
  let off = 9;
  let count = 0;
  for (const { segments } of sweeps) {
    if (segments[0]!.rssiDb >= 4) {
      on += 1;
      if (on === 3 && off >= 3) {
        count += 1;
        off = 0;
      }
    } else {
      if (on > 0) off = 0;
      off += 1;
      on = 0;
    }
  }
  return count;
}
