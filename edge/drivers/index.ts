/** Every kind of driver there is. */
import { captureDriver } from './capture-entry.ts';
import type { DriverEntry } from './entry.ts';
import { phyDrivers } from './phy/phy-entries.ts';
import { simDriver } from './sim-entry.ts';

export const drivers: readonly DriverEntry[] = [...phyDrivers, captureDriver, simDriver];
