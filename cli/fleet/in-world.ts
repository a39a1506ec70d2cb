/** Fills a world with real nodes and a real cloud, on simulated radios. */
import { MemoryStore } from '#agents/store/memory.ts';
import { directAir } from '#edge/drivers/direct-air.ts';
import { SimDriver } from '#edge/drivers/sim.ts';
import { SimRadio } from '#edge/drivers/sim-radio.ts';
import { US_PER_MS } from '#protocols/clock.ts';
import { CLOUD } from '#protocols/ids.ts';
import type { SitePolicy } from '#protocols/site-policy.ts';
import { type AirName, airs } from '#sim/air/fidelities.ts';
import type { MakeHardware } from '#sim/population.ts';
import type { WorldOptions } from '#sim/world.ts';
import { startCloud } from './cloud.ts';
import { type FleetKeys, seededKeys } from './keys.ts';
import { startNode } from './node.ts';
import type { RunningPart } from './parts.ts';
import type { Plant } from './plants.ts';
import { openRecorded } from './recorded.ts';
import { twinInWorld } from './twin-in-world.ts';

export interface Population {
  readonly seed: number;
  readonly passivateAfterMs: number | null;
  readonly strategy: string;
  readonly sitePolicy?: SitePolicy | undefined;
  /** Of the air; fluid when left out. */
  readonly fidelity?: AirName;
  /** A bug to be caught. */
  readonly plant?: Plant | undefined;
}

type Filled = Pick<WorldOptions, 'makeAir' | 'makeHardware' | 'makeStore' | 'nodes' | 'cloud'>;

/** From the report of an interferer to the plan that answers it. */
const reactMs = 5_000;
/** Long enough for six surveys. */
const settleMs = 60_000;

export function populate(population: Population): Filled {
  const { seed, passivateAfterMs, strategy, sitePolicy, fidelity = 'fluid', plant } = population;
  let keys: FleetKeys | undefined;
  const keysFor = (nodes: readonly { readonly id: string }[]) => {
    keys ??= seededKeys(
      seed,
      nodes.map(({ id }) => id),
    );
    return keys;
  };
  return {
    makeAir: (random) => airs[fidelity]({ random }),
    makeHardware: hardwareWith(plant),
    makeStore: (host) =>
      host === CLOUD ? new MemoryStore() : (plant?.makeStore?.() ?? new MemoryStore()),
    nodes: {
      start(node, env) {
        const { signer, keyring, pseudonyms } = keysFor(env.site.nodes);
        const { survey, neighbours, spectrum } = env.site.settings;
        return running(
          startNode({
            ...env,
            bus: plant?.nodeBus?.(env.bus) ?? env.bus,
            radioBody: plant?.radioBody,
            site: env.site.site,
            node: node.id,
            passivateAfterMs,
            keyring,
            pseudonyms,
            signer: signer(node.id),
            clockTrusted: () => true,
            // A process dies here, never its machine.
            machine: { bootId: 'the-only-one', uptimeUs: env.uptimeUs },
            radios: node.radios.map((radio) => ({
              actor: radio.id,
              home: radio.channel,
              eirpDbm: radio.eirpDbm,
              country: env.site.country,
              indoor: node.indoor,
              antennaGainDbi: radio.antennaGainDbi,
              driver: env.driverFor(radio),
            })),
            spectrum: {
              spectrumPeriodMs: spectrum.every / US_PER_MS,
              sweeps: spectrum.sweeps,
              bins: spectrum.bins,
            },
            sampling: {
              surveyPeriodMs: survey / US_PER_MS,
              neighbourPeriodMs: neighbours / US_PER_MS,
            },
          }),
        );
      },
    },
    cloud: {
      start(env) {
        const { signer, keyring, pseudonyms } = keysFor(env.site.nodes);
        return running(
          startCloud({
            ...env,
            site: env.site.site,
            passivateAfterMs,
            keyring,
            pseudonyms,
            auditorSigner: signer('auditor'),
            coordinatorSigner: signer('coordinator'),
            cloudSigner: signer('cloud'),
            twin: twinInWorld,
            clockTrusted: () => true,
            strategy,
            sitePolicy,
            planPeriodMs: env.site.settings.replan / US_PER_MS,
            reactMs,
            settleMs,
          }),
        );
      },
    },
  };
}

function running(part: RunningPart) {
  return { crash: () => part.kill(), stop: () => part.stop(() => undefined) };
}

function hardwareWith(plant: Plant | undefined): MakeHardware {
  return (plan, { id, address, air, clock, random, onRadio }) => {
    const radio = new SimRadio({
      address: `sim:${id}`,
      id,
      air: directAir(air, clock),
      clock,
      random,
      antennaGainDbi: plan.antennaGainDbi,
      capabilities: {
        spectral: true,
        pulses: true,
        bands: plan.bands,
        maxWidthMhz: plan.maxWidthMhz,
        minEirpDbm: plan.minEirpDbm,
        maxEirpDbm: plan.maxEirpDbm,
      },
      onChange: (state) => onRadio({ tUs: clock.monotonic(), address, ...state }),
      ...(plant?.radioFaults === undefined ? {} : { faults: plant.radioFaults }),
    });
    const laid = plan.driver.startsWith('capture:') ? openRecorded(plan.driver, clock) : undefined;
    return {
      driver(own) {
        const driver = new SimDriver(radio, own);
        return laid === undefined ? driver : laid(driver);
      },
    };
  };
}
