import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMemoryNetwork } from '#agents/bus/memory.ts';
import { createRandom } from '#agents/random/philox.ts';
import { readSweeps } from '#edge/capture/tlv.ts';
import { RemoteAir } from '#edge/drivers/remote-air.ts';
import { createSimDriver } from '#edge/drivers/sim.ts';
import type { Channel } from '#protocols/channels.ts';
import type { Driver, DriverEvent } from '#protocols/driver.ts';
import { createFluidAir } from '#sim/air/fluid-air.ts';
import { serveAir } from '#sim/air/serve.ts';
import { VirtualClock } from '#sim/clock/virtual-clock.ts';
import { driverConformance } from './conformance.ts';

const channel36: Channel = { band: '5', primaryMhz: 5180, centerMhz: 5180, widthMhz: 20 };
const channel52: Channel = { band: '5', primaryMhz: 5260, centerMhz: 5290, widthMhz: 80 };
const id = 'ap1/radio-0';

driverConformance('sim over the bus', () => {
  const { driver, run } = twoProcesses();
  const beyond: Channel = { band: '2.4', primaryMhz: 2412, centerMhz: 2412, widthMhz: 20 };
  return { driver, run, channels: [channel36, channel52], beyond, eirpDbm: 17, tooMuchDbm: 31 };
});

test('radar and load come over the bus', () => {
  const { driver, run, air } = twoProcesses();
  const events: DriverEvent[] = [];
  driver.open(
    (event) => events.push(event),
    () => {},
  );
  driver.setChannel(channel52, () => {});
  run(3_000_000);
  air.apply(radar);
  run(1_000_000);

  assert(events.some((event) => event.type === 'load.measured' && event.stations === 1));
  const detected = events.filter(({ type }) => type === 'radar.detected');
  assert.deepEqual(detected, [{ type: 'radar.detected', centerMhz: 5300, widthMhz: 5 }]);
});

test('sweeps come over the bus, the newest that fit into a message', () => {
  const { driver, run } = twoProcesses();
  driver.open(
    () => {},
    () => {},
  );
  driver.setChannel(channel52, () => {});
  run(2_000_000);
  const read: Uint8Array[] = [];
  for (const wish of [
    { bins: 64, sweeps: 64 },
    { bins: 512, sweeps: 4_096 },
  ]) {
    driver.openSpectrum(wish, (opened) => {
      if (opened.ok) read.push(opened.value.read());
    });
    run(1_000_000);
  }
  const [few, many] = read.map((bytes) => readSweeps(bytes));
  assert.equal(few?.sweeps.length, 64);
  assert.equal(few.sweeps[0]!.freq1Mhz, 5290);
  assert.equal(many?.skippedBytes, 0);
  assert.equal(many.sweeps.length, Math.floor(1_000_000 / 534));
});

test('an air process that is started anew is told what its radios do', () => {
  const { driver, run, serve, stopAir } = twoProcesses();
  driver.open(
    () => {},
    () => {},
  );
  driver.setChannel(channel36, () => {});
  run(2_000_000);
  stopAir();
  run(5_000_000);
  const { air } = serve();
  assert.equal(air.tuned(id).channel, null);
  run(10_000_000);
  assert.deepEqual(air.tuned(id).channel, channel36);
});

test('a node waits for an air process that comes up later', () => {
  const { driver, run, serve, stopAir } = twoProcesses();
  stopAir();
  let state: unknown;
  driver.open(
    () => {},
    (outcome) => {
      state = outcome;
    },
  );
  run(5_000_000);
  assert.equal(state, undefined);
  serve();
  run(5_000_000);
  assert.deepEqual(state, { ok: true, value: { channel: null, eirpDbm: 0, silent: true } });
});

test('a radio whose node is gone is switched off after radar, and its next driver is told', () => {
  const { driver, run, air, remote, drive } = twoProcesses();
  driver.open(
    () => {},
    () => {},
  );
  driver.setChannel(channel52, () => {});
  run(2_000_000);
  driver.close();
  remote.close();
  air.apply({ ...radar, durationUs: 1_000_000 });
  run(6_000_000);
  assert.equal(air.tuned(id).channel, null);

  const heard: DriverEvent[] = [];
  let state: unknown;
  drive().driver.open(
    (event) => heard.push(event),
    (outcome) => {
      state = outcome.ok && outcome.value.channel;
    },
  );
  run(2_500_000);
  assert.equal(state, null);
  assert.equal(heard.filter(({ type }) => type === 'radar.detected').length, 1);
});

test('bad requests get a reason, and a body cannot name another radio', () => {
  const { clock, network, air, run, rejected } = twoProcesses();
  const bus = network.connect({ client: 'ap1', domain: 'ap1' });
  const answers: string[] = [];
  const ask = (subject: string, body: string) => {
    const data = new TextEncoder().encode(body);
    bus.request(`airguard.hq.air.${subject}`, data, { timeoutMs: 500 }, (outcome) =>
      answers.push(outcome.ok ? new TextDecoder().decode(outcome.value.data) : outcome.error.code),
    );
  };
  ask('ap1.radio-0.apply', 'no JSON');
  ask('ap1.radio-0.apply', JSON.stringify({ id: 'ap2/radio-0', eirpDbm: 20 }));
  ask('ap1.radio-0.observe', JSON.stringify({ kind: 'everything', overUs: 1 }));
  ask('ap1.radio-9.apply', '{}');
  ask('ap1.radio-0.destroy', '{}');
  run(1_000_000);

  assert.match(answers.find((answer) => answer.includes('expected JSON')) ?? '', /came something/);
  assert(answers.some((answer) => answer.includes('Unrecognized key')));
  assert(answers.some((answer) => answer.includes("no radio 'ap1/radio-9'")));
  assert(answers.includes('no_responders'));
  assert.equal(rejected.length, 4);
  assert.equal(air.tuned(id).eirpDbm, 0);
  assert(clock.pending > 0);
});

const radar = {
  kind: 'radar',
  id: 'ship',
  centerMhz: 5300,
  widthMhz: 5,
  eirpDbm: -50,
  durationUs: 10_000_000,
} as const;

/** A node with one radio, and the air beyond a link. */
function twoProcesses() {
  const clock = new VirtualClock();
  const random = createRandom(1);
  const network = createMemoryNetwork({ clock, random: random.fork('network'), site: 'hq' });
  const rejected: string[] = [];
  const airBus = network.connect({ client: 'air', domain: 'hub' });
  const serve = () => {
    const air = createFluidAir({ random: random.fork('air') });
    air.apply({ kind: 'radio', id, at: { x: 0, y: 0, z: 2.5 }, channel: null });
    air.apply({ kind: 'client', id: 'c', at: { x: 4, y: 0, z: 1 }, radio: id, offeredMbps: 20 });
    const served = serveAir({
      bus: airBus,
      site: 'hq',
      air,
      clock,
      onRejected: (_, why) => rejected.push(why),
    });
    return { air, served };
  };
  const first = serve();
  const bus = network.connect({ client: 'ap1', domain: 'ap1' });
  // The leaf has to find its hub first.
  clock.run(1_000_000);
  const drive = () => {
    const remote = new RemoteAir({ bus, site: 'hq', clock });
    return { remote, driver: driverOver(remote, clock) };
  };
  const run = (us: number) => clock.run(clock.monotonic() + us);
  const { air } = first;
  const stopAir = () => first.served.close();
  return { clock, network, air, ...drive(), drive, run, serve, stopAir, rejected };
}

function driverOver(remote: RemoteAir, clock: VirtualClock): Driver {
  return createSimDriver({
    address: `sim:${id}`,
    id,
    air: remote,
    clock,
    random: createRandom(2),
    capabilities: {
      spectral: true,
      pulses: true,
      bands: ['5'],
      maxWidthMhz: 80,
      minEirpDbm: 0,
      maxEirpDbm: 30,
    },
    antennaGainDbi: 3,
  });
}
