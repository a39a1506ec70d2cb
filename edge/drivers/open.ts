import type { Driver } from '#protocols/driver.ts';
import { InputError } from '#protocols/errors.ts';
import type { DriverSite } from './entry.ts';
import { drivers } from './index.ts';

/** Makes the driver for an address; it is not opened yet. */
export function openDriver(address: string, site: DriverSite): Driver {
  const [scheme = '', ...rest] = address.split(':');
  const entry = drivers.find((one) => one.scheme === scheme);
  if (entry === undefined || rest.length === 0) {
    const known = drivers.map((one) => one.scheme).join(', ');
    throw new InputError(`no driver for '${address}': its scheme must be one of ${known}`);
  }
  return entry.open(rest.join(':'), site);
}
