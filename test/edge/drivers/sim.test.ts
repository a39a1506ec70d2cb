import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '#agents/random/philox.ts';
import { readSweeps } from '#edge/capture/tlv.ts';
import { directAir } from '#edge/drivers/direct-air.ts';
import { openDriver } from '#edge/drivers/open.ts';
import { SimDriver } from '#edge/drivers/sim.ts';
import { type SimFaults, SimRadio } from '#edge/drivers/sim-radio.ts';
import type { Channel } from '#protocols/channels.ts';
import type { DriverError, DriverEvent, RadioState, SpectrumStream } from '#protocols/driver.ts';
import type { Outcome } from '#protocols/errors.ts';
import { createFluidAir } from '#sim/air/fluid-air.ts';
import { VirtualClock } from '#sim/clock/virtual-clock.ts';
import { driverConformance } from './conformance.ts';

const channel36: Channel = { band: '5', primaryMhz: 5180, centerMhz: 5180, widthMhz: 20 };
const channel52: Channel = { band: '5', primaryMhz: 5260, centerMhz: 5290, widthMhz: 80 };
const channel1: Channel = { band: '2.4', primaryMhz: 2412, centerMhz: 2412, widthMhz: 20 };

driverConformance('sim', () => {
  const { driver, clock } = oneRadio();
  return {
    driver,
    run: (us) => clock.run(clock.monotonic() + us),
    channels: [channel36, channel52],
    beyond: channel1,
    eirpDbm: 17,
    tooMuchDbm: 31,
  };
});

test('every change of the radio is told when it happens: it is nowhere while it retunes', () => {
  const { driver, clock, changes } = oneRadio();
  driver.open(
    () => {},
    () => {},
  );
  driver.setChannel(channel36, () => {});
  clock.run(200_000);
  driver.setChannel(channel52, () => {});
  clock.run(400_000);
  driver.listen(null, () => {});

  assert.deepEqual(
    changes.map(({ channel, silent }) => [channel?.primaryMhz ?? null, silent]),
    [
      [5180, false],
      [null, true],
      [5260, false],
      [null, true],
    ],
  );
});

test('radar on its channel is told within a fraction of a second, with its pulses', () => {
  const { driver, clock, air } = oneRadio();
  const events: DriverEvent[] = [];
  driver.open(
    (event) => events.push(event),
    () => {},
  );
  driver.setChannel(channel52, () => {});
  clock.run(1_000_000);
  air.advance(1_000_000);
  air.apply(radar);
  clock.run(1_200_000);

  const told = events.filter(({ type }) => type !== 'load.measured');
  const detected = { type: 'radar.detected', centerMhz: 5300, widthMhz: 5 };
  assert.deepEqual(
    told.filter(({ type }) => type === 'radar.detected'),
    [detected],
  );
  assert.equal(told[0]?.type, 'pulses', 'what it is taken for by comes first');
  const pulses = told.flatMap((event) => (event.type === 'pulses' ? event.pulses : []));
  const [first, second] = pulses;
  assert.equal(second!.tUs - first!.tUs, 1_428);
});

test('pulses are told for as long as they are heard, each once, even by a chip that takes them for nothing', () => {
  const { driver, clock, air } = oneRadio({ faults: { ignoreRadar: true } });
  const times: number[] = [];
  driver.open(
    (event) => {
      assert.notEqual(event.type, 'radar.detected');
      if (event.type === 'pulses') times.push(...event.pulses.map(({ tUs }) => tUs));
    },
    () => {},
  );
  driver.setChannel(channel52, () => {});
  clock.run(1_000_000);
  air.advance(1_000_000);
  air.apply(radar);
  const untilUs = 1_000_000 + radar.durationUs;
  clock.run(untilUs + 1_000_000);
  const window = { fromUs: 1_000_000, untilUs };
  const sent = air.observe('ap1/radio-0', 'pulses', window).map(({ tUs }) => tUs);
  assert(sent.length > 9);
  assert.deepEqual(times, sent);
  // Another radar after a long silence is heard like the first.
  clock.run(untilUs + 60_000_000);
  air.advance(untilUs + 60_000_000);
  air.apply({ ...radar, id: 'another' });
  clock.run(untilUs + 62_000_000);
  assert(times.length > sent.length);
});

test('radar elsewhere, or too weak, or left in time is not told', () => {
  for (const change of [
    { ...radar, centerMhz: 5500 },
    { ...radar, eirpDbm: -70 },
  ]) {
    const { driver, clock, air, radars } = oneRadio();
    driver.open(radars.listen, () => {});
    driver.setChannel(channel52, () => {});
    clock.run(1_000_000);
    air.apply(change);
    clock.run(3_000_000);
    assert.equal(radars.count(), 0);
  }
  const { driver, clock, air, radars } = oneRadio();
  driver.open(radars.listen, () => {});
  driver.setChannel(channel52, () => {});
  clock.run(1_000_000);
  air.apply(radar);
  driver.listen(null, () => {});
  clock.run(3_000_000);
  assert.equal(radars.count(), 0);
});

test('tuning to a channel with radar on it, to listen, hears it', () => {
  const { driver, clock, air, radars } = oneRadio();
  driver.open(radars.listen, () => {});
  air.apply(radar);
  driver.listen(channel52, () => {});
  clock.run(1_000_000);
  assert.equal(radars.count(), 1);
});

test('a radio that nobody drives stops by itself at radar, and tells when it is driven again', () => {
  const { driver, clock, air, radars, changes } = oneRadio();
  driver.open(
    () => {},
    () => {},
  );
  driver.setChannel(channel52, () => {});
  clock.run(1_000_000);
  driver.close();
  air.apply(radar);
  clock.run(2_000_000);

  assert.deepEqual(changes.at(-1), { channel: null, eirpDbm: 0, silent: true });
  driver.open(radars.listen, () => {});
  clock.run(3_000_000);
  assert.equal(radars.count(), 1);
  driver.close();
  driver.open(radars.listen, () => {});
  clock.run(4_000_000);
  assert.equal(radars.count(), 1);
});

test('a node that dies with radar told but not heeded leaves a radio that stops', () => {
  const { driver, clock, air, radars, changes } = oneRadio();
  driver.open(radars.listen, () => {});
  driver.setChannel(channel52, () => {});
  clock.run(1_000_000);
  air.apply(radar);
  clock.run(1_500_000);
  assert.equal(radars.count(), 1);
  driver.close();

  assert.equal(changes.at(-1)?.channel, null);
  driver.open(radars.listen, () => {});
  clock.run(2_000_000);
  assert.equal(radars.count(), 2);
});

test('without an antenna gain it listens but neither sends nor takes a power', () => {
  const { driver, clock } = oneRadio({ antennaGainDbi: null });
  const outcomes: Outcome<RadioState, DriverError>[] = [];
  driver.open(
    () => {},
    () => {},
  );
  driver.setChannel(channel36, (outcome) => outcomes.push(outcome));
  driver.setEirp(10, (outcome) => outcomes.push(outcome));
  driver.listen(channel36, (outcome) => outcomes.push(outcome));
  clock.run(500_000);

  assert.deepEqual(
    outcomes.map((outcome) => outcome.ok),
    [false, false, true],
  );
  assert.match(JSON.stringify(outcomes[0]), /no antennaGainDbi: expected a number in dBi/);
});

test('planted faults reject, delay and deafen', () => {
  const faults: SimFaults = { rejectNext: 1, lateMs: 300, ignoreRadar: true };
  const { driver, clock, air, radars } = oneRadio({ faults });
  const outcomes: Outcome<RadioState, DriverError>[] = [];
  driver.open(radars.listen, () => {});
  driver.setChannel(channel52, (outcome) => outcomes.push(outcome));
  driver.setChannel(channel52, (outcome) => outcomes.push(outcome));
  clock.run(300_000);
  assert.deepEqual(
    outcomes.map(({ ok }) => ok),
    [false],
  );
  clock.run(400_000);
  assert.deepEqual(
    outcomes.map(({ ok }) => ok),
    [false, true],
  );
  air.apply(radar);
  clock.run(5_000_000);
  assert.equal(radars.count(), 0);
});

test('a start of the node that is over hears nothing more, the radio goes on', () => {
  const { radio, clock, changes } = oneRadio();
  const own = clock.hostClock();
  const heard: unknown[] = [];
  const first = new SimDriver(radio, own);
  first.open(
    (event) => heard.push(event),
    () => {},
  );
  clock.run(100_000);
  heard.length = 0;
  first.setChannel(channel36, (outcome) => heard.push(outcome));
  own.stop();
  clock.run(3_000_000);
  assert.deepEqual(heard, []);
  assert.equal(changes.at(-1)?.channel, channel36);

  let state: unknown;
  new SimDriver(radio, clock.hostClock()).open(
    () => {},
    (outcome) => {
      state = outcome.ok && outcome.value.channel;
    },
  );
  clock.run(3_100_000);
  assert.deepEqual(state, channel36);
});

test('a spectrum lasts until it is closed where it is asked to, at full pace', () => {
  const { driver, clock } = oneRadio({}, true);
  driver.open(
    () => {},
    () => {},
  );
  driver.setChannel(channel36, () => {});
  clock.run(1_000_000);
  const opened: SpectrumStream[] = [];
  driver.openSpectrum({ bins: 64, sweeps: null }, (stream) => {
    if (stream.ok) opened.push(stream.value);
  });
  clock.run(clock.monotonic() + 1_000);
  const [stream] = opened;
  assert(stream !== undefined);
  let heard = 0;
  for (let reads = 0; reads < 20; reads += 1) {
    clock.run(clock.monotonic() + 100_000);
    heard += readSweeps(stream.read()).sweeps.length;
  }
  assert(heard > 2_000_000 / 233 - 20 && heard <= 2_001_000 / 233, `${heard} sweeps in 2 s`);
  stream.close();
  clock.run(clock.monotonic() + 100_000);
  assert.equal(stream.read().length, 0);
});

test('an address finds its driver, and a wrong one gets one line', () => {
  const clock = new VirtualClock();
  const random = createRandom(1);
  const air = createFluidAir({ random });
  air.apply({ kind: 'radio', id: 'ap1/radio-0', at: { x: 0, y: 0, z: 0 } });
  const site = { clock, random, capabilities, antennaGainDbi: 3, air: directAir(air, clock) };

  assert.equal(openDriver('sim:ap1/radio-0', site).address, 'sim:ap1/radio-0');
  assert.throws(() => openDriver('foo:0', site), {
    name: 'InputError',
    message: "no driver for 'foo:0': its scheme must be one of ath11k, ath10k, ath9k, capture, sim",
  });
  assert.throws(() => openDriver('sim', site), /no driver for 'sim'/);
  assert.throws(() => openDriver('sim:ap1', site), /expected sim:<node>\/<radio>/);
  assert.throws(() => openDriver('sim:ap1/radio-9', site), /no radio 'ap1\/radio-9' in the air/);
  assert.throws(
    () => openDriver('sim:ap1/radio-0', { clock, random, capabilities, antennaGainDbi: 3 }),
    /expected an air to be in/,
  );
  assert.throws(() => openDriver('capture:x.dump', site), /expected a radio to lay it over/);
  assert.throws(() => openDriver('ath11k:phy0', site), /expected a machine with that radio/);
  assert.throws(() => openDriver('ath9k:../etc', site), /expected ath9k:<phy>/);
});

const radar = {
  kind: 'radar',
  id: 'ship',
  centerMhz: 5300,
  widthMhz: 5,
  eirpDbm: -50,
  durationUs: 10_000_000,
} as const;

const capabilities = {
  spectral: false,
  pulses: true,
  bands: ['5'],
  maxWidthMhz: 80,
  minEirpDbm: 0,
  maxEirpDbm: 30,
} as const;

/** One radio alone in the air, with a client. */
function oneRadio(
  given: { antennaGainDbi?: number | null; faults?: SimFaults } = {},
  spectral = false,
) {
  const clock = new VirtualClock();
  const random = createRandom(1);
  const air = createFluidAir({ random: random.fork('air') });
  const id = 'ap1/radio-0';
  air.apply({ kind: 'radio', id, at: { x: 0, y: 0, z: 2.5 }, channel: null });
  air.apply({ kind: 'client', id: 'c', at: { x: 4, y: 0, z: 1 }, radio: id, offeredMbps: 20 });
  const changes: RadioState[] = [];
  const radio = new SimRadio({
    address: `sim:${id}`,
    id,
    air: directAir(air, clock),
    clock,
    random: random.fork('radio'),
    capabilities: { ...capabilities, spectral },
    antennaGainDbi: 3,
    onChange: (state) => changes.push(state),
    ...given,
  });
  let heard = 0;
  const radars = {
    listen: ({ type }: DriverEvent) => {
      if (type === 'radar.detected') heard += 1;
    },
    count: () => heard,
  };
  return { driver: new SimDriver(radio, clock), radio, clock, air, changes, radars };
}
