/** The power of a real radio: EIRP asked for, whole decibels set at the connector. */
import type { DriverError } from '#protocols/driver.ts';
import type { DriverSite } from '../entry.ts';
import { type AntennaChain, conductedDbm, eirpOf } from './power.ts';

export class RadioPower {
  readonly #address: string;
  readonly #site: DriverSite;
  #wantedDbm: number | undefined;

  constructor(address: string, site: DriverSite) {
    this.#address = address;
    this.#site = site;
  }

  /** Undefined when the power of a wave can be told from that at the connector. */
  unknown(): DriverError | undefined {
    if (this.#chain !== undefined) return undefined;
    const message = `${this.#address} has no antennaGainDbi: expected a number in dBi, so that its EIRP is known, came none; set it on site`;
    return { code: 'rejected', message };
  }

  beyond(eirpDbm: number): DriverError | undefined {
    const { minEirpDbm, maxEirpDbm } = this.#site.capabilities;
    if (eirpDbm >= minEirpDbm && eirpDbm <= maxEirpDbm) return undefined;
    const message = `${this.#address}: expected ${minEirpDbm} to ${maxEirpDbm} dBm EIRP, came ${eirpDbm}`;
    return { code: 'rejected', message };
  }

  want(eirpDbm: number): void {
    this.#wantedDbm = eirpDbm;
  }

  /** What the connector may give at most; undefined while nobody asked for a power. */
  get limitDbm(): number | undefined {
    return this.#chain === undefined || this.#wantedDbm === undefined
      ? undefined
      : conductedDbm(this.#wantedDbm, this.#chain);
  }

  /** Why what was read back is not what was set. */
  above(readDbm: number | undefined): DriverError | undefined {
    const limit = this.limitDbm;
    if (limit === undefined || readDbm === undefined || readDbm <= limit) return undefined;
    const message = `${this.#address}: expected at most ${limit} dBm at the connector, came ${readDbm}; it was made silent`;
    return { code: 'rejected', message };
  }

  /**
   * As asked, where the connector gives just what that comes to: then the true one is lower by less
   * than 1 dB. Else what was read; while it does not send, what was asked.
   */
  eirp(readDbm: number | undefined, silent: boolean): number {
    const { minEirpDbm } = this.#site.capabilities;
    const wanted = this.#wantedDbm;
    if (this.#chain === undefined) return minEirpDbm;
    if (readDbm === undefined || silent) return wanted ?? minEirpDbm;
    return wanted !== undefined && readDbm === this.limitDbm
      ? wanted
      : eirpOf(readDbm, this.#chain);
  }

  get #chain(): AntennaChain | undefined {
    const { antennaGainDbi, cableLossDb = 0 } = this.#site;
    return antennaGainDbi === null ? undefined : { antennaGainDbi, cableLossDb };
  }
}
