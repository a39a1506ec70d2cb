/** The simulated channel loses what a real one would, and the same each time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '#agents/random/philox.ts';
import { US_PER_S } from '#protocols/clock.ts';
import { rateOf, regionNamed } from '#protocols/lorawan/regions.ts';
import { VirtualClock } from '#sim/clock/virtual-clock.ts';
import { LoraGateway, type OnAir } from '#sim/lorawan/gateway.ts';
import { SimModem } from '#sim/lorawan/modem.ts';
import { captures, sensitivityDbm } from '#sim/lorawan/reception.ts';

const eu = regionNamed('EU868');

/** Semtech SX1276 datasheet, rev. 7, table 10: RFS_L125_HF, dBm. */
const datasheet = { 7: -123, 8: -126, 9: -129, 10: -132, 11: -133, 12: -136 } as const;

test('the weakest frame that is read is within 3 dB of the datasheet', () => {
  for (const [spreadingFactor, dbm] of Object.entries(datasheet)) {
    const rate = eu.rates.find((each) => each.spreadingFactor === Number(spreadingFactor))!;
    const off = sensitivityDbm({ ...rate, bandwidthHz: 125_000 }) - dbm;
    assert(Math.abs(off) <= 3, `SF${spreadingFactor}: ${off} dB`);
  }
});

test('a frame is read through another that is 6 dB below, not through two', () => {
  assert(captures(-100, []));
  assert(captures(-100, [-106]));
  assert(!captures(-100, [-105.9]));
  assert(!captures(-100, [-106, -106]));
});

test('frames meet in time, frequency and spreading factor; the stronger may survive', () => {
  const base: OnAir = {
    devEui: 'a',
    hz: 868_100_000,
    rate: rateOf(eu, 5),
    startUs: 0,
    endUs: 100_000,
    dbm: -100,
  };
  const fates = (changes: Partial<OnAir>) => {
    const gateway = new LoraGateway({
      clock: new VirtualClock(),
      region: eu,
      onUplink: () => undefined,
    });
    const other = { ...base, devEui: 'b', ...changes };
    gateway.begin(base);
    gateway.begin(other);
    return [gateway.end(base), gateway.end(other)];
  };
  const later = { startUs: 50_000, endUs: 150_000 };
  assert.deepEqual(fates(later), ['collided', 'collided']);
  assert.deepEqual(fates({ ...later, dbm: -94 }), ['collided', 'received']);
  assert.deepEqual(fates({ ...later, hz: 868_300_000 }), ['received', 'received']);
  assert.deepEqual(fates({ ...later, rate: rateOf(eu, 4) }), ['received', 'received']);
  assert.deepEqual(fates({ startUs: 100_000, endUs: 200_000 }), ['received', 'received']);
  assert.deepEqual(fates({ ...later, dbm: -130 }), ['received', 'weak']);
});

test('a gateway that sends hears nothing, and keeps its own duty cycle', () => {
  const { clock, gateway, modem, send, downlinks } = makeLink(100);
  for (let index = 0; index < 3; index += 1)
    gateway.enqueue('00', { port: 10, payload: Uint8Array.of(index) });
  send();
  // The first answer is on the air a second after the uplink: another's frame is not heard then.
  const { endUs } = modem.sent.at(-1)!;
  passTo(clock, endUs + US_PER_S + 1_000);
  const rival: OnAir = {
    devEui: 'ff',
    hz: 868_500_000,
    rate: rateOf(eu, 4),
    startUs: clock.monotonic(),
    endUs: clock.monotonic() + 50_000,
    dbm: -80,
  };
  gateway.begin(rival);
  assert.equal(gateway.end(rival), 'deaf');
  passTo(clock, clock.monotonic() + 4 * US_PER_S);
  send();
  passTo(clock, clock.monotonic() + 10 * US_PER_S);
  // The second goes in the other window: the sub-band of the first has to rest.
  assert.deepEqual(
    downlinks.map(([value]) => value),
    [0, 1],
  );
});

test('the same seed loses the same frames', () => {
  const run = (seed: number) => {
    const { clock, send, gateway } = makeLink(140, seed);
    for (let index = 0; index < 50; index += 1) {
      send();
      passTo(clock, clock.monotonic() + 10 * US_PER_S);
    }
    return { ...gateway.fates };
  };
  assert.deepEqual(run(1), run(1));
  assert.notDeepEqual(run(1), run(2));
  const { received, weak } = run(1);
  assert(received > 5 && weak > 5);
});

/** A joined modem at SF7 so far away. */
function makeLink(pathLossDb: number, seed = 1) {
  const clock = new VirtualClock();
  const gateway = new LoraGateway({ clock, region: eu, onUplink: () => undefined });
  const modem = new SimModem({
    clock,
    random: createRandom(seed),
    region: eu,
    gateway,
    devEui: '00',
    dr: 5,
    pathLossDb,
  });
  const downlinks: Uint8Array[] = [];
  modem.open(
    (event) => {
      if (event.type === 'downlink') downlinks.push(event.payload);
    },
    () => undefined,
  );
  let isJoined = false;
  while (!isJoined) {
    modem.join(({ ok }) => {
      isJoined = ok;
    });
    passTo(clock, clock.monotonic() + 60 * US_PER_S);
  }
  const send = () => {
    modem.send({ port: 10, payload: new Uint8Array(20), dr: 5 }, () => undefined);
  };
  return { clock, gateway, modem, send, downlinks };
}

function passTo(clock: VirtualClock, untilUs: number): void {
  clock.schedule(untilUs, () => undefined);
  while (clock.monotonic() < untilUs) clock.step();
}
