import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '#agents/random/philox.ts';
import { openRecorded } from '#cli/fleet/recorded.ts';
import { SweepReader } from '#edge/capture/tlv.ts';
import { directAir } from '#edge/drivers/direct-air.ts';
import { createSimDriver } from '#edge/drivers/sim.ts';
import { channelFromNumber } from '#protocols/channels.ts';
import type { SpectrumStream } from '#protocols/driver.ts';
import { InputError } from '#protocols/errors.ts';
import { createFluidAir } from '#sim/air/fluid-air.ts';
import { VirtualClock } from '#sim/clock/virtual-clock.ts';
import { makeRig } from '../../edge/recorder/rig.ts';
import { sweeps } from '../../edge/recorder/sweeps.ts';

const camera = 'test/fixtures/fft-eval/ar9550_40mhz_analog_camera_ch1.dump';

function radioOn(clock: VirtualClock) {
  const random = createRandom('recorded');
  const air = createFluidAir({ random });
  const id = 'ap1/radio-0';
  air.apply({ kind: 'radio', id, at: { x: 0, y: 0, z: 0 }, channel: null, eirpDbm: 20 });
  const driver = createSimDriver({
    address: `sim:${id}`,
    id,
    air: directAir(air, clock),
    clock,
    random,
    antennaGainDbi: 3,
    capabilities: {
      spectral: true,
      pulses: true,
      bands: ['2.4', '5'],
      maxWidthMhz: 80,
      minEirpDbm: 0,
      maxEirpDbm: 30,
    },
  });
  driver.open(
    () => {},
    () => driver.setChannel(channelFromNumber({ number: 1, widthMhz: 20 })!, () => {}),
  );
  clock.run(clock.monotonic() + 1_000_000);
  return driver;
}

/** How many sweeps a scenario's radio hears from its recording in so many seconds. */
function heard(address: string, clock: VirtualClock, seconds: number, leftMs?: () => number) {
  const driver = openRecorded(address, clock, leftMs)(radioOn(clock));
  assert.equal(driver.address, address);
  let stream: SpectrumStream | undefined;
  driver.openSpectrum({ bins: 512, sweeps: null }, (opened) => {
    assert(opened.ok);
    stream = opened.value;
  });
  const reader = new SweepReader();
  let count = 0;
  for (let turn = 0; turn < seconds * 10; turn += 1) {
    clock.run(clock.monotonic() + 100_000);
    if (stream !== undefined) reader.push(stream.read(), () => (count += 1));
  }
  return count;
}

test('a scenario plays what a recorder kept: its folder stands for a radio', async (t) => {
  const rig = makeRig(t);
  const recorder = rig.open();
  const random = createRandom(1);
  for (let second = 0; second < 10; second += 1) {
    recorder.append(
      'radio-0',
      Buffer.from(sweeps(random, 20)),
      1_790_000_000_000_000 + second * 1e6,
    );
    rig.clock.run((second + 1) * 1_000_000);
  }
  await recorder.close();
  const folder = `capture:${rig.folder}`;
  assert.equal(heard(`${folder}?radio=radio-0`, new VirtualClock(), 15), 200);
  assert.throws(() => openRecorded(`${folder}?radio=radio-7`, new VirtualClock()), InputError);
});

test('a file that begins later begins after what is left of that', () => {
  const address = `capture:${camera}?from=10m&loop`;
  assert.equal(heard(address, new VirtualClock(), 5), 0);
  const asked: number[] = [];
  const leftMs = (fromMs?: number) => {
    asked.push(fromMs!);
    return 2_000;
  };
  assert(heard(address, new VirtualClock(), 5, leftMs) > 1_000);
  assert.deepEqual(asked, [600_000]);
});

test('what is neither a file nor a folder is refused in one line', () => {
  const clock = new VirtualClock();
  for (const address of ['capture:/nowhere/at-all', 'capture:', `capture:${camera}?speed=2`]) {
    assert.throws(
      () => openRecorded(address, clock),
      (error) => error instanceof InputError && error.message.split('\n').length === 1,
      address,
    );
  }
});
