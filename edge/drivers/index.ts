/** Every kind of driver there is. */
import { captureDriver } from './capture-entry.ts';
import type { DriverEntry } from './entry.ts';
import { simDriver } from './sim-entry.ts';

export const drivers: readonly DriverEntry[] = [captureDriver, simDriver];
