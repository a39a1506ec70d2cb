/** A driver of a real radio on a machine that is not. */
import { createRandom } from '#agents/random/philox.ts';
import { openDriver } from '#edge/drivers/open.ts';
import type { Channel } from '#protocols/channels.ts';
import type { Done, DriverError, DriverEvent } from '#protocols/driver.ts';
import type { Outcome } from '#protocols/errors.ts';
import { VirtualClock } from '#sim/clock/virtual-clock.ts';
import { FakeMachine, type FakeOptions } from './fake-machine.ts';

export const channel36: Channel = {
  band: '5',
  primaryMhz: 5180,
  centerMhz: 5210,
  widthMhz: 80,
};
export const channel48: Channel = { band: '5', primaryMhz: 5240, centerMhz: 5230, widthMhz: 40 };
export const channel52: Channel = { band: '5', primaryMhz: 5260, centerMhz: 5260, widthMhz: 20 };
export const channel120: Channel = { band: '5', primaryMhz: 5600, centerMhz: 5600, widthMhz: 20 };
export const channel6: Channel = { band: '2.4', primaryMhz: 2437, centerMhz: 2437, widthMhz: 20 };

export interface Wished extends Omit<FakeOptions, 'clock'> {
  readonly clock?: VirtualClock;
  readonly antennaGainDbi?: number | null;
  readonly cableLossDb?: number;
  readonly address?: string;
}

export function onMachine(wished: Wished = {}) {
  const clock = wished.clock ?? new VirtualClock();
  const family = wished.family ?? 'ath11k';
  const machine = new FakeMachine({ ...wished, clock });
  const events: DriverEvent[] = [];
  const driver = openDriver(wished.address ?? `${family}:phy0`, {
    clock,
    random: createRandom(1),
    antennaGainDbi: wished.antennaGainDbi === undefined ? 3 : wished.antennaGainDbi,
    cableLossDb: wished.cableLossDb ?? 0.5,
    capabilities: {
      spectral: true,
      pulses: false,
      bands: ['2.4', '5'],
      maxWidthMhz: 80,
      minEirpDbm: 1,
      maxEirpDbm: 30,
    },
    phy: {
      io: machine,
      interfaceName: 'wlan0',
      controlFolder: '/var/run/hostapd',
      silenceOwedMs: ({ centerMhz }) => {
        if (centerMhz >= 5590 && centerMhz <= 5660) return 600_000;
        return centerMhz >= 5250 && centerMhz <= 5730 ? 60_000 : 0;
      },
      listenAround: true,
      knownAs: (bssid) => (bssid === '02:00:00:00:00:01' ? 'ap2/radio-0' : undefined),
    },
  });
  const run = (us: number) => clock.run(clock.monotonic() + us);
  /** Lets time pass until the operation has called back, up to a minute and a half. */
  const get = <Value>(start: (done: Done<Value>) => void): Outcome<Value, DriverError> => {
    const outcomes: Outcome<Value, DriverError>[] = [];
    start((outcome) => outcomes.push(outcome));
    for (let waited = 0; outcomes.length === 0 && waited < 9_000; waited += 1) run(10_000);
    const [outcome] = outcomes;
    if (outcomes.length !== 1 || outcome === undefined) {
      throw new Error(`expected one answer, came ${outcomes.length}`);
    }
    return outcome;
  };
  const open = () => get((done) => driver.open((event) => events.push(event), done));
  const state = () => get((done) => driver.state(done));
  return { clock, machine, driver, events, run, get, open, state };
}
