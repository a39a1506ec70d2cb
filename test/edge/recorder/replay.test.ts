import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createRandom } from '#agents/random/philox.ts';
import { readSweeps } from '#edge/capture/tlv.ts';
import { directAir } from '#edge/drivers/direct-air.ts';
import { openDriver } from '#edge/drivers/open.ts';
import { createSimDriver } from '#edge/drivers/sim.ts';
import { listSegments } from '#edge/recorder/recording.ts';
import { parseReplayAddress, Replay } from '#edge/recorder/replay.ts';
import { SpectrumWatch } from '#edge/spectrum.ts';
import type { Channel } from '#protocols/channels.ts';
import type { SpectrumStream } from '#protocols/driver.ts';
import { createFluidAir } from '#sim/air/fluid-air.ts';
import { VirtualClock } from '#sim/clock/virtual-clock.ts';
import { driverConformance } from '../drivers/conformance.ts';
import { makeRig } from './rig.ts';
import { sweeps } from './sweeps.ts';

const startUs = 1_790_000_000_000_000;

const { folder: shared } = await recordSeconds({ after }, 2);

driverConformance('replay', () => {
  const { driver, clock } = onReplay(`capture:${shared}?radio=radio-0`);
  return {
    driver,
    run: (us) => clock.run(clock.monotonic() + us),
    channels: [channel36, channel40],
    beyond: channel1,
    eirpDbm: 17,
    tooMuchDbm: 31,
  };
});

for (const speed of [0.5, 1, 4, 100]) {
  test(`plays at ${speed} times the pace, byte for byte`, async (t) => {
    const { folder, all } = await recordSeconds(t, 20);
    const clock = new VirtualClock();
    const replay = new Replay({ folder, radio: 'radio-0', speed }, clock);
    const got: Uint8Array[] = [];
    for (let poll = 0; !replay.isOver; poll += 1) {
      clock.run(poll * 50_000);
      got.push(replay.read());
      const recordedUs = clock.monotonic() * speed;
      const expected = Math.min(20 * 10, 1 + Math.floor(recordedUs / 100_000));
      assert.equal(replay.sweeps, expected * 10, `after ${clock.monotonic()} µs`);
    }
    assert(Buffer.concat(got).equals(all));
    assert.equal(replay.skippedBytes, 0);
    assert.equal(replay.read().length, 0);
  });
}

test('plays a range alone, as fast as it is read', async (t) => {
  const { folder, all } = await recordSeconds(t, 20);
  const at = new Date(startUs / 1_000 + 5_000).toISOString();
  const address = `capture:${folder}?radio=radio-0&at=${at}&for=2s&speed=max`;
  const replay = new Replay(parseReplayAddress(address), new VirtualClock());
  const each = all.length / 20;
  // Both ends belong to it, so a twenty-first tenth of a second does too.
  assert(Buffer.from(replay.read()).equals(all.subarray(5 * each, 5 * each + 2.1 * each)));
  assert(replay.isOver);
});

test('invents no sweep where a block is missing', async (t) => {
  const { folder, all } = await recordSeconds(t, 20);
  const [segment] = listSegments(folder);
  const path = join(folder, segment!.name);
  const known = new Set(
    readSweeps(all).sweeps.map(({ bytes }) => Buffer.from(bytes).toString('hex')),
  );
  const file = readFileSync(path);
  const random = createRandom(3);
  for (let run = 0; run < 20; run += 1) {
    const wrong = Buffer.from(file);
    for (let hit = 0; hit < 5; hit += 1) wrong[random.below(wrong.length)]! ^= 255;
    writeFileSync(path, wrong);
    const replay = new Replay(
      { folder, radio: 'radio-0', speed: Number.POSITIVE_INFINITY },
      new VirtualClock(),
    );
    const played = readSweeps(replay.read()).sweeps;
    assert(played.length < 2_000 && played.length > 0);
    for (const { bytes } of played) assert(known.has(Buffer.from(bytes).toString('hex')));
    assert(replay.skippedBytes > 0);
  }
});

test('the time in which the node was down takes none', async (t) => {
  const rig = makeRig(t);
  for (let boot = 0; boot < 3; boot += 1) {
    const recorder = rig.open();
    recorder.append('radio-0', sweeps(createRandom(boot), 5), rig.clock.now());
    rig.clock.run(rig.clock.monotonic() + 1_000_000);
    recorder.append('radio-0', sweeps(createRandom(boot), 5), rig.clock.now());
    await recorder.close();
    rig.clock.run(rig.clock.monotonic() + 3_600_000_000);
  }
  const clock = new VirtualClock();
  const replay = new Replay({ folder: rig.folder, radio: 'radio-0', speed: 1 }, clock);
  clock.run(3_000_000);
  replay.read();
  assert.deepEqual([replay.isOver, replay.sweeps], [true, 30]);
});

test('a replay feeds the pipeline that a radio feeds', async (t) => {
  const { folder } = await recordSeconds(t, 20);
  const { driver, clock } = onReplay(`capture:${folder}?radio=radio-0&speed=4`);
  driver.open(
    () => {},
    () => driver.setChannel(channel36, () => {}),
  );
  clock.run(200_000);
  let stream: SpectrumStream | undefined;
  driver.openSpectrum({ bins: 512, sweeps: 1_000_000 }, (opened) => {
    assert(opened.ok);
    stream = opened.value;
  });
  clock.run(clock.monotonic() + 1_000_000);
  const polled = readSweeps(stream!.read()).sweeps.length;
  const expected = (clock.monotonic() / 100_000) * 4 * 10;
  assert(Math.abs(polled - expected) <= 10, `${polled} sweeps at four times the pace`);
  stream!.close();
  assert.equal(stream!.read().length, 0);

  const heard: { sweeps: number; skippedBytes: number }[] = [];
  const recorded: number[] = [];
  const watch = new SpectrumWatch(new Map([['radio-0', driver]]), {
    record: (_, bytes) => recorded.push(bytes.length),
  });
  clock.run(clock.monotonic() + 1_000_000);
  // The watch asks nothing else of where it stands.
  watch.look.run({ radios: ['radio-0'], bins: 512, sweeps: 64 }, { clock } as never, (done) => {
    assert(done.ok);
    heard.push(...done.value.looks);
  });
  clock.run(clock.monotonic() + 1_000_000);
  assert.deepEqual(
    heard.map(({ sweeps: count, skippedBytes }) => [count, skippedBytes]),
    [[64, 0]],
  );
  assert.deepEqual(recorded, [64 * 534]);
});

test('says what is wrong with an address', async (t) => {
  const { folder } = await recordSeconds(t, 1);
  const wrong = (query: string, what: RegExp) =>
    assert.throws(() => parseReplayAddress(`capture:${folder}?${query}`), what);
  wrong('', /'' came as radio, and '.*' has radio-0$/);
  wrong('radio=radio-9', /'radio-9' came as radio, and '.*' has radio-0$/);
  wrong('radio=radio-0&speed=0', /'0' came as speed/);
  wrong('radio=radio-0&speed=fast', /'fast' came as speed/);
  wrong('radio=radio-0&at=noon', /'noon' came as at/);
  wrong('radio=radio-0&for=10m', /'10m' came as for, without at/);
  wrong('radio=radio-0&tune', /'tune' came/);
  const empty = makeRig(t).folder;
  assert.throws(() => parseReplayAddress(`capture:${empty}?radio=a`), /holds no recording/);
});

const channel36: Channel = { band: '5', primaryMhz: 5180, centerMhz: 5180, widthMhz: 20 };
const channel40: Channel = { band: '5', primaryMhz: 5200, centerMhz: 5200, widthMhz: 20 };
const channel1: Channel = { band: '2.4', primaryMhz: 2412, centerMhz: 2412, widthMhz: 20 };

/** A radio of the simulated air that hears what was recorded. */
function onReplay(address: string) {
  const clock = new VirtualClock();
  const air = createFluidAir({ random: createRandom(1) });
  air.apply({ kind: 'radio', id: 'ap1/radio-0', at: { x: 0, y: 0, z: 0 }, channel: null });
  const site = {
    clock,
    random: createRandom(1),
    antennaGainDbi: 3,
    capabilities: {
      spectral: false,
      pulses: true,
      bands: ['5'],
      maxWidthMhz: 20,
      minEirpDbm: 0,
      maxEirpDbm: 20,
    },
  } as const;
  const inner = createSimDriver({
    ...site,
    address: 'sim:ap1/radio-0',
    id: 'ap1/radio-0',
    air: directAir(air, clock),
  });
  return { clock, driver: openDriver(address, { ...site, inner }) };
}

/** Ten times a second ten sweeps. */
async function recordSeconds(t: { after(clean: () => void): void }, seconds: number) {
  const { folder, clock, open } = makeRig(t);
  const recorder = open();
  const random = createRandom(seconds);
  const given: Uint8Array[] = [];
  for (let poll = 0; poll < seconds * 10; poll += 1) {
    clock.run(poll * 100_000);
    given.push(sweeps(random, 10));
    recorder.append('radio-0', given.at(-1)!, startUs + clock.monotonic());
  }
  await recorder.close();
  return { folder, all: Buffer.concat(given) };
}
