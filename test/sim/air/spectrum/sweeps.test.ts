import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { createRandom } from '#agents/random/philox.ts';
import { binPowers } from '#edge/capture/bin-power.ts';
import { readSweeps, type Sweep } from '#edge/capture/tlv.ts';
import { dbmToMw, mwToDbm } from '#protocols/math.ts';
import type { Random } from '#protocols/random.ts';
import { noiseDbm } from '#protocols/rates.ts';
import { createFluidAir } from '#sim/air/fluid-air.ts';
import { SWEEP_US } from '#sim/air/spectrum/painter.ts';
import { airWith, channelOf, EAR, emitter, heard } from './ear.ts';

test('sweeps are read back as they were meant, in every width and number of bins', () => {
  for (const widthMhz of [20, 40, 80, 160] as const) {
    for (const bins of [64, 128, 256, 512]) {
      const channel = channelOf('5', 36, widthMhz);
      const air = airWith(channel, [emitter('wide-jammer', { centerMhz: channel.centerMhz })]);
      air.advance(5_000_000);
      const bytes = air.spectrum(EAR, { bins, sweeps: 32 });
      const { sweeps, skippedBytes } = readSweeps(bytes);

      assert.equal(skippedBytes, 0);
      assert.equal(sweeps.length, 32);
      assert.equal(bytes.length, 32 * (22 + bins));
      for (const { type, freq1Mhz, freq2Mhz, storedWidthMhz, segments } of sweeps) {
        assert.deepEqual(
          [type, freq1Mhz, freq2Mhz, storedWidthMhz],
          [4, channel.centerMhz, 0, widthMhz],
        );
        const segment = segments[0]!;
        assert.equal(segment.noiseDbm, Math.round(noiseDbm(widthMhz, 7)));
        assert.equal(segment.maxMagnitude, Math.max(...segment.bins));
        const peak = segment.bins[segment.maxIndex + bins / 2];
        if (bins < 512) assert.equal(peak, segment.maxMagnitude);
      }
    }
  }
});

test('of 320 MHz the half with the primary is scanned', () => {
  const channel = { band: '6', primaryMhz: 6_195, centerMhz: 6_105, widthMhz: 320 } as const;
  const [sweep] = heard([], { channel, sweeps: 1 });
  assert.deepEqual([sweep?.freq1Mhz, sweep?.storedWidthMhz], [6_185, 160]);
});

test('the time of the chip counts microseconds and wraps at 32 bits', () => {
  const channel = channelOf('2.4', 6);
  const times = heard([], { channel, sweeps: 40, nowUs: 2 ** 32 + 5_000 }).map(({ tsf }) =>
    Number(tsf),
  );

  const steps = times.slice(1).map((tsf, index) => tsf - times[index]!);
  assert.equal(steps.filter((step) => step === SWEEP_US).length, 38);
  assert.equal(steps.filter((step) => step === SWEEP_US - 2 ** 32).length, 1);
});

test('a bin of noise has an exponentially distributed power', () => {
  const ratios = heard([], { sweeps: 500, bins: 64 }).flatMap(({ segments: [segment] }) => {
    const bins = [...segment!.bins];
    const mean = bins.reduce((sum, bin) => sum + bin * bin, 0) / bins.length;
    return bins.map((bin) => (bin * bin) / mean);
  });

  for (const times of [0.25, 0.5, 1, 2, 3]) {
    const above = ratios.filter((ratio) => ratio > times).length / ratios.length;
    // Magnitudes are whole numbers of about 10, which moves the shares a little.
    assert(Math.abs(above - Math.exp(-times)) < 0.03, `${above} above ${times} times the mean`);
  }
});

test('bins sum to what arrived, and each is as strong as its share, within what the bytes hold', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -85, max: -25 }),
      fc.constantFrom(64, 128, 256, 512),
      fc.integer({ min: 1, max: 1_000 }),
      (levelDbm, bins, seed) => {
        const jammer = emitter('wide-jammer', {
          centerMhz: 2437,
          widthMhz: 20,
          eirpDbm: levelDbm,
        });
        const sweeps = heard([jammer], { bins, sweeps: 60, seed });
        const powers = meanDbm(sweeps, bins);
        const expected = mwToDbm(dbmToMw(levelDbm) + dbmToMw(noiseDbm(20, 7)));
        const sum = mwToDbm(powers.reduce((all, dbm) => all + dbmToMw(dbm), 0));
        // The level comes in whole decibels, the noise under it too.
        assert(Math.abs(sum - expected) < 0.75, `${sum} for ${expected}`);
        const middle = powers.toSorted((a, b) => a - b)[bins / 2]!;
        assert(Math.abs(middle - (expected - mwToDbm(bins))) < 1.2, `${middle} a bin`);
      },
    ),
    { numRuns: 20 },
  );
});

test('a carrier stands in its bin at its level, as steady as the noise lets it', () => {
  const sweeps = heard([emitter('narrow-jammer', { centerMhz: 2430.046875 })]);
  const peaks = sweeps.map((sweep) => {
    const dbm = new Float64Array(128);
    binPowers(sweep.segments[0]!, sweep.maxExp, dbm);
    const bin = dbm.indexOf(Math.max(...dbm));
    assert.equal(2427 + (bin + 0.5) * (20 / 128), 2430.046875);
    return dbm[bin]!;
  });
  assert(Math.max(...peaks) < -48.5 && Math.min(...peaks) > -51.5);
});

test('the same seed gives the same bytes; another gives others', () => {
  const all = [emitter('bluetooth'), emitter('microwave', { centerMhz: 2440 }), emitter('wifi')];
  const bytesOf = (seed: number) => heard(all, { seed }).map(({ bytes }) => Buffer.from(bytes));
  assert.deepEqual(bytesOf(3), bytesOf(3));
  assert.notDeepEqual(bytesOf(3), bytesOf(4));
});

test('asking often, late or not at all changes nothing of what a sweep holds', () => {
  const changes = [emitter('bluetooth'), emitter('microwave', { centerMhz: 2440 })];
  const often = airWith(channelOf('2.4', 6), changes);
  const parts: Uint8Array[] = [];
  for (let look = 1; look <= 20; look += 1) {
    often.advance(look * 10 * SWEEP_US);
    parts.push(often.spectrum(EAR, { bins: 128, sweeps: 64 }));
  }
  const before = often.snapshot();
  const seen = new Map(
    parts.flatMap((bytes) => readSweeps(bytes).sweeps).map((sweep) => [sweep.tsf, sweep.bytes]),
  );

  const once = airWith(channelOf('2.4', 6), changes);
  once.advance(200 * SWEEP_US);
  assert.deepEqual(once.snapshot(), before);
  const { sweeps } = readSweeps(once.spectrum(EAR, { bins: 128, sweeps: 4_096 }));
  assert(sweeps.length > 190);
  for (const { tsf, bytes } of sweeps) assert.deepEqual(bytes, seen.get(tsf) ?? bytes);
  assert(sweeps.filter(({ tsf }) => seen.has(tsf)).length > 190);
});

test('what nobody asks for is not painted: no chance is drawn for it', () => {
  const names: string[] = [];
  const air = createFluidAir({ random: told(createRandom(1), names) });
  const channel = channelOf('2.4', 6);
  air.apply({ kind: 'radio', id: EAR, at: { x: 0, y: 0, z: 0 }, channel });
  air.apply(emitter('microwave', { centerMhz: 2440 }));
  air.advance(3_600_000_000);
  air.observe(EAR, 'survey', { fromUs: 0, untilUs: 3_600_000_000 });
  const drawn = () => names.filter((name) => name.startsWith('spectrum/'));

  assert.deepEqual(drawn(), []);
  air.spectrum(EAR, { bins: 64, sweeps: 1 });
  assert(drawn().length > 0);
});

test('a radio that is switched off has no sweeps, and an air that just began has few', () => {
  const air = airWith(channelOf('2.4', 6), []);
  air.advance(10 * SWEEP_US);
  assert(readSweeps(air.spectrum(EAR, { bins: 64, sweeps: 64 })).sweeps.length <= 10);
  air.apply({ kind: 'radio', id: EAR, channel: null });
  assert.equal(air.spectrum(EAR, { bins: 64, sweeps: 64 }).length, 0);
});

test('an emitter keeps what a change leaves out, becomes what it names, and survives a snapshot', () => {
  const air = airWith(channelOf('2.4', 6), [emitter('microwave', { id: 'x', duty: 0.3 })]);
  const emitterNow = () => air.snapshot().emitters[0]!;
  air.apply({ kind: 'emitter', id: 'x', eirpDbm: -60 });
  const { emission, centerMhz, duty, eirpDbm } = emitterNow();
  assert.deepEqual([emission, centerMhz, duty, eirpDbm], ['microwave', 2_456, 0.3, -60]);
  air.apply({ kind: 'emitter', id: 'x', emission: 'zigbee', eirpDbm: -60 });
  assert.deepEqual([emitterNow().emission, emitterNow().widthMhz], ['zigbee', 2]);

  air.advance(1_000_000);
  const again = airWith(channelOf('2.4', 6), []);
  again.restore(structuredClone(air.snapshot()));
  const wish = { bins: 128, sweeps: 500 };
  assert.deepEqual(again.spectrum(EAR, wish), air.spectrum(EAR, wish));
  assert.throws(
    () => air.apply({ kind: 'emitter', id: 'y', eirpDbm: 0, centerMhz: 2_412 }),
    /emitter 'y': expected `centerMhz`, `widthMhz` and `duty`, or an `emission`/,
  );
});

test('neighbours are heard for as much of the time as they send, and never the radio itself', () => {
  const channel = channelOf('5', 36);
  const air = createFluidAir({ random: createRandom(1) });
  for (const [id, x] of [
    ['a', 0],
    ['b', 10],
  ] as const) {
    air.apply({ kind: 'radio', id, at: { x, y: 0, z: 0 }, channel, eirpDbm: 20 });
    const at = { x: x + 2, y: 0, z: 0 };
    air.apply({ kind: 'client', id: `${id}-client`, at, radio: id, offeredMbps: 60 });
  }
  air.advance(2_000_000);
  const airtime = air.observe('b', 'survey', { fromUs: 0, untilUs: 1e6 })[0]!.txUs / 1e6;
  const loud = readSweeps(air.spectrum('a', { bins: 128, sweeps: 4_096 })).sweeps.map(
    ({ segments }) => segments[0]!.rssiDb + segments[0]!.noiseDbm,
  );

  // 20 dBm less 81.7 dB, but for the pauses between frames, in the time that `a` leaves.
  const on = loud.filter((dbm) => Math.abs(dbm + 61.7) < 1).length / loud.length;
  assert(on > (airtime / (1 - airtime)) * 0.75 && on < airtime / (1 - airtime), `${on}`);
  assert(loud.every((dbm) => dbm < -60));
  air.apply({ kind: 'radio', id: 'b', channel: null });
  const alone = readSweeps(air.spectrum('a', { bins: 128, sweeps: 500 })).sweeps;
  assert(alone.every(({ segments }) => segments[0]!.rssiDb <= 1));
});

/** Mean power of each bin over the sweeps, dBm. */
function meanDbm(sweeps: readonly Sweep[], bins: number): number[] {
  const mw = new Float64Array(bins);
  const dbm = new Float64Array(bins);
  for (const { segments, maxExp } of sweeps) {
    binPowers(segments[0]!, maxExp, dbm);
    dbm.forEach((level, bin) => {
      mw[bin] = mw[bin]! + dbmToMw(level) / sweeps.length;
    });
  }
  return [...mw].map(mwToDbm);
}

/** The same stream; the names of its forks are written down. */
function told(random: Random, names: string[]): Random {
  return new Proxy(random, {
    get(target, key) {
      if (key === 'fork') {
        return (name: string) => {
          names.push(name);
          return target.fork(name);
        };
      }
      const value = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
