/** A node of three radios in a simulated air, with another of the fleet and strangers around it. */
import { createRandom } from '#agents/random/philox.ts';
import { directAir } from '#edge/drivers/direct-air.ts';
import { createSimDriver } from '#edge/drivers/sim.ts';
import { Sampler } from '#edge/sampler.ts';
import type { Channel } from '#protocols/channels.ts';
import { US_PER_MS } from '#protocols/clock.ts';
import type { Driver } from '#protocols/driver.ts';
import { createFluidAir } from '#sim/air/fluid-air.ts';
import { VirtualClock } from '#sim/clock/virtual-clock.ts';
import { channel } from './made.ts';

export const STRANGERS = 6;

/** What `sampled` makes of the drivers of `ap1` is asked as a node asks them. */
export function nodeInAir() {
  const clock = new VirtualClock(1_790_000_000_000_000);
  const random = createRandom('air');
  const air = createFluidAir({ random });
  const put = (id: string, x: number, at: Channel | null, more: object = {}) =>
    air.apply({ kind: 'radio', id, at: { x, y: 0, z: 2 }, channel: at, eirpDbm: 20, ...more });
  const drivers = new Map<string, Driver>();
  [1, 6, 11].forEach((number, index) => {
    const id = `ap1/radio-${index}`;
    put(id, index / 4, null, { silent: true });
    const driver = createSimDriver({
      address: `sim:${id}`,
      id,
      air: directAir(air, clock),
      clock,
      random: random.fork(id),
      antennaGainDbi: 3,
      capabilities: {
        spectral: true,
        pulses: true,
        bands: ['2.4'],
        maxWidthMhz: 40,
        minEirpDbm: 1,
        maxEirpDbm: 30,
      },
    });
    driver.open(
      () => {},
      () => driver.setEirp(17 + index, () => driver.setChannel(channel(number), () => {})),
    );
    drivers.set(`radio-${index}`, driver);
  });
  put('ap2/radio-0', 12, channel(6));
  for (let index = 0; index < STRANGERS; index += 1) {
    put(`02:00:00:00:00:0${index}`, 15 + 3 * index, channel([1, 6, 11][index % 3]!), {
      unmanaged: true,
    });
  }
  return {
    clock,
    air,
    put,
    drivers,
    sample(overheard: ReadonlyMap<string, Driver>, periods = { survey: 10_000, round: 60_000 }) {
      const sampling = { surveyPeriodMs: periods.survey, neighbourPeriodMs: periods.round };
      const sampler = new Sampler({ clock, sampling, tell: () => {}, addressOf: (id) => id });
      for (const [index, [actor, driver]] of [...overheard].entries()) {
        sampler.start({ actor, driver }, index / 5);
      }
    },
    run(minutes: number) {
      clock.run(clock.monotonic() + minutes * 60_000 * US_PER_MS);
    },
  };
}
