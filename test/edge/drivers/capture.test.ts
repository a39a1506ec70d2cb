import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createRandom } from '#agents/random/philox.ts';
import { readSweeps, sweepSpan } from '#edge/capture/tlv.ts';
import { openCaptureDriver, parseCaptureAddress, Recording } from '#edge/drivers/capture.ts';
import { directAir } from '#edge/drivers/direct-air.ts';
import { createSimDriver } from '#edge/drivers/sim.ts';
import { type Channel, overlapMhz, span } from '#protocols/channels.ts';
import type { SpectrumStream } from '#protocols/driver.ts';
import { createFluidAir } from '#sim/air/fluid-air.ts';
import { VirtualClock } from '#sim/clock/virtual-clock.ts';
import { driverConformance } from './conformance.ts';

const camera = new URL(
  '../../fixtures/fft-eval/ar9550_40mhz_analog_camera_ch1.dump',
  import.meta.url,
).pathname;
const channel1: Channel = { band: '2.4', primaryMhz: 2412, centerMhz: 2412, widthMhz: 20 };
const channel6: Channel = { band: '2.4', primaryMhz: 2437, centerMhz: 2437, widthMhz: 20 };
const channel11: Channel = { band: '2.4', primaryMhz: 2462, centerMhz: 2462, widthMhz: 20 };
const channel36: Channel = { band: '5', primaryMhz: 5180, centerMhz: 5180, widthMhz: 20 };

driverConformance('capture', () => {
  const { driver, clock } = onCamera();
  return {
    driver,
    run: (us) => clock.run(clock.monotonic() + us),
    channels: [channel1, channel6],
    beyond: channel36,
    eirpDbm: 17,
    tooMuchDbm: 31,
  };
});

test('is silent until its recording begins', () => {
  const { hear, clock } = onCamera('?from=10m&loop&tune');
  hear(channel1);
  clock.run(599_000_000);
  assert.equal(hear(channel1).length, 0);
  clock.run(601_000_000);
  assert(hear(channel1).length > 0);
});

test('hears only what overlaps the channel it is tuned to', () => {
  const { hear } = onCamera('?loop&tune');
  for (const channel of [channel1, channel6, channel11]) {
    const heard = hear(channel);
    assert(heard.length > 0);
    for (const sweep of heard) assert(overlapMhz(sweepSpan(sweep), span(channel)) > 0);
  }
});

test('plays a file once, or again and again', () => {
  const once = onCamera();
  const counts = [once.hear(channel1, 200).length, once.hear(channel1, 200).length];
  assert.deepEqual([...counts, once.hear(channel1, 200).length], [200, 36, 0]);

  const looped = onCamera('?loop');
  for (let i = 0; i < 5; i += 1) assert.equal(looped.hear(channel1, 200).length, 200);
});

test('lasts until it is closed, at the pace of a radio, where it is asked to', () => {
  const { listenOn, clock, last } = onCamera('?loop&tune');
  listenOn(channel1);
  const stream = last();
  assert.equal(stream.read().length, 0);
  let heard = 0;
  for (let reads = 0; reads < 20; reads += 1) {
    clock.run(clock.monotonic() + 100_000);
    heard += readSweeps(stream.read()).sweeps.length;
  }
  assert(heard > 2_000_000 / 233 - 20 && heard <= 2_001_000 / 233, `${heard} sweeps in 2 s`);

  listenOn(channel11);
  clock.run(clock.monotonic() + 1_000_000);
  stream.read();
  clock.run(clock.monotonic() + 100_000);
  const { sweeps } = readSweeps(stream.read());
  assert(sweeps.length > 0);
  for (const sweep of sweeps) assert(overlapMhz(sweepSpan(sweep), span(channel11)) > 0);

  stream.close();
  clock.run(clock.monotonic() + 100_000);
  assert.equal(stream.read().length, 0);
});

test('shifts every frequency by what is asked', () => {
  const [plain] = onCamera('?loop').hear(channel1, 1);
  const [shifted] = onCamera('?loop&shift=25').hear(channel1, 1);
  assert.equal((shifted?.freq1Mhz ?? 0) - (plain?.freq1Mhz ?? 0), 25);
  assert.deepEqual(shifted?.segments[0]?.bins, plain?.segments[0]?.bins);
});

test('says in one line what is wrong with an address or a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'capture-'));
  try {
    const empty = join(folder, 'empty.dump');
    writeFileSync(empty, Buffer.alloc(500));
    const clock = new VirtualClock();
    for (const [address, message] of [
      ['capture:', /expected capture:FILE/],
      [`capture:${camera}?speed=2`, /'speed' came/],
      [`capture:${camera}?from=soon`, /expected from=10m/],
      [`capture:${folder}/none.dump`, /expected a readable file; ENOENT came/],
      [`capture:${empty}`, /none could be read in 500 bytes/],
    ] as const) {
      assert.throws(
        () => new Recording(address, clock),
        (error: Error) => {
          assert.equal(error.name, 'InputError');
          assert.match(error.message, message);
          return !error.message.includes('\n');
        },
      );
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('reads back every option of an address', () => {
  assert.deepEqual(parseCaptureAddress('capture:a/b.dump?from=90s&loop&tune&shift=-25'), {
    file: 'a/b.dump',
    fromMs: 90_000,
    loop: true,
    tune: true,
    shiftMhz: -25,
  });
});

/** A 2.4 GHz radio of the simulated air whose spectrum is the camera's recording. */
function onCamera(query = '') {
  const clock = new VirtualClock();
  const air = createFluidAir({ random: createRandom(1) });
  air.apply({ kind: 'radio', id: 'ap1/radio-0', at: { x: 0, y: 0, z: 0 }, channel: null });
  const inner = createSimDriver({
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
  const address = `capture:${camera}${query}`;
  const driver = openCaptureDriver(address, inner, new Recording(address, clock));
  let isOpen = false;

  return { driver, clock, hear, listenOn, last };

  function listenOn(channel: Channel): void {
    hear(channel, 1);
  }

  /** A spectrum until it is closed. */
  function last(): SpectrumStream {
    const opened: SpectrumStream[] = [];
    driver.openSpectrum({ bins: 128, sweeps: null }, (stream) => {
      if (stream.ok) opened.push(stream.value);
    });
    clock.run(clock.monotonic() + 500_000);
    const [stream] = opened;
    assert(stream !== undefined);
    stream.read();
    return stream;
  }

  /** Tunes there and takes so many sweeps. */
  function hear(channel: Channel, sweeps = 64) {
    if (!isOpen) {
      isOpen = true;
      driver.open(
        () => {},
        () => {},
      );
    }
    let bytes = new Uint8Array(0);
    driver.setChannel(channel, () => {
      driver.openSpectrum({ bins: 128, sweeps }, (opened) => {
        if (opened.ok) bytes = opened.value.read().slice();
      });
    });
    clock.run(clock.monotonic() + 500_000);
    return readSweeps(bytes).sweeps;
  }
}
