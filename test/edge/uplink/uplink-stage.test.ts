import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMemoryNetwork } from '#agents/bus/memory.ts';
import { createRandom } from '#agents/random/philox.ts';
import { Arrivals } from '#cloud/telemetry/arrivals.ts';
import { Receiver, TELEMETRY } from '#cloud/telemetry/receiver.ts';
import type { Sweep } from '#edge/capture/tlv.ts';
import { Uplink } from '#edge/uplink/uplink.ts';
import { UplinkStage } from '#edge/uplink/uplink-stage.ts';
import type { Metrics } from '#protocols/telemetry/metrics.ts';
import { TestClock } from '../../agents/bus/test-clock.ts';

function sweepAt(centerMhz: number): Sweep {
  const segment = {
    lowMhz: centerMhz - 10,
    highMhz: centerMhz + 10,
    rssiDb: 20,
    noiseDbm: -95,
    maxMagnitude: 1,
    maxIndex: 0,
    bins: new Uint8Array(56),
  };
  return {
    type: 1,
    tsf: 0n,
    freq1Mhz: centerMhz,
    freq2Mhz: 0,
    storedWidthMhz: 20,
    maxExp: 0,
    segments: [segment],
    bytes: new Uint8Array(0),
  };
}

test('a node tells how long each of its radios was where, and how much it heard', () => {
  const clock = new TestClock();
  const random = createRandom(1);
  const network = createMemoryNetwork({ clock, random, site: 'hq' });
  const told: { actor: string; body: Metrics }[] = [];
  new Receiver({
    bus: network.connect({ client: TELEMETRY, domain: 'hub' }),
    clock,
    site: 'hq',
    arrivals: new Arrivals(':memory:'),
    onRecord: ({ actor, record }) => {
      if (record.type === 'metrics') told.push({ actor, body: record.body });
    },
  });
  const bus = network.connect({ client: 'ap1', domain: 'ap1' });
  const uplink = new Uplink({ bus, clock, random, site: 'hq', node: 'ap1', file: ':memory:' });
  const stage = new UplinkStage({ uplink, clock, more: () => ({ fftPeriod: 1 }) });
  for (const [centerMhz, ms] of [
    [5_180, 2_000],
    [5_500, 3_000],
    [5_180, 4_000],
  ] as const) {
    for (let atMs = 0; atMs < ms; atMs += 100) {
      const sweeps = [sweepAt(centerMhz), sweepAt(centerMhz)];
      stage.take({ radio: 'radio-0', atUs: -atMs, bytes: new Uint8Array(0), sweeps });
      clock.advance(100);
    }
  }
  // Nothing is heard any more from here on.
  clock.advance(15_000);
  assert.deepEqual(told, [
    {
      actor: 'radio-0',
      body: {
        windowMs: 10_000,
        monitor: 'on',
        monitorStatistics: { sweeps: 180 },
        dwells: [
          { centerMhz: 5_180, widthMhz: 20, dwellMs: 7_000, visits: 2 },
          { centerMhz: 5_500, widthMhz: 20, dwellMs: 3_000, visits: 1 },
        ],
        fftPeriod: 1,
      },
    },
    {
      actor: 'radio-0',
      body: {
        windowMs: 10_000,
        monitor: 'off',
        monitorStatistics: { sweeps: 180 },
        dwells: [],
        fftPeriod: 1,
      },
    },
  ]);
  assert.equal(stage.trouble(), undefined);
  stage.close();
});
