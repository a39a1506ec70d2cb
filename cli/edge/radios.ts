/**
 * The radios of a node's configuration, each with its driver. Those that play a recording or are
 * simulated have an air of their own with nobody else in it: they are tuned and read like any other,
 * and nothing is sent.
 */
import { clearWaitMs } from '#agents/regulation/limits.ts';
import { directAir } from '#edge/drivers/direct-air.ts';
import type { DriverSite } from '#edge/drivers/entry.ts';
import { openDriver } from '#edge/drivers/open.ts';
import { NodeIo } from '#edge/drivers/phy/node-io.ts';
import { phySite } from '#edge/drivers/phy/phy-config.ts';
import { createSimDriver } from '#edge/drivers/sim.ts';
import type { Clock } from '#protocols/clock.ts';
import type { Driver } from '#protocols/driver.ts';
import type { Random } from '#protocols/random.ts';
import { createFluidAir } from '#sim/air/fluid-air.ts';
import { domainFor } from '../fleet/domain.ts';
import type { RadioPart } from '../fleet/parts.ts';
import { type EdgeConfig, type EdgeRadio, isReal } from './config.ts';

export function radiosOf(config: EdgeConfig, clock: Clock, random: Random): RadioPart[] {
  const { node, country, indoor, radios } = config;
  const io = new NodeIo();
  const domain = domainFor(country, node);
  return radios.map((radio): RadioPart => {
    const { id, channel, eirpDbm, antennaGainDbi, driver: address } = radio;
    const machine = {
      io,
      clock,
      random: random.fork(`hardware/${id}`),
      silenceOwedMs: (wanted: typeof channel) => clearWaitMs(wanted, domain),
    };
    const site = phySite(
      { ...radio, address, country, interface: radio.interface ?? 'none' },
      machine,
    );
    const driver = isReal(radio) ? openDriver(address, site) : unreal(radio, `${node}/${id}`, site);
    return { actor: id, home: channel, eirpDbm, country, indoor, antennaGainDbi, driver };
  });
}

function unreal({ driver, eirpDbm }: EdgeRadio, id: string, site: DriverSite): Driver {
  const { clock, random } = site;
  const air = createFluidAir({ random: random.fork('air') });
  air.apply({ kind: 'radio', id, at: { x: 0, y: 0, z: 0 }, channel: null, eirpDbm, silent: true });
  const inner = createSimDriver({ ...site, address: `sim:${id}`, id, air: directAir(air, clock) });
  return driver.startsWith('sim:') ? inner : openDriver(driver, { ...site, inner });
}
