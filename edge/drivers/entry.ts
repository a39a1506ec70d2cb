import type { AirLink } from '#protocols/air-link.ts';
import type { Clock } from '#protocols/clock.ts';
import type { Driver, DriverScheme, RadioCapabilities, RadioState } from '#protocols/driver.ts';
import type { Random } from '#protocols/random.ts';
import type { PhySite } from './phy/site.ts';
import type { SimFaults } from './sim-radio.ts';

/** What a driver is given: the machine it runs on and what is set on site about the radio. */
export interface DriverSite {
  readonly clock: Clock;
  readonly random: Random;
  readonly capabilities: RadioCapabilities;
  readonly antennaGainDbi: number | null;
  readonly cableLossDb?: number;
  /** The air, for drivers of radios that are not real. */
  readonly air?: AirLink;
  /** The driver of the same radio, for one that only adds to it. */
  readonly inner?: Driver;
  /** The machine, for drivers of real radios. */
  readonly phy?: PhySite;
  readonly onChange?: (state: RadioState) => void;
  readonly faults?: SimFaults;
}

/** One kind of driver. */
export interface DriverEntry {
  readonly scheme: DriverScheme;
  /** The form of its addresses and what it drives. */
  readonly about: string;
  /** `rest` is the address without its scheme. */
  open(rest: string, site: DriverSite): Driver;
}
