import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '#agents/random/philox.ts';
import { directAir } from '#edge/drivers/direct-air.ts';
import { overlaid } from '#edge/drivers/overlaid.ts';
import { createSimDriver } from '#edge/drivers/sim.ts';
import { FalseAlarms } from '#edge/uplink/false-alarms.ts';
import { channelFromNumber } from '#protocols/channels.ts';
import type { DriverEvent } from '#protocols/driver.ts';
import { createFluidAir } from '#sim/air/fluid-air.ts';
import { VirtualClock } from '#sim/clock/virtual-clock.ts';

const HOUR_US = 3_600_000_000;
const channel52 = channelFromNumber({ number: 52, widthMhz: 20 })!;
const alarm = { type: 'radar.detected', centerMhz: 5_260, widthMhz: 20 } as const;

/** A simulated radio on a radar channel, whose chip can be made to tell of what is not there. */
function listening(pulses = true) {
  const clock = new VirtualClock();
  const random = createRandom('alarms');
  const air = createFluidAir({ random });
  const id = 'ap1/radio-0';
  air.apply({ kind: 'radio', id, at: { x: 0, y: 0, z: 0 }, channel: null, eirpDbm: 20 });
  const inner = createSimDriver({
    address: `sim:${id}`,
    id,
    air: directAir(air, clock),
    clock,
    random,
    antennaGainDbi: 3,
    capabilities: {
      spectral: false,
      pulses,
      bands: ['5'],
      maxWidthMhz: 80,
      minEirpDbm: 0,
      maxEirpDbm: 30,
    },
  });
  let tell: (event: DriverEvent) => void = () => {};
  const alarms = new FalseAlarms(clock);
  const driver = alarms.watch(
    'radio-0',
    overlaid(inner, {
      open(onEvent, done) {
        tell = onEvent;
        inner.open(onEvent, done);
      },
    }),
  );
  const events: DriverEvent[] = [];
  driver.open(
    (event) => events.push(event),
    () => inner.setChannel(channel52, () => {}),
  );
  clock.run(1_000_000);
  return { clock, air, alarms, events, tell: (event: DriverEvent) => tell(event) };
}

test('a radar that its pulses bear out is no false alarm', () => {
  const { clock, air, alarms, events } = listening();
  air.advance(clock.monotonic());
  const radar = { centerMhz: 5_260, widthMhz: 5, eirpDbm: -50, durationUs: 10_000_000 };
  air.apply({ kind: 'radar', id: 'ship', ...radar });
  clock.run(2 * HOUR_US);
  assert(events.some(({ type }) => type === 'radar.detected'));
  assert.equal(alarms.perDay('radio-0'), 0);
});

test('one that is in no pulses counts, and the rate is that since the start', () => {
  const { clock, alarms, tell } = listening();
  tell(alarm);
  clock.run(HOUR_US / 2);
  assert.equal(alarms.perDay('radio-0'), undefined, 'too early for a rate');
  clock.run(12 * HOUR_US);
  tell(alarm);
  clock.run(24 * HOUR_US);
  assert.equal(alarms.perDay('radio-0'), 2);
});

test('of a radio that reports no pulses nothing is known', () => {
  const { clock, alarms, tell } = listening(false);
  tell(alarm);
  clock.run(24 * HOUR_US);
  assert.equal(alarms.perDay('radio-0'), undefined);
});
