/**
 * The smallest population that does something real: each node clears and uses its channels, falls
 * silent at radar, and appends an event now and then; the cloud only listens.
 */
import { MemoryStore } from '#agents/store/memory.ts';
import { directAir } from '#edge/drivers/direct-air.ts';
import { SimDriver } from '#edge/drivers/sim.ts';
import { SimRadio } from '#edge/drivers/sim-radio.ts';
import type { Driver } from '#protocols/driver.ts';
import { type Address, address } from '#protocols/ids.ts';
import { eventSubject } from '#protocols/subjects.ts';
import { createFluidAir } from '#sim/air/fluid-air.ts';
import type { LegalLimits } from '#sim/checkers/checker.ts';
import type { NodeEnv } from '#sim/population.ts';
import { parseScenario, type RadioPlan } from '#sim/scenario.ts';
import type { Population } from '#sim/world.ts';

/** What can be planted. */
export interface Bugs {
  readonly ignoresRadar?: boolean;
  readonly clearsTooShort?: boolean;
  readonly forgetsVerdicts?: boolean;
}

export function tinyPopulation(limits: LegalLimits, bugs: Bugs = {}): Population {
  return {
    makeAir: (random) => createFluidAir({ random }),
    makeStore: () => new MemoryStore(),
    makeHardware(radio, env) {
      const { clock } = env;
      const made = new SimRadio({
        address: radio.driver,
        id: env.id,
        air: directAir(env.air, clock),
        clock,
        random: env.random,
        capabilities: {
          spectral: false,
          pulses: false,
          bands: radio.bands,
          maxWidthMhz: 80,
          maxEirpDbm: 30,
          minEirpDbm: 0,
        },
        antennaGainDbi: radio.antennaGainDbi,
        onChange: (state) =>
          env.onRadio({ tUs: clock.monotonic(), address: env.address, ...state }),
      });
      return { driver: (own) => new SimDriver(made, own) };
    },
    cloud: { start: () => ({ crash() {}, stop() {} }) },
    nodes: {
      start(node, env) {
        const drivers = node.radios.map((radio) => runRadio(radio, env, limits, bugs, node.id));
        const end = () => {
          for (const driver of drivers) driver.close();
        };
        return { crash: end, stop: end };
      },
    },
  };
}

function runRadio(
  { id, channel, eirpDbm }: RadioPlan,
  env: NodeEnv,
  limits: LegalLimits,
  bugs: Bugs,
  node: string,
): Driver {
  const { clock, bus, trace, site } = env;
  const here: Address = address(site.site, node, id);
  const driver = env.driverFor({ id } as RadioPlan);
  let count = 0;
  const told = (port: string, act: () => void) => {
    count += 1;
    const input = bugs.forgetsVerdicts ? {} : { verdictId: `v${count}` };
    trace.chain(here).record('actuation', { key: `${env.bootId}#${count}`, port, input }, 'x', '');
    act();
  };
  const later = (us: number, task: () => void) =>
    clock.schedule(clock.monotonic() + us, task, { target: here, source: here, seq: count });
  const clearUs = limits.clearMs(channel) * (bugs.clearsTooShort ? 500 : 1_000);
  const use = () => told('tune', () => driver.setChannel(channel, () => {}));
  const begin = () =>
    driver.setEirp(eirpDbm, () =>
      told('listen', () => driver.listen(channel, () => later(clearUs, use))),
    );
  const report = () => {
    count += 1;
    const event = { id: `${here}#${env.bootId}#${count}`, type: 'thing.happened' };
    const data = new TextEncoder().encode(JSON.stringify(event));
    bus.append(eventSubject(here, event.type), data, { id: event.id }, () => {});
    later(10_000_000, report);
  };
  driver.open(
    (event) => {
      trace.chain(here).record('message', event, 'x', '');
      if (event.type !== 'radar.detected' || bugs.ignoresRadar) return;
      told('hush', () => driver.listen(null, () => {}));
    },
    () => {
      begin();
      report();
    },
  );
  return driver;
}

/** A site of three nodes with two radios, of which one is on a radar channel. */
export function tinyScenario(faults: readonly unknown[]) {
  return parseScenario(
    {
      name: 'tiny',
      about: 'For tests.',
      site: 'hq',
      country: 'DE',
      startsAt: '2026-03-02T09:00:00+01:00',
      generate: {
        nodes: 3,
        radios: 2,
        clientsPerRadio: 2,
        channels: [
          { band: '5', number: 100 },
          { band: '2.4', number: 6 },
        ],
      },
      faults,
    },
    'tiny',
  );
}
