/** Where `spectrum watch` listens, through the driver port and from recordings. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '#agents/random/philox.ts';
import { heardBy, openSource } from '#cli/spectrum/sources.ts';
import { readSweeps } from '#edge/capture/tlv.ts';
import { openCaptureDriver, Recording } from '#edge/drivers/capture.ts';
import { directAir } from '#edge/drivers/direct-air.ts';
import { createSimDriver } from '#edge/drivers/sim.ts';
import { InputError } from '#protocols/errors.ts';
import { createFluidAir } from '#sim/air/fluid-air.ts';
import { VirtualClock } from '#sim/clock/virtual-clock.ts';
import { onMachine } from '../../edge/drivers/phy/set-up.ts';

const camera = new URL(
  '../../fixtures/fft-eval/ar9550_40mhz_analog_camera_ch1.dump',
  import.meta.url,
).pathname;

test('a radio is heard through its driver, and let go when it is closed', async () => {
  const { clock, radio } = world();
  const address = `capture:${camera}`;
  const driver = openCaptureDriver(address, radio, new Recording(address, clock));
  const opening = heardBy(driver, 128);
  const source = await whileRunning(clock, opening);
  assert.deepEqual([source.title, source.isGenerated], [address, false]);
  assert.equal(readSweeps(source.read() ?? new Uint8Array(0)).sweeps.length, 236);
  source.close();
  assert.equal(source.read()?.length, 0);
});

test('a radio without a spectral scan says so', async () => {
  const { clock, radio } = world();
  const opening = heardBy(radio, 128);
  await assert.rejects(whileRunning(clock, opening), (error) => {
    assert(error instanceof InputError);
    assert.equal(error.exitCode, 'refused');
    assert.match(error.message, /sim:ap1\/radio-0 has no spectral scan/);
    return true;
  });
});

test('a real radio is heard at full pace until it is closed, and nothing is sent for it', async () => {
  const { driver, machine, clock } = onMachine();
  machine.start();
  const sent = machine.onAir.length;
  const source = await whileRunning(clock, heardBy(driver, 128));
  let count = 0;
  for (let read = 0; read < 40; read += 1) {
    clock.run(clock.monotonic() + 50_000);
    count += readSweeps(source.read() ?? new Uint8Array(0)).sweeps.length;
  }
  assert(count > 7_000, `${count} sweeps in 2 s`);
  assert(machine.debugfs.writes.includes('spectral_bins←256'));
  source.close();
  clock.run(clock.monotonic() + 1_000_000);
  assert.equal(machine.debugfs.writes.at(-1), 'spectral_scan_ctl←disable');
  assert.equal(machine.onAir.length, sent);
});

test('a recording is played at the pace of the chip, or faster, and ends', async () => {
  for (const speed of [1, 5]) {
    const clock = new VirtualClock();
    const wish = { clock, speed, loop: false, bins: 128, interfaceName: 'wlan0' };
    const source = await openSource(camera, wish);
    const counts = [0.5, 1, 2, 4].map((seconds) => {
      clock.run((seconds * 1e6) / speed);
      return readSweeps(source.read() ?? new Uint8Array(0)).sweeps.length;
    });
    assert.equal(
      counts.reduce((sum, count) => sum + count, 0),
      236,
    );
    assert(counts.every((count) => count > 0));
    assert.equal(source.read(), undefined);
    source.close();
  }
});

test('a recording that is looped begins again', async () => {
  const clock = new VirtualClock();
  const source = await openSource(camera, {
    clock,
    speed: 1,
    loop: true,
    bins: 128,
    interfaceName: 'wlan0',
  });
  clock.run(8_000_000);
  const { sweeps } = readSweeps(source.read()!);
  assert(sweeps.length > 236);
  assert.deepEqual(sweeps[236]!.bytes, sweeps[0]!.bytes);
  source.close();
});

/** Runs the clock until the promise is settled. */
async function whileRunning<Value>(clock: VirtualClock, promise: Promise<Value>): Promise<Value> {
  let isSettled = false;
  const settle = () => {
    isSettled = true;
  };
  promise.then(settle, settle);
  for (let turn = 0; turn < 1_000 && !isSettled; turn += 1) {
    clock.run(clock.monotonic() + 100_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return promise;
}

/** A radio of the simulated air that has no spectral scan. */
function world() {
  const clock = new VirtualClock();
  const air = createFluidAir({ random: createRandom(1) });
  air.apply({ kind: 'radio', id: 'ap1/radio-0', at: { x: 0, y: 0, z: 0 }, channel: null });
  const radio = createSimDriver({
    address: 'sim:ap1/radio-0',
    id: 'ap1/radio-0',
    air: directAir(air, clock),
    clock,
    random: createRandom(1),
    antennaGainDbi: 3,
    capabilities: {
      spectral: false,
      pulses: true,
      bands: ['2.4'],
      maxWidthMhz: 20,
      minEirpDbm: 0,
      maxEirpDbm: 20,
    },
  });
  return { clock, radio };
}
